// Reported losses and metrics against sums over the predictions, as one would write them by hand.
import { describe, expect, it } from 'vitest';
import { type CompileOptions, type Data, layers, losses, optimizers, regularizers, sequential } from '../src/index';
import { backends, classes, rowsOf } from './support/models';

const { x, y: labels } = classes(11);
const oneHot = labels.map((label) => [0, 1, 2].map((c) => Number(c === label)));
const binary = labels.map((label) => [Number(label > 0)]);
const pairs = labels.map((label) => [Number(label > 0), Number(label > 1)]);
const real = rowsOf(11, 3, 9);

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const perRow = (p: number[][], t: number[][], f: (p: number, t: number) => number) =>
  mean(p.map((row, i) => mean(row.map((value, j) => f(value, t[i]![j]!)))));
const largest = (row: readonly number[]) => row.indexOf(Math.max(...row));
const crossentropy = (p: number, t: number) => -(t * Math.log(p) + (1 - t) * Math.log(1 - p));
const huber = (e: number) => (e <= 0.3 ? (e * e) / 2 : 0.3 * e - 0.045);

interface Case {
  activation: 'softmax' | 'sigmoid' | 'linear';
  loss: CompileOptions['loss'];
  y: Data & number[][];
  expected: (p: number[][]) => number;
  accuracy: (p: number[][]) => number;
}

const argMaxes = (p: number[][]) => mean(p.map((row, i) => Number(largest(row) === labels[i])));
const cases: Record<string, Case> = {
  'sparse categorical': {
    activation: 'softmax',
    loss: 'sparseCategoricalCrossentropy',
    y: labels.map((label) => [label]),
    expected: (p) => mean(p.map((row, i) => -Math.log(row[labels[i]!]!))),
    accuracy: argMaxes,
  },
  categorical: {
    activation: 'softmax',
    loss: 'categoricalCrossentropy',
    y: oneHot,
    expected: (p) => mean(p.map((row, i) => -Math.log(row[labels[i]!]!))),
    accuracy: argMaxes,
  },
  'categorical, smoothed': {
    activation: 'softmax',
    loss: losses.categoricalCrossentropy({ labelSmoothing: 0.3 }),
    y: oneHot,
    expected: (p) =>
      mean(p.map((row, i) => -row.reduce((s, q, j) => s + (oneHot[i]![j]! * 0.7 + 0.1) * Math.log(q), 0))),
    accuracy: argMaxes,
  },
  'binary, one output': {
    activation: 'sigmoid',
    loss: 'binaryCrossentropy',
    y: binary,
    expected: (p) => perRow(p, binary, crossentropy),
    accuracy: (p) => perRow(p, binary, (q, t) => Number(Number(q > 0.5) === t)),
  },
  'binary, two outputs': {
    activation: 'sigmoid',
    loss: 'binaryCrossentropy',
    y: pairs,
    expected: (p) => perRow(p, pairs, crossentropy),
    accuracy: (p) => perRow(p, pairs, (q, t) => Number(Number(q > 0.5) === t)),
  },
  'squared error': {
    activation: 'linear',
    loss: 'mse',
    y: real,
    expected: (p) => perRow(p, real, (q, t) => (q - t) ** 2),
    accuracy: (p) => mean(p.map((row, i) => Number(largest(row) === largest(real[i]!)))),
  },
  huber: {
    activation: 'linear',
    loss: losses.huber({ delta: 0.3 }),
    y: real,
    expected: (p) => perRow(p, real, (q, t) => huber(Math.abs(q - t))),
    accuracy: (p) => mean(p.map((row, i) => Number(largest(row) === largest(real[i]!)))),
  },
};

