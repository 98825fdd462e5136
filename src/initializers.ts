import { Purpose } from '../assembly/opcodes';
import { checkOptions, describe, describeKind, fail, finiteNumber, inRange, unknownName } from './errors';
import type { DType } from './plan/tensor';
import { type Key, normal, stream, truncatedNormal, uniform } from './random';

/** An initializer that has no options. */
export type NoOptions = Record<string, never>;

export interface NormalOptions {
  /** Default 0. */
  mean?: number;
  /** Standard deviation (before truncation), ≥ 0. Default 0.05. */
  stddev?: number;
}

export interface UniformOptions {
  /** Default −0.05. */
  minval?: number;
  /** Default 0.05. */
  maxval?: number;
}

export interface ConstantOptions {
  /** Default 0. */
  value?: number;
}

/** The options of each initializer. */
export interface InitializerOptions {
  glorotUniform: NoOptions;
  glorotNormal: NoOptions;
  heUniform: NoOptions;
  heNormal: NoOptions;
  lecunUniform: NoOptions;
  lecunNormal: NoOptions;
  randomNormal: NormalOptions;
  randomUniform: UniformOptions;
  truncatedNormal: NormalOptions;
  zeros: NoOptions;
  ones: NoOptions;
  constant: ConstantOptions;
}

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
    if (key === 'stddev') inRange(place, key, value, 0, Number.POSITIVE_INFINITY);
    else finiteNumber(place, key, value);
  }
  const { minval, maxval } = all;
  if (minval! > maxval!) {
    fail(RangeError, 'ERR_VALUE', `${place}: minval must not exceed maxval, got ${minval} and ${maxval}.`);
  }
  return { [name]: all } as InitializerSpec;
}

const factory =
  <K extends InitializerName>(name: K) =>
  (options?: InitializerOptions[K]): InitializerSpec =>
    make(name, options, name);

/**
 * Factories of weight initializers, Keras's catalogue. fanIn and fanOut are the inputs and outputs of the layer.
 *
 * @example
 * layers.dense({ units: 10, kernelInitializer: initializers.randomNormal({ stddev: 0.01 }) })
 */
export const initializers = {
  /** Uniform in ±√(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010): the default for the weights of a dense layer. */
  glorotUniform: factory('glorotUniform'),
  /** Truncated normal of standard deviation √(2 / (fanIn + fanOut)) (Glorot and Bengio, 2010). */
  glorotNormal: factory('glorotNormal'),
  /** Uniform in ±√(6 / fanIn) (He et al., 2015): for relu. */
  heUniform: factory('heUniform'),
  /** Truncated normal of standard deviation √(2 / fanIn) (He et al., 2015): for relu. */
  heNormal: factory('heNormal'),
  /** Uniform in ±√(3 / fanIn) (LeCun et al., 1998). */
  lecunUniform: factory('lecunUniform'),
  /** Truncated normal of standard deviation √(1 / fanIn) (LeCun et al., 1998). */
  lecunNormal: factory('lecunNormal'),
  /** Normal with the given mean (0) and standard deviation (0.05). */
  randomNormal: factory('randomNormal'),
  /** Uniform from minval (−0.05) to maxval (0.05), which rounding may reach. */
  randomUniform: factory('randomUniform'),
  /** Normal with the given mean (0) and standard deviation (0.05), restricted to two of these around the mean. */
  truncatedNormal: factory('truncatedNormal'),
  /** 0. */
  zeros: factory('zeros'),
  /** 1. */
  ones: factory('ones'),
  /** The given value (0). */
  constant: factory('constant'),
} satisfies { [K in InitializerName]: unknown };

/**
 * Resolves what users may write for an initializer and fills in the defaults.
 *
 * @throws TypeError for the wrong kind or an unknown option, RangeError for an unknown name (both naming the nearest)
 * or an option out of range.
 */
export function parseInitializer(input: unknown, place = 'initializer'): InitializerSpec {
  if (typeof input === 'function') {
    fail(TypeError, 'ERR_KIND', `${place}: got a function. Call it, as in initializers.heNormal(), or give its name.`);
  }
  let name = input;
  let options: unknown;
  if (typeof input === 'object' && input !== null) {
    const keys = Object.keys(input);
    if (Array.isArray(input) || keys.length !== 1) {
      const form = 'a name or an object of one name and its options such as { randomNormal: { stddev: 0.01 } }';
      fail(TypeError, 'ERR_KIND', `${place}: expected ${form}, got ${describe(input)}.`);
    }
    name = keys[0];
    options = (input as Record<string, unknown>)[keys[0]!];
  }
  const known = names.find((candidate) => candidate === name);
  if (known === undefined) throw unknownName(place, name, names);
  if (options !== undefined && (typeof options !== 'object' || options === null)) {
    fail(TypeError, 'ERR_KIND', `${place}: expected the options of ${known}, got ${describeKind(options)}.`);
  }
  return make(known, options, `${place} ${known}`);
}

/** fanIn and fanOut; a vector counts as a square, as in Keras. */
function fans(shape: readonly number[]): [fanIn: number, fanOut: number] {
  const fanOut = shape.at(-1)!;
  return [shape.length > 1 ? shape[0]! : fanOut, fanOut];
}

/** Variance of the named scheme's weights. */
function variance(name: string, fanIn: number, fanOut: number): number {
  if (name.startsWith('glorot')) return 2 / Math.max(1, fanIn + fanOut);
  return (name.startsWith('he') ? 2 : 1) / Math.max(1, fanIn);
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
  const [fanIn, fanOut] = fans(shape);
  const count = shape.reduce((product, size) => product * size, 1);
  const values = dtype === 'float32' ? new Float32Array(count) : new Float64Array(count);
  const key = stream(seed, Purpose.Initializer, layer, 0, 0);
  switch (name) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'constant':
      return values.fill(options.value!);
    case 'randomUniform':
      return fillUniform(values, key, dtype, options.minval!, options.maxval!);
    case 'randomNormal':
      return fillNormal(values, key, dtype, normal, options.mean!, options.stddev!);
    case 'truncatedNormal':
      return fillNormal(values, key, dtype, truncatedNormal, options.mean!, options.stddev!);
    case 'glorotUniform':
    case 'heUniform':
    case 'lecunUniform': {
      const limit = Math.sqrt(3 * variance(name, fanIn, fanOut));
      return fillUniform(values, key, dtype, -limit, limit);
    }
    default: {
      const stddev = Math.sqrt(variance(name, fanIn, fanOut)) / truncatedStddev;
      return fillNormal(values, key, dtype, truncatedNormal, 0, stddev);
    }
  }
}

function fillUniform<A extends Float32Array | Float64Array>(
  values: A,
  key: Key,
  dtype: DType,
  minval: number,
  maxval: number,
): A {
  const span = maxval - minval;
  for (let i = 0; i < values.length; i++) {
    const u = uniform(key, i, dtype);
    values[i] =
      dtype === 'float32' ? Math.fround(Math.fround(u * Math.fround(span)) + Math.fround(minval)) : u * span + minval;
  }
  return values;
}

function fillNormal<A extends Float32Array | Float64Array>(
  values: A,
  key: Key,
  dtype: DType,
  draw: typeof normal,
  mean: number,
  stddev: number,
): A {
  for (let i = 0; i < values.length; i++) values[i] = mean + stddev * draw(key, i, dtype);
  return values;
}
