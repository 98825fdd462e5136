// The form of the op table: what a row says about its op, and the numbers to try it on.
import type { Layout, OpName } from '../../src/plan/schema';
import type { DType } from '../../src/plan/tensor';

/** Registers by name, as far as ops use them. `trace0` is what stands where the loss trace is written. */
export type Registers = Record<
  | 'rows'
  | 'batch'
  | 'rowsLeft'
  | 'x'
  | 'y'
  | 'xStride'
  | 'yStride'
  | 'epoch'
  | 'epochStep'
  | 'seedHigh'
  | 'seedLow'
  | 'learningRateAt'
  | 'learningRateStride'
  | 'traceAt'
  | 'stopped'
  | 'weightsFinite'
  | 'stepCount'
  | 'beta1Power'
  | 'beta2Power'
  | 'squaredNorm'
  | `accumulator${number}`
  | 'trace0',
  number
>;

/** What an op is given. Operands are logical: row-major, without pads (`flat`: all n elements). */
export interface Call {
  readonly dtype: DType;
  readonly rows: number;
  readonly dims: Readonly<Record<string, number>>;
  /** Integers and constants by name. */
  readonly numbers: Readonly<Record<string, number>>;
  /** The operands that are read, by name. */
  readonly in: Readonly<Record<string, Float64Array>>;
  readonly registers: Readonly<Registers>;
  readonly learningRate: number;
  /** Rounds to the dtype: for limits that are themselves numbers of it. */
  round(x: number): number;
}

/** What must come of it. Registers left out stay as they were. */
export interface Expected {
  readonly out?: Readonly<Record<string, ArrayLike<number>>>;
  readonly registers?: Partial<Registers>;
  /** Steps completed, 1 unless the op ends the run. */
  readonly steps?: number;
}

/** Makes element `index` of an operand, row-major. */
export type Generator = (random: () => number, index: number, dims: Readonly<Record<string, number>>) => number;

/** One choice of an op's numbers, and of the registers it reads. */
export interface Variant {
  readonly numbers?: Readonly<Record<string, number>>;
  readonly registers?: Partial<Registers>;
  /** Optional operands that are left out. */
  readonly without?: readonly string[];
  /** Of all operands, instead of the schema's. */
  readonly layout?: Layout;
}

export interface OpRow {
  /** Sizes to try, by dimension, instead of the usual ones. */
  readonly dims?: Readonly<Record<string, readonly number[]>>;
  readonly variants?: readonly Variant[];
  /** By operand; `real` where nothing is said. */
  readonly inputs?: Readonly<Record<string, Generator>>;
  /** Elements of the scratch operand, for so many threads. */
  readonly scratch?: (dims: Readonly<Record<string, number>>, dtype: DType, batch: number, threads: number) => number;
  /** The op's formula in float64, as plainly as it can be written. */
  readonly reference: (call: Call) => Expected;
  /** Largest error, relative to the value plus `magnitude`; 0: exact. */
  readonly tolerance?: Readonly<Record<DType, number>>;
  /** What errors in values near zero are measured by; the mean, if within 0.1 … 1, if left out. */
  readonly magnitude?: (values: ArrayLike<number>) => number;
  /** Operands whose pads need not be +0 after the op, where those of its inputs are. */
  readonly freePads?: readonly string[];
  /**
   * Where a NaN that goes in may not come out as a NaN, though something must show it: counted as wrong, ends the run.
   * By operand name, since an op may pass on a NaN of one operand and not of the other.
   */
  readonly nan?: Readonly<Record<string, 'counts as wrong' | 'stops'>>;
}

export type Table<N extends OpName = OpName> = Readonly<Record<N, OpRow>>;

/** Numbers in −2 … 2, some of them zeros of either sign. */
export const real: Generator = (random) => {
  const u = random();
  if (u < 0.04) return 0;
  if (u < 0.08) return -0;
  return 4 * random() - 2;
};

/** One of `values`, for example limits, now and then. */
export const or =
  (values: readonly number[], rest: Generator): Generator =>
  (random, index, dims) =>
    random() < 0.1 ? values[Math.floor(random() * values.length)]! : rest(random, index, dims);

export const between =
  (low: number, high: number): Generator =>
  (random) =>
    low + (high - low) * random();

/** Mostly zeros. */
export const rare: Generator = (random, index, dims) => (random() < 0.7 ? 0 : real(random, index, dims));

/** Probabilities, both ends included now and then. */
export const probability: Generator = (random) => {
  const u = random();
  if (u < 0.04) return 0;
  if (u < 0.08) return 1;
  return random();
};

/** A class label. */
export const label: Generator = (random, _index, { cols }) => Math.floor(random() * cols!);

/** Positive, of all orders of magnitude from 1e-6 to 1. */
export const positive: Generator = (random) => 10 ** (-6 * random());

/** [out[0], out[1], …] = f(0), f(1), … */
export function times(n: number, f: (i: number) => number): Float64Array {
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) values[i] = f(i);
  return values;
}

/** Σ f(i), i ascending from 0. */
export function sum(n: number, f: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += f(i);
  return total;
}

/** The mean magnitude, at least `least`: what numbers are made of may be larger than they are. */
export const atLeast =
  (least: number) =>
  (values: ArrayLike<number>): number =>
    Math.max(least, mean(values));

/** Mean magnitude of those that are finite. */
export function mean(values: ArrayLike<number>): number {
  let total = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    total += Math.abs(values[i]!);
    count++;
  }
  return total / Math.max(1, count);
}
