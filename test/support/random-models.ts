// Random models and trainings, as plain data that fast-check can print and shrink.
import * as fc from 'fast-check';
import { buildArchitecture, type Training } from '../../src/compile';
import type { Rows } from '../../src/data/inputs';
import {
  type DType,
  layers,
  losses,
  optimizers,
  regularizers,
  type Sequential,
  type SequentialOptions,
  sequential,
} from '../../src/index';
import { activationNames } from '../../src/layers/activations';
import type { Layer } from '../../src/layers/layer';
import { type Loss, type LossName, takesLabels } from '../../src/losses';
import type { MetricName } from '../../src/metrics';
import type { Optimizer } from '../../src/optimizers';
import { uniforms } from './probe';

const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const width = fc.oneof(
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 70 }),
  pick(4, 16, 17, 31, 32, 33, 64),
);
const activation = pick(...activationNames);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

const regularizer = maybe(
  fc.oneof(
    pick(regularizers.l1(), regularizers.l2(), regularizers.l1l2()),
    fc.record({ l1: pick(0, 1e-3), l2: pick(0, 0.1) }),
  ),
);

const initializer = pick('glorotUniform', 'heNormal', 'lecunUniform', 'randomNormal', 'truncatedNormal', 'zeros');
const denseSpec = fc.record({
  type: pick('dense' as const),
  units: width,
  activation,
  useBias: fc.boolean(),
  kernelInitializer: initializer,
  biasInitializer: pick('zeros', 'ones', 'randomUniform'),
  kernelRegularizer: regularizer,
  biasRegularizer: regularizer,
});
const layerSpec = fc.oneof(
  { weight: 3, arbitrary: denseSpec },
  { weight: 1, arbitrary: fc.record({ type: pick('activation' as const), activation }) },
  { weight: 1, arbitrary: fc.record({ type: pick('dropout' as const), rate: pick(0, 0.1, 0.5, 0.9) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: pick('rescaling' as const), scale: pick(1 / 255, -2, 0), offset: pick(0, 0.5) }),
  },
  { weight: 1, arbitrary: fc.record({ type: pick('flatten' as const) }) },
);
type LayerSpec = typeof layerSpec extends fc.Arbitrary<infer T> ? T : never;

const smoothing = pick(0, 0.1);
const fromLogits = fc.boolean();
const lossSpec: fc.Arbitrary<Loss> = fc.oneof(
  pick(losses.meanSquaredError(), losses.meanAbsoluteError(), losses.huber(), losses.huber({ delta: 0.1 })),
  fc.record({
    name: pick<LossName>('binaryCrossentropy', 'categoricalCrossentropy'),
    labelSmoothing: smoothing,
    fromLogits,
  }),
  fc.record({ name: pick<LossName>('sparseCategoricalCrossentropy'), fromLogits }),
);

const learningRate = pick(0.001, 0.1, 10);
const epsilon = pick(1e-7, 1e-3);
const momentum = pick(0, 0.9);
const common = { learningRate, clipValue: maybe(pick(0.5, 1e-3)), globalClipNorm: maybe(pick(1, 0.01)) };
const optimizerSpec: fc.Arbitrary<Optimizer> = fc.oneof(
  fc.record({ ...common, momentum, nesterov: fc.boolean() }).map(optimizers.sgd),
  fc.record({ ...common, rho: pick(0.9, 0), momentum, epsilon, centered: fc.boolean() }).map(optimizers.rmsProp),
  fc.record({ ...common, initialAccumulatorValue: pick(0.1, 0), epsilon }).map(optimizers.adagrad),
  fc.record({ ...common, beta1: pick(0.9, 0.5, 0), beta2: pick(0.999, 0.9), epsilon }).map(optimizers.adam),
  fc.record({ ...common, weightDecay: pick(0.004, 0) }).map(optimizers.adamW),
);

const metrics: fc.Arbitrary<MetricName[]> = pick([], ['accuracy'], ['accuracy', 'mse', 'mae']);

type Kind = 'ordinary' | 'sparse' | 'zeros' | 'tiny' | 'denormal' | 'large' | 'mixed';
/** What the numbers are like. */
const kind = pick<Kind>('ordinary', 'ordinary', 'sparse', 'zeros', 'tiny', 'denormal', 'large', 'mixed');

