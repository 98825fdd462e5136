// Numbers of NumPy and PyTorch, made by test/golden/generate.py: both backends, float64 and float32.
import { describe, expect, it } from 'vitest';
import { type DType, layers, losses, type Optimizer, optimizers, regularizers, sequential } from '../src/index';
import type { ActivationName } from '../src/layers/activations';
import type { Loss } from '../src/losses';
import {
  close,
  type LayerGolden,
  type LossCase,
  type Numbers,
  type OptimizerCase,
  readActivations,
  readLosses,
  readMlp,
  readOptimizers,
  type TrainingGolden,
} from './golden/golden';
import { identity } from './support/gradients';
import { Probe, rowsOf } from './support/probe';

const runs = (['wasm', 'js'] as const).flatMap((backend) => [
  { backend, dtype: 'float64' as const },
  { backend, dtype: 'float32' as const },
]);
const { dense, activation } = layers;

/**
 * Largest relative error of an element; the worst of float64 is 4e-14. float32 carries 24 bits: values come within a few
 * roundings, while gradients (p − t, 1 − a²) and gelu (1 + erf) lose digits where they cancel, and a weight that crosses
 * zero keeps the error of its larger past.
 */
const tolerances = {
  float64: { value: 1e-12, cancelling: 1e-12, weights: 1e-12 },
  float32: { value: 5e-7, cancelling: 2e-5, weights: 5e-6 },
};
/** float32 sets deltas below 2⁻⁵³ to zero: such errors count as little. */
const floors = { float64: 1e-300, float32: 2 ** -53 / tolerances.float32.cancelling };

function expectClose(dtype: DType, kind: keyof (typeof tolerances)[DType], actual: Numbers, expected: Numbers): void {
  expect(close(actual, expected, undefined, floors[dtype])).toBeLessThanOrEqual(tolerances[dtype][kind]);
}

describe.each(runs)('activations, $backend $dtype', ({ backend, dtype }) => {
  it.each(readActivations().cases)('$activation', ({ activation: given, input, weights, output, gradient }) => {
    const name = given as ActivationName;
    const model = sequential({ layers: [activation({ activation: name, inputShape: [4] })], dtype, backend });
    expectClose(dtype, name.startsWith('gelu') ? 'cancelling' : 'value', model.predict(input).data, output);

    // The input is the kernel of a first layer; a last one multiplies by the weights, and |p − t| has the slope 1 there.
    const [carrier, last] = [dense({ units: 4, useBias: false, inputShape: [1] }), dense({ units: 1, useBias: false })];
    const probe = new Probe({ layers: [carrier, activation({ activation: name }), last], loss: 'mae' }, backend, dtype);
    for (const [i, row] of input.entries()) {
      probe.set(0, row);
      probe.set(1, weights[i]!);
      const { gradients } = probe.step(rowsOf([[1]], dtype), rowsOf([[-1e9]], dtype));
      expectClose(dtype, 'cancelling', gradients[0]!, gradient[i]!);
    }
  });
});

const lossOf = ({ loss, options }: LossCase): Loss =>
  (losses[loss as Loss['name']] as (options: LossCase['options']) => Loss)(
    loss.startsWith('sparse') ? { fromLogits: options.fromLogits } : options,
  );

describe.each(runs)('losses, $backend $dtype', ({ backend, dtype }) => {
  const cases = readLosses().cases.filter((given) => dtype === 'float64' || given.case !== 'clipped');
  it.each(cases)('$loss $case $options', (given) => {
    const { prediction, target, value, rows, gradient } = given;
    // The prediction is the kernel of the only layer: its gradient is that of the loss.
    const [n, cols] = [prediction.length, prediction[0]!.length];
    const loss = lossOf(given);
    const probe = new Probe(
      { layers: [dense({ units: cols, useBias: false, inputShape: [n] })], loss },
      backend,
      dtype,
    );
    probe.set(0, prediction);
    const step = probe.step(rowsOf(identity(n), dtype), rowsOf(target, dtype));
    expectClose(dtype, 'value', step.loss, value);
    expectClose(dtype, 'cancelling', step.gradients[0]!, gradient);
    for (const [i, expected] of rows.entries()) {
      const one = probe.step(rowsOf([identity(n)[i]!], dtype), rowsOf([target[i]!] as number[], dtype));
      expectClose(dtype, 'value', one.loss, expected);
    }
    if (!loss.fromLogits) return;
    // The same network with its activation, in the fused form: the same numbers.
    const last = dense({
      units: cols,
      useBias: false,
      inputShape: [n],
      activation: loss.name === 'binaryCrossentropy' ? 'sigmoid' : 'softmax',
    });
    const fused = new Probe({ layers: [last], loss: { ...loss, fromLogits: false } }, backend, dtype);
    fused.set(0, prediction);
    expect(fused.step(rowsOf(identity(n), dtype), rowsOf(target, dtype))).toEqual(step);
  });
});

