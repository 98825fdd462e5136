// The work that all do: what it is, its first weights and data, and how milliseconds become a figure.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadMnist, random } from '../../data.js';

/** Of a training: the first one is not timed where the library does more in it, see epochsFromSecond. */
const EPOCHS = 3;
/** Of Adam. Some add it before correcting the bias, some after: at 1e-7 that alone is 0.6 % of the loss. */
const EPSILON = 1e-12;
/** Rows on which the loss is taken after training, and rows of the larger prediction. */
const SHOWN = 1024;
/** Predictions of one row in a call. */
const SINGLES = 100;

const gigaflops = (n) => (milliseconds) => (2 * n ** 3) / milliseconds / 1e6;

/**
 * `tolerance`: relative difference of the results up to which they count as the same. `spread`: the same for the means
 * of training with each library's own shuffling: at batch 32, one order of the rows or another makes 10 %.
 */
export function makeCases({ rows }) {
  const train = (batch) => ({
    name: `train-${batch}`,
    title: `784-128-10, Adam, batch ${batch}, ${EPOCHS} epochs of ${rows.toLocaleString('en')} rows, shuffled`,
    unit: 'k samples/s',
    convert: (milliseconds) => (EPOCHS * rows) / milliseconds,
    result: 'loss',
    tolerance: 1e-3,
    spread: 0.15,
    params: { kind: 'train', batch, epochs: EPOCHS, rows, shown: SHOWN, epsilon: EPSILON },
  });
  const matmul = (n) => ({
    name: `matmul-${n}`,
    title: `matrix product ${n}³, float32`,
    unit: 'GFLOP/s',
    convert: gigaflops(n),
    result: 'mean square',
    tolerance: 1e-5,
    params: { kind: 'matmul', n },
  });
  const predict = (count) => ({
    name: `predict-${count}`,
    title: `predict ${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}, 784-128-10`,
    unit: count === 1 ? 'µs' : 'k rows/s',
    convert: count === 1 ? (milliseconds) => (milliseconds / SINGLES) * 1000 : (milliseconds) => count / milliseconds,
    result: 'loss',
    tolerance: 1e-4,
    params: { kind: 'predict', rows: count, calls: count === 1 ? SINGLES : 1 },
  });
  return [
    {
      name: 'xor',
      title: 'XOR 2-4-1, 10,000 full-batch epochs',
      unit: 'ms',
      convert: (milliseconds) => milliseconds,
      result: 'squared error',
      tolerance: 1e-3,
      params: { kind: 'xor', epochs: 10_000, rate: 0.1, ...xorWeights() },
    },
    ...[32, 128, 512].map(train),
    ...[1, SHOWN].map(predict),
    ...[256, 512].map(matmul),
  ];
}

/** Glorot uniform: −√(6/(i + o)) … √(6/(i + o)). */
const glorot = (next, inner, cols) =>
  Array.from({ length: inner * cols }, () => (2 * next() - 1) * Math.sqrt(6 / (inner + cols)));

/** Weights from which gradient descent gets to the solution: w1 [2, 4], w2 [4, 1], flat. */
function xorWeights() {
  const next = random(1);
  return { w1: glorot(next, 2, 4), w2: glorot(next, 4, 1) };
}

/** Writes what all read into `folder`: files of raw little-endian numbers. */
export async function writeData(folder, mnistFolder) {
  mkdirSync(folder, { recursive: true });
  const write = (name, numbers) => writeFileSync(join(folder, name), numbers);
  const { x, y, rows, source } = await loadMnist(mnistFolder);
  const next = random(2);
  write('x.f32', x.data);
  write('y.u8', y);
  write('w1.f32', Float32Array.from(glorot(next, 784, 128)));
  write('w2.f32', Float32Array.from(glorot(next, 128, 10)));
  for (const n of [256, 512]) {
    for (const name of ['a', 'b'])
      write(
        `${name}${n}.f32`,
        Float32Array.from({ length: n * n }, () => 2 * next() - 1),
      );
  }
  return { rows, source };
}