const anyModel = fc.record({
  dtype: pick<DType>('float32', 'float64'),
  seed: fc.nat(),
  inputs: width,
  layers: fc.array(layerSpec, { minLength: 0, maxLength: 3 }),
  /** The last one, or the last but one before a cross-entropy's own activation. */
  last: denseSpec,
  fitting: fc.boolean(),
  loss: lossSpec,
  optimizer: optimizerSpec,
  metrics,
  rows: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 60 })),
  batchSize: pick(1, 2, 3, 5, 8, 13, 32, 100),
  epochs: fc.integer({ min: 1, max: 3 }),
  shuffle: fc.boolean(),
  onNonFinite: pick<'throw' | 'stop' | 'ignore'>('throw', 'stop', 'ignore'),
  kind,
  skipZeros: pick<'auto' | boolean>('auto', true, false),
});
export type ModelSpec = typeof anyModel extends fc.Arbitrary<infer T> ? T : never;

/** Errors are measured against rows of numbers, which labels are not. */
export const modelSpec: fc.Arbitrary<ModelSpec> = anyModel.map((spec) =>
  takesLabels(spec.loss) ? { ...spec, metrics: spec.metrics.filter((name) => name === 'accuracy') } : spec,
);

/** The output activation that goes with a loss. */
const ownActivation = (loss: Loss) => {
  if (loss.name === 'binaryCrossentropy') return 'sigmoid';
  return /ategorical/.test(loss.name) ? 'softmax' : 'linear';
};

function layerOf(spec: LayerSpec | ModelSpec['last'], inputDim: number | undefined): Layer {
  const { type, ...options } = spec;
  return (layers[type] as (options: object) => Layer)({ ...options, inputDim });
}

export function layersOf({ inputs, layers, last, fitting, loss }: ModelSpec): Layer[] {
  const final = fitting && !loss.fromLogits ? { ...last, activation: ownActivation(loss) } : last;
  return [...layers, final as typeof last].map((spec, i) => layerOf(spec, i === 0 ? inputs : undefined));
}

export const architectureOf = (spec: ModelSpec) => buildArchitecture(layersOf(spec));

export function modelOf(spec: ModelSpec, backend: SequentialOptions['backend'], threads = 1): Sequential<DType> {
  const { dtype, seed, loss, optimizer, metrics, skipZeros } = spec;
  const model = sequential<DType>({ layers: layersOf(spec), dtype, seed, backend, skipZeros, threads });
  model.compile({ loss, optimizer, metrics });
  return model;
}

export const trainingOf = ({ loss, optimizer, metrics, onNonFinite }: ModelSpec): Training => ({
  loss,
  optimizer,
  metrics,
  sum: false,
  guard: onNonFinite !== 'ignore',
});

/** One number of a kind. */
function draw(random: () => number, kind: Kind, dtype: DType): number {
  const x = 4 * random() - 2;
  const denormal = dtype === 'float32' ? 2 ** -130 : 2 ** -1030;
  switch (kind) {
    case 'ordinary':
      return x;
    case 'sparse':
      return random() < 0.7 ? 0 : x;
    case 'zeros':
      return x < 0 ? -0 : 0;
    case 'tiny':
      return x * 2 ** -60;
    case 'denormal':
      return random() < 0.5 ? x : x * denormal;
    case 'large':
      return x * 1e4;
    case 'mixed':
      return x * [1, 0, denormal, 2 ** -50, 2 ** -100, 1e3, 255][Math.floor(random() * 7)]!;
  }
}

const floats = (dtype: DType, length: number, make: (i: number) => number) =>
  dtype === 'float32'
    ? Float32Array.from({ length }, (_, i) => make(i))
    : Float64Array.from({ length }, (_, i) => make(i));

/** Inputs and targets that fit the model. */
export function dataOf(spec: ModelSpec, outputs: number): { x: Rows; y: Rows } {
  const { dtype, rows, inputs, loss, kind, seed } = spec;
  const random = uniforms(seed);
  const x = { data: floats(dtype, rows * inputs, () => draw(random, kind, dtype)), rows, cols: inputs };
  if (takesLabels(loss)) {
    return { x, y: { data: floats(dtype, rows, () => Math.floor(random() * outputs)), rows, cols: 1 } };
  }
  const probabilities = /rossentropy/.test(loss.name);
  const target = () => (probabilities ? [0, 1, random()][Math.floor(random() * 3)]! : draw(random, kind, dtype));
  return { x, y: { data: floats(dtype, rows * outputs, target), rows, cols: outputs } };
}

/** Optimizer state as it may be after long training: of all sizes, down to what is flushed; second moments are not negative. */
export function stateOf(spec: ModelSpec, length: number, salt: number): ReturnType<typeof floats> {
  const random = uniforms(spec.seed + salt);
  return floats(spec.dtype, length, () => random() * (random() < 0.5 ? 1 : 2 ** -(160 * random())));
}