function optimizerOf({ optimizer, options }: Pick<OptimizerCase, 'optimizer' | 'options'>, clip = {}): Optimizer {
  const name = ({ rmsprop: 'rmsProp', adamw: 'adamW' } as const)[optimizer as 'rmsprop'] ?? optimizer;
  return (optimizers[name] as (options: object) => Optimizer)({ ...options, ...clip });
}

describe.each(runs)('ten steps of optimizers, $backend $dtype', ({ backend, dtype }) => {
  it.each(readOptimizers().cases)('$optimizer $options', (given) => {
    // One row x and the loss |p − t| with t far below: ∂loss/∂kernel is x itself, so x gives the optimizer its gradient.
    const { initial, gradients, weights } = given;
    const model = sequential({ layers: [dense({ units: 1, useBias: false, inputShape: [5] })], dtype, backend });
    model.compile({ optimizer: optimizerOf(given), loss: 'meanAbsoluteError' });
    model.setWeights([{ data: Float64Array.from(initial), shape: [5, 1] }]);
    for (const [step, gradient] of gradients.entries()) {
      model.fitSync([gradient], [-1e9]);
      expectClose(dtype, 'weights', model.getWeights()[0]!.data, weights[step]!);
    }
  });
});

describe.each(runs)('a network, $backend $dtype', ({ backend, dtype }) => {
  const golden = readMlp();
  const { x, labels, initial, output, regularized } = golden;
  const l2 = regularizers.l2({ l2: regularized.l2Kernels });
  const l1 = regularizers.l1({ l1: regularized.l1SecondBias });
  const build = (penalized: boolean) =>
    golden.layers.map(({ units, activation }, i) =>
      dense({
        units,
        activation,
        inputShape: i === 0 ? [4] : undefined,
        kernelRegularizer: penalized ? l2 : undefined,
        biasRegularizer: penalized && i === 1 ? l1 : undefined,
      }),
    );
  const flat = (given: readonly LayerGolden[]) => given.flatMap(({ kernel, bias }) => [kernel, [bias]]);
  const cases: [name: string, TrainingGolden, clip: object][] = [
    ['plain', golden.plain, {}],
    ['regularized', regularized, {}],
    ['clipped by value', golden.clipValue, { clipValue: golden.clipValue.limit }],
    ['clipped by norm', golden.clipNorm, { globalClipNorm: golden.clipNorm.limit }],
  ];

  it('predicts', () => {
    const model = sequential({ layers: build(false), dtype, backend });
    model.setWeights(flat(initial));
    expectClose(dtype, 'value', model.predict(x).data, output);
  });

  it('evaluates, penalties included', () => {
    for (const penalized of [false, true]) {
      const model = sequential({ layers: build(penalized), dtype, backend });
      model.compile({ loss: 'sparseCategoricalCrossentropy' });
      model.setWeights(flat(initial));
      const expected = golden.plain.losses[0]! + (penalized ? regularized.penalty : 0);
      for (const batchSize of [2, 7])
        expectClose(dtype, 'value', model.evaluate(x, labels, { batchSize }).loss, expected);
    }
  });

  it.each(cases)('%s: first loss and gradient', (name, training, clip) => {
    const optimizer = optimizerOf({ ...training, options: { ...training.options, learningRate: 0 } }, clip);
    const layers = build(name === 'regularized');
    const probe = new Probe({ layers, loss: 'sparseCategoricalCrossentropy', optimizer }, backend, dtype);
    for (const [i, values] of flat(initial).entries()) probe.set(i, values);
    const { loss, gradients } = probe.step(rowsOf(x, dtype), rowsOf(labels, dtype));
    expectClose(dtype, 'value', loss, training.losses[0]!);
    expectClose(dtype, 'cancelling', gradients, flat(training.gradients));
  });

  it.each(cases)('%s: ten steps', (name, training, clip) => {
    const model = sequential({ layers: build(name === 'regularized'), dtype, backend });
    model.compile({ optimizer: optimizerOf(training, clip), loss: 'sparseCategoricalCrossentropy' });
    model.setWeights(flat(initial));
    const { history } = model.fitSync(x, labels, { epochs: 10, batchSize: 7, shuffle: false });
    expectClose(dtype, 'value', history.loss, training.losses);
    expectClose(
      dtype,
      'weights',
      model.getWeights().map(({ data }) => data),
      flat(training.weights),
    );
  });
});
