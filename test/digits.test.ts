// The UCI handwritten digits: 64-64(relu)-10(softmax) with dropout, Adam in batches of 32, a validation split.
import { expect, it } from 'vitest';
import { layers, readCsv, type Sequential, sequential, type Table } from '../src/index';

const digits = await readCsv(new URL('../examples/data/digits.csv', import.meta.url));
const split = (rows: Table) => ({ x: rows.columns(0, 64), y: rows.columns(64) });
const train = split(digits.filterRows((i) => i % 5 !== 4));
const test = split(digits.filterRows((i) => i % 5 === 4));

function trained(seed: number, backend: 'wasm' | 'js') {
  const model = sequential({
    seed,
    backend,
    layers: [
      layers.rescaling({ scale: 1 / 16, inputShape: [64] }),
      layers.dense({ units: 64, activation: 'relu' }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { history } = model.fitSync(train.x, train.y, { epochs: 40, batchSize: 32, validationSplit: 0.1 });
  return { model, history };
}

const weightsOf = (model: Sequential) => model.getWeights().map(({ data }) => data);

it.each([1, 2, 3])('at least 95 %% of the held out digits are right, seed %d', (seed) => {
  const { model, history } = trained(seed, 'wasm');
  const { accuracy } = model.evaluate(test.x, test.y);
  const classes = model.predict(test.x).argMax();
  const right = classes.filter((k, i) => k === test.y.data[i]).length;
  expect(accuracy).toBeCloseTo(right / classes.length, 12);
  expect(classes).toHaveLength(359);
  expect(accuracy).toBeGreaterThanOrEqual(0.95);
  expect(history.val_accuracy!.at(-1)).toBeGreaterThan(0.93);
  expect(history.loss.at(-1)).toBeLessThan(history.loss[0]! / 10);
});

it('both backends learn the same weights, bit for bit', () => {
  const [wasm, js] = (['wasm', 'js'] as const).map((backend) => trained(1, backend));
  expect(weightsOf(js!.model)).toEqual(weightsOf(wasm!.model));
  expect(js!.history).toEqual(wasm!.history);
  expect(js!.model.evaluate(test.x, test.y)).toEqual(wasm!.model.evaluate(test.x, test.y));
  expect(weightsOf(trained(2, 'wasm').model)).not.toEqual(weightsOf(wasm!.model));
}, 30_000);
