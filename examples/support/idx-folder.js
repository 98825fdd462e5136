// Finds MNIST's files (or those of Fashion-MNIST, KMNIST…, which have the same names) in a folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readIdx } from 'linnet';

const names = {
  train: ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'],
  test: ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'],
};

const USAGE = `node examples/mnist.js FOLDER

FOLDER holds MNIST in its own format, gzip or unpacked:
  train-images-idx3-ubyte.gz   train-labels-idx1-ubyte.gz
  t10k-images-idx3-ubyte.gz    t10k-labels-idx1-ubyte.gz
With only the last two, every tenth image is held out for the test.`;

function stop(problem) {
  console.error(`${problem}\n\n${USAGE}`);
  process.exit(1);
}

const find = (folder, name) => [`${name}.gz`, name].map((file) => join(folder, file)).find(existsSync);

async function read(folder, [images, labels]) {
  const files = [find(folder, images), find(folder, labels)];
  if (files.includes(undefined)) return undefined;
  return { images: await readIdx(files[0]), labels: await readIdx(files[1]) };
}

/** The samples of an IDX array whose index passes a test. */
function pick({ data, shape: [count, ...sample] }, keep) {
  const size = sample.reduce((product, n) => product * n, 1);
  const kept = Array.from({ length: count }, (_, i) => i).filter(keep);
  const picked = new Uint8Array(kept.length * size);
  kept.forEach((i, k) => {
    picked.set(data.subarray(i * size, (i + 1) * size), k * size);
  });
  return { data: picked, shape: [kept.length, ...sample] };
}

/**
 * Images and labels to train on and to test with.
 * @returns { train: { images, labels }, test: { images, labels } }
 */
export async function loadIdxFolder(folder) {
  if (folder === undefined) stop('Which folder?');
  if (!existsSync(folder)) stop(`There is no folder "${folder}".`);
  const test = await read(folder, names.test);
  if (!test) stop(`"${folder}" lacks ${names.test.join(' or ')}.`);
  const train = await read(folder, names.train);
  if (train) return { train, test };
  const part = (keep) => ({ images: pick(test.images, keep), labels: pick(test.labels, keep) });
  return { train: part((i) => i % 10 !== 9), test: part((i) => i % 10 === 9) };
}
