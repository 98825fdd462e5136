import { Purpose } from '../assembly/opcodes';
import { checkOptions, describe, fail, finiteNumber, inRange, oneOf } from './errors';
import { type Floats, floatArrays } from './plan/layout';
import { type DType, sizeOf } from './plan/tensor';
import { normal, stream, truncatedNormal, uniform } from './random';

/** Options of an initializer that has none. */
export type NoOptions = Record<string, never>;

/** Options of `initializers.randomNormal` and `initializers.truncatedNormal`. */
export interface NormalOptions {
  /** Centre of the distribution, default 0. */
  mean?: number;
  /** Standard deviation (before truncation), ≥ 0. Default 0.05. */
  stddev?: number;
}

/** Options of `initializers.randomUniform`. */
export interface UniformOptions {
  /** Lower bound, default −0.05. */
  minval?: number;
  /** Upper bound, at least `minval`; default 0.05. */
  maxval?: number;
}

/** Options of `initializers.constant`. */
export interface ConstantOptions {
  /** Every value, default 0. */
  value?: number;
}

/**
 * Each initializer with its options, Keras's catalogue. fanIn and fanOut are the inputs and outputs of the layer.
 */
export interface InitializerOptions {
  /** Uniform in ±√(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010): the default for the weights of a dense layer. */
  glorotUniform: NoOptions;
  /** Truncated normal of standard deviation √(2 / (fanIn + fanOut)) (Glorot and Bengio, 2010). */
  glorotNormal: NoOptions;
  /** Uniform in ±√(6 / fanIn) (He et al., 2015): for relu. */
  heUniform: NoOptions;
  /** Truncated normal of standard deviation √(2 / fanIn) (He et al., 2015): for relu. */
  heNormal: NoOptions;
  /** Uniform in ±√(3 / fanIn) (LeCun et al., 1998). */
  lecunUniform: NoOptions;
  /** Truncated normal of standard deviation √(1 / fanIn) (LeCun et al., 1998). */
  lecunNormal: NoOptions;
  /** Normal with the given mean (0) and standard deviation (0.05). */
  randomNormal: NormalOptions;
  /** Uniform from minval (−0.05) to maxval (0.05), which rounding may reach. */
  randomUniform: UniformOptions;
  /** Normal with the given mean (0) and standard deviation (0.05), restricted to two of these around the mean. */
  truncatedNormal: NormalOptions;
  /** 0. */
  zeros: NoOptions;
  /** 1. */
  ones: NoOptions;
  /** The given value (0). */
  constant: ConstantOptions;
}

/**
 * Names of initializers.
 * @useDeclaredType
 */
export type InitializerName = keyof InitializerOptions;

/** What may be written for an initializer: `'heNormal'`, `initializers.heNormal()`, `{ randomNormal: { stddev: 0.01 } }`. */
export type InitializerInput =
  | InitializerName
  | { readonly [K in InitializerName]: { readonly [P in K]: Readonly<InitializerOptions[K]> } }[InitializerName];

/** An initializer with all its options, plain data: `{ randomNormal: { mean: 0, stddev: 0.01 } }`. This is what models save. */
export type InitializerSpec = {
  readonly [K in InitializerName]: { readonly [P in K]: Readonly<Required<InitializerOptions[K]>> };
}[InitializerName];

const defaults: { readonly [K in InitializerName]: Required<InitializerOptions[K]> } = {
  glorotUniform: {},
  glorotNormal: {},
  heUniform: {},
  heNormal: {},
  lecunUniform: {},
  lecunNormal: {},
  randomNormal: { mean: 0, stddev: 0.05 },
  randomUniform: { minval: -0.05, maxval: 0.05 },
  truncatedNormal: { mean: 0, stddev: 0.05 },
  zeros: {},
  ones: {},
  constant: { value: 0 },
};

const names = Object.keys(defaults) as InitializerName[];

