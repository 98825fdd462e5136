// Zeros in the data are skipped where that pays; what comes of it is the same (parity.test.ts has random models).
import { describe, expect, test } from 'vitest';
import { density, sparseRows } from '../src/data/sparse';
import {
  type Layer,
  layers,
  loadModel,
  optimizers,
  type Sequential,
  type SequentialOptions,
  sequential,
} from '../src/index';
import { backends } from './support/models';
import { uniforms } from './support/probe';

/** Rows of which a share of the numbers is not 0. */
function rowsWith(share: number, rows = 40, cols = 50) {
  const random = uniforms(5);
  return Array.from({ length: rows }, () => Array.from({ length: cols }, () => (random() < share ? random() : 0)));
}
const x = rowsWith(0.2);
const labels = x.map((_, i) => i % 3);

const scaled = layers.rescaling({ scale: 1 / 3, inputShape: [50] });

function classifier(options: SequentialOptions, first: Layer = scaled) {
  const model = sequential({
    ...options,
    seed: 3,
    layers: [
      first,
      layers.dense({ units: 37, activation: 'relu' }),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}
const zerosOf = (model: Sequential, options = {}) => /zeros: (.*)/.exec(model.plan(options))![1];

describe.each(backends)('on %s', (backend) => {
  test('histories, evaluations, predictions and files do not depend on it', async () => {
    const results = [];
    for (const skipZeros of [false, true, 'auto'] as const) {
      const model = classifier({ backend, skipZeros });
      const options = { epochs: 4, batchSize: 7, validationSplit: 0.25 };
      const { history } = await model.fit(x, labels, options);
      const copy = loadModel(JSON.stringify(model), { backend });
      copy.fitSync(x, labels, { ...options, epochs: 1 });
      results.push({
        history,
        evaluation: model.evaluate(x, labels),
        predictions: model.predict(x).data,
        one: model.predict(x[7]!).data,
        file: JSON.stringify(model),
        resumed: JSON.stringify(copy),
      });
    }
    const [dense, ...others] = results;
    for (const other of others) expect(other).toEqual(dense);
  });

  test('weights that overflow give what the dense product gives', () => {
    const [dense, sparse] = [false, true].map((skipZeros) => {
      const model = sequential({ seed: 1, backend, skipZeros, layers: [layers.dense({ units: 3, inputShape: [50] })] });
      const before = model.predict(x).data;
      model.compile({ optimizer: optimizers.sgd({ learningRate: 1e30 }), loss: 'mse' });
      const targets = x.map((row) => row.slice(0, 3));
      const { history } = model.fitSync(x, targets, { epochs: 3, onNonFinite: 'ignore' });
      return { before, history, after: model.predict(x).data, weights: model.getWeights().map(({ data }) => data) };
    });
    expect(sparse).toEqual(dense);
    expect(sparse!.before.some(Number.isNaN)).toBe(false);
    expect(sparse!.after.some(Number.isNaN)).toBe(true);
  });
});

test('the plan says whether zeros are skipped, and why', () => {
  const model = classifier({});
  expect(zerosOf(model)).toBe('no data seen yet');
  model.fitSync(x, labels);
  expect(zerosOf(model)).toMatch(/^skipped \(density 0\.\d\d < 0\.43\)$/);
  expect(model.plan()).toContain('matmulBackwardWeightsSparse');
  expect(model.plan()).not.toContain('rescale'); // folded into the data
  model.predict(rowsWith(0.6));
  expect(zerosOf(model, { kind: 'predict' })).toMatch(/^not skipped \(density 0\.\d\d ≥ 0\.43\)$/);
  expect(model.plan({ kind: 'predict' })).toContain('rescale');
  const [on, off] = [true, false].map((skipZeros) => classifier({ skipZeros }));
  for (const each of [on!, off!]) each.predict(rowsWith(0.6));
  expect(zerosOf(on!)).toBe('skipped (skipZeros is true)');
  expect(zerosOf(off!)).toBe('not skipped (skipZeros is false)');
});

test.each([
  ['an offset makes zeros something else', layers.rescaling({ scale: 2, offset: 1, inputShape: [50] })],
  ['dropout comes first', layers.dropout({ rate: 0.5, inputShape: [50] })],
  ['an activation comes first', layers.activation({ activation: 'tanh', inputShape: [50] })],
])('%s: nothing is skipped', (_why, first) => {
  const results = [true, false].map((skipZeros) => {
    const model = classifier({ skipZeros }, first);
    model.fitSync(x, labels, { epochs: 2 });
    expect(zerosOf(model)).toBe('not skipped (the first layer is no product of the inputs)');
    return model.predict(x).data;
  });
  expect(results[0]).toEqual(results[1]);
});

test('skipZeros is checked', () => {
  expect(() => sequential({ skipZeros: 'yes' as never })).toThrow(
    'sequential: skipZeros must be true or false, got "yes"',
  );
});

test('rows become entries of their numbers other than 0, multiplied by the factors in turn', () => {
  const table = { data: new Float32Array([0, 0.1, -0, Number.NaN, 0, 0]), rows: 2, cols: 3 };
  const { numbers, starts } = sparseRows(table, 'float32', [1 / 3, 7]);
  const words = new Uint32Array(numbers.buffer);
  expect([...starts]).toEqual([0, 8, 16]); // bytes
  expect([words[0], words[2]]).toEqual([1, 0]);
  const value = Math.fround(Math.fround(Math.fround(0.1) * Math.fround(1 / 3)) * 7);
  expect([...numbers].filter((_, i) => i % 2).slice(0, 2)).toEqual([value, Number.NaN]);
  const doubles = { ...table, data: new Float64Array([0, 0.1, -0, 2 ** -1074, -(2 ** -1074), 0]) };
  const wide = sparseRows(doubles, 'float64', []);
  const wideWords = new Uint32Array(wide.numbers.buffer);
  expect([...wide.starts]).toEqual([0, 16, 48]);
  expect([wideWords[0], wideWords[4], wideWords[8]]).toEqual([1, 0, 1]);
  const values = wide.numbers.filter((_, i) => i % 2);
  expect([...values.slice(0, 3)]).toEqual([0.1, 2 ** -1074, -(2 ** -1074)]);
});

test('what is done to the data later does not change a training', async () => {
  for (const share of [0.1, 0.9]) {
    const rows = rowsWith(share, 60);
    const targets = rows.map((_, i) => i % 3);
    const data = Float32Array.from(rows.flat());
    const clear = { onBatchEnd: () => void data.fill(0) };
    const [whole, spoilt] = [classifier({}), classifier({})];
    whole.fitSync(rows, targets, { epochs: 3, validationSplit: 0.3 });
    await spoilt.fit({ data, shape: [60, 50] }, targets, { epochs: 3, validationSplit: 0.3, callbacks: clear });
    expect(JSON.stringify(spoilt)).toBe(JSON.stringify(whole));
    expect(data.some((value) => value !== 0)).toBe(false);
  }
});

test('density is estimated from up to 256 rows', () => {
  expect(density({ data: new Float32Array([0, 1, 2, 0]), rows: 2, cols: 2 })).toBe(0.5);
  const data = new Float64Array(1000).map((_, i) => (i % 2 ? 0 : 1));
  expect(density({ data, rows: 1000, cols: 1 })).toBeCloseTo(0.5, 1);
});
