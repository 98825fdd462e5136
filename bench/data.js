// Data for the benches: seeded numbers, the handwritten digits of the examples, MNIST.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCsv, readIdx } from 'linnet';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Rows used at most: enough for a stable epoch, and for the TypeScript backend to take seconds, not minutes. */
const ROWS = 10_000;
/** Share of MNIST's pixels that are not 0. */
const DENSITY = 0.19;

/** mulberry32: uniform numbers in [0, 1), the same in every run. */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The digits' training rows (index % 5 ≠ 4), pixels in 0…1. */
export async function loadDigits() {
  const table = (await readCsv(join(root, 'examples/data/digits.csv'))).filterRows((i) => i % 5 !== 4);
  const x = table.columns(0, 64);
  x.data.forEach((value, i) => {
    x.data[i] = value / 16;
  });
  return { x, y: table.columns(64).data, rows: x.shape[0] };
}

/**
 * Up to 10,000 rows of MNIST, pixels in 0…1: from `folder` (training files if it has them, else the test files), else
 * from ../shared/data/mnist-10k, else seeded numbers of the same density.
 * @returns {Promise<{ x: { data: Float32Array, shape: number[] }, y: Uint8Array, rows: number, source: string }>}
 */
export function loadMnist(folder) {
  loaded ??= findMnist(folder); // by several cases of one run
  return loaded;
}

let loaded;

async function findMnist(folder) {
  const folders = folder ? [folder] : [join(root, '../shared/data/mnist-10k')];
  for (const place of folders) {
    for (const set of ['train', 't10k']) {
      const images = findFile(place, `${set}-images-idx3-ubyte`);
      const labels = findFile(place, `${set}-labels-idx1-ubyte`);
      if (images && labels) return readMnist(images, labels, `MNIST (${set} files)`);
    }
  }
  if (folder) throw new Error(`--mnist ${folder}: there is no train- or t10k-images-idx3-ubyte[.gz] with its labels.`);
  return seededMnist();
}

const findFile = (folder, name) =>
  [name, `${name}.gz`].map((file) => join(folder, file)).find((path) => existsSync(path));

async function readMnist(imagesPath, labelsPath, source) {
  const [images, labels] = await Promise.all([readIdx(imagesPath), readIdx(labelsPath)]);
  const rows = Math.min(ROWS, labels.data.length);
  const data = Float32Array.from(images.data.subarray(0, rows * 784), (byte) => byte / 255);
  return { x: { data, shape: [rows, 784] }, y: labels.data.subarray(0, rows), rows, source };
}

function seededMnist() {
  const next = random(1);
  const data = Float32Array.from({ length: ROWS * 784 }, () => (next() < DENSITY ? next() : 0));
  const y = Uint8Array.from({ length: ROWS }, () => Math.floor(next() * 10));
  return { x: { data, shape: [ROWS, 784] }, y, rows: ROWS, source: `seeded numbers, ${DENSITY * 100} % not 0` };
}

/** Seeded rows of numbers in 0…1; the label says whether just one of the first two is in the upper half. */
export function seeded(rows, cols) {
  const next = random(2);
  const data = Float32Array.from({ length: rows * cols }, next);
  const y = Uint8Array.from({ length: rows }, (_, i) => Number(data[i * cols] > 0.5 !== data[i * cols + 1] > 0.5));
  return { x: { data, shape: [rows, cols] }, y, rows };
}

/** Rows for a network of so many inputs and outputs: MNIST, handwritten digits or seeded numbers. */
export async function loadFor(inputs, outputs, mnistFolder) {
  const data = await (inputs === 784 ? loadMnist(mnistFolder) : inputs === 64 ? loadDigits() : seeded(4_096, inputs));
  return {
    x: { data: data.x.data, shape: [data.rows, inputs] },
    y: Uint8Array.from(data.y, (label) => label % Math.max(2, outputs)),
    rows: data.rows,
    source: data.source ?? (inputs === 64 ? 'handwritten digits' : 'seeded numbers'),
  };
}