function make(name: InitializerName, options: object | undefined, place: string): InitializerSpec {
  const usual: Readonly<Record<string, number>> = defaults[name];
  const all = {
    ...usual,
    ...checkOptions<Record<string, unknown>>(place, options as Record<string, unknown>, Object.keys(usual)),
  };
  for (const [key, value] of Object.entries(all)) {
    if (key === 'stddev') inRange(place, key, value, 0);
    else finiteNumber(place, key, value);
  }
  const { minval, maxval } = all;
  if (minval! > maxval!) {
    fail('ERR_VALUE', `${place}: minval must not exceed maxval, got ${minval} and ${maxval}.`);
  }
  return { [name]: all } as InitializerSpec;
}

/**
 * Factories of weight initializers, {@link InitializerOptions} by name.
 *
 * @throws TypeError, RangeError for options that are unknown, not finite, or out of range.
 * @example
 * layers.dense({ units: 10, kernelInitializer: initializers.randomNormal({ stddev: 0.01 }) })
 */
export const initializers = Object.fromEntries(
  names.map((name) => [name, (options?: object) => make(name, options, name)]),
) as { readonly [K in keyof InitializerOptions]: (options?: InitializerOptions[K]) => InitializerSpec };

/**
 * Resolves what users may write for an initializer and fills in the defaults.
 *
 * @throws TypeError for the wrong kind or an unknown option, RangeError for an unknown name (both naming the nearest)
 * or an option out of range.
 */
export function parseInitializer(input: unknown, place = 'initializer'): InitializerSpec {
  if (typeof input === 'function') {
    fail('ERR_KIND', `${place}: got a function. Call it, as in heNormal(), or give its name.`);
  }
  const given = typeof input === 'object' && input !== null ? Object.entries(input) : [[input]];
  if (Array.isArray(input) || given.length !== 1) {
    const form = 'a name or an object with one, such as { randomNormal: { stddev: 0.01 } }';
    fail('ERR_KIND', `${place}: expected ${form}, got ${describe(input)}.`);
  }
  const [name, options] = given[0]!;
  const known = oneOf(place, name, names);
  return make(known, options, `${place} ${known}`);
}

/** Standard deviation of a standard normal restricted to −2 … 2. */
const truncatedStddev = 0.8796256610342398;

/**
 * The initial values of a weight matrix [fanIn, fanOut] or a vector [n], row-major, the same on every engine.
 *
 * Uniform values are u·(maxval − minval) + minval with every result rounded to the dtype, u having 24 or 53 random bits;
 * normal ones are mean + stddev·z in float64, rounded once.
 *
 * @param spec - From {@link parseInitializer}.
 * @param layer - Number of the random stream: every array of a model has its own.
 */
export function initialize(
  spec: InitializerSpec,
  shape: readonly number[],
  seed: number,
  layer: number,
  dtype: DType,
): Float32Array | Float64Array {
  const [name, options] = Object.entries(spec)[0]! as [InitializerName, Readonly<Record<string, number>>];
  const values: Floats = new floatArrays[dtype](sizeOf(shape));
  const key = stream(seed, Purpose.Initializer, layer, 0, 0);
  const fanOut = shape.at(-1)!;
  const fanIn = shape.length > 1 ? shape[0]! : fanOut; // a vector counts as a square, as in Keras
  const variance = (name.startsWith('lecun') ? 1 : 2) / Math.max(1, name.startsWith('glorot') ? fanIn + fanOut : fanIn);
  if (name.endsWith('Normal')) {
    const { mean = 0, stddev = Math.sqrt(variance) / truncatedStddev } = options;
    const draw = name === 'randomNormal' ? normal : truncatedNormal;
    return values.map((_, i) => mean + stddev * draw(key, i, dtype));
  }
  if (name.endsWith('Uniform')) {
    const limit = Math.sqrt(3 * variance);
    const { minval = -limit, maxval = limit } = options;
    const round = dtype === 'float32' ? Math.fround : Number;
    const span = round(maxval - minval);
    return values.map((_, i) => round(uniform(key, i, dtype) * span) + round(minval));
  }
  return values.fill(options.value ?? Number(name === 'ones'));
}