describe.each(backends)('on %s', (backend) => {
  it.each(Object.entries(cases))('%s', (_, { activation, loss, y, expected, accuracy }) => {
    const units = loss === 'sparseCategoricalCrossentropy' ? 3 : y[0]!.length;
    const model = sequential({
      layers: [
        layers.dense({ units: 5, activation: 'tanh', inputDim: 4, biasInitializer: 'randomNormal' }),
        layers.dense({ units, activation }),
      ],
      seed: 3,
      dtype: 'float64',
      backend,
    });
    const metrics = ['accuracy', ...(units === y[0]!.length ? (['mse', 'mae'] as const) : [])] as const;
    model.compile({ loss, metrics, optimizer: optimizers.sgd({ learningRate: 0 }) });
    const p = model.predict(x).toArray();
    const wanted: Record<string, number> = { loss: expected(p), accuracy: accuracy(p) };
    if (metrics.length > 1) {
      wanted.mse = perRow(p, y, (q, t) => (q - t) ** 2);
      wanted.mae = perRow(p, y, (q, t) => Math.abs(q - t));
    }
    expect(Object.keys(wanted)).toEqual(['loss', ...metrics]);
    const got = model.evaluate(x, y, { batchSize: 4 }); // 4 + 4 + 3 rows: the short batch weighs less
    for (const [name, value] of Object.entries(wanted)) expect(got).toHaveProperty(name, expect.closeTo(value, 12));
    const { history } = model.fitSync(x, y, { batchSize: 4, shuffle: false });
    expect(history).toEqual(Object.fromEntries(Object.entries(got).map(([name, value]) => [name, [value]])));
  });

  it('penalties are part of the loss, in training and in evaluation', () => {
    const build = (regularized: boolean) => {
      const model = sequential({
        layers: [
          layers.dense({
            units: 40, // more than one panel
            inputDim: 4,
            biasInitializer: 'ones',
            ...(regularized && { kernelRegularizer: regularizers.l1l2({ l1: 0.1, l2: 0.2 }), biasRegularizer: 'l2' }),
          }),
          layers.dense({ units: 3 }),
        ],
        seed: 3,
        dtype: 'float64',
        backend,
      });
      model.compile({ loss: 'mse', optimizer: optimizers.sgd({ learningRate: 0 }), metrics: ['mse'] });
      return model;
    };
    const [plain, penalised] = [build(false), build(true)];
    const [kernel, bias] = penalised.getWeights();
    const sum = (values: Iterable<number>, f: (v: number) => number) => [...values].reduce((s, v) => s + f(v), 0);
    const penalty =
      0.1 * sum(kernel!.data, Math.abs) + 0.2 * sum(kernel!.data, (v) => v * v) + 0.01 * sum(bias!.data, (v) => v * v);
    const { loss, mse } = plain.evaluate(x, real);
    const got = penalised.evaluate(x, real, { batchSize: 4 });
    expect(got.loss).toBeCloseTo(loss + penalty, 12);
    expect(got.mse).toBe(mse);
    expect(penalised.fitSync(x, real, { batchSize: 4 }).history.loss[0]).toBeCloseTo(loss + penalty, 12);
    const validated = penalised.fitSync(x, real, { validationData: [x, real] }).history;
    expect(validated.val_loss![0]).toBeCloseTo(loss + penalty, 12);
  });

  it('logs of a batch are means over the rows so far', () => {
    const model = sequential({ layers: [layers.dense({ units: 3, inputDim: 4 })], dtype: 'float64', backend });
    model.compile({ loss: 'mae', optimizer: optimizers.sgd({ learningRate: 0 }) });
    const p = model.predict(x).toArray();
    const seen: number[] = [];
    model.fitSync(x, real, {
      batchSize: 4,
      shuffle: false,
      callbacks: { onBatchEnd: (_, { loss }) => seen.push(loss) },
    });
    const upTo = (n: number) => perRow(p.slice(0, n), real, (q, t) => Math.abs(q - t));
    expect(seen).toEqual([upTo(4), upTo(8), upTo(11)].map((value) => expect.closeTo(value, 12)));
  });

  it('cross-entropies refuse targets that are no shares', () => {
    const model = sequential({ layers: [layers.dense({ units: 3, activation: 'sigmoid', inputDim: 4 })], backend });
    for (const loss of ['binaryCrossentropy', 'categoricalCrossentropy'] as const) {
      model.compile({ loss });
      const before = JSON.stringify(model);
      for (const wrong of [-1, 2]) {
        const message = `y row 7, column 1 is ${wrong}. Targets of the loss '${loss}' are shares in 0…1, such as 0 and 1.`;
        expect(() => model.fitSync(x, oneHot.with(7, [0, wrong, 0]))).toThrow(
          expect.objectContaining({ code: 'ERR_DATA', message }),
        );
      }
      expect(JSON.stringify(model)).toBe(before);
      model.fitSync(x, oneHot.with(7, [0.25, 0.5, 0.25]));
    }
    const single = sequential({ layers: [layers.dense({ units: 1, activation: 'sigmoid', inputDim: 4 })], backend });
    single.compile({ loss: 'binaryCrossentropy' });
    expect(() => single.evaluate(x, labels)).toThrow(`y row ${labels.indexOf(2)}, column 0 is 2.`);
  });
});
