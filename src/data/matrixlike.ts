import { describeKind, fail, failExpected } from '../errors';
import type { DType, FloatArray } from '../matrix';
import { floatArrays } from '../plan/layout';
import { sizeOf } from '../plan/tensor';

/** A typed array of numbers: `Uint8Array`, `Float32Array`, `Float64Array`, … (not `BigInt64Array`), on any buffer. */
export interface NumericArray extends ArrayLike<number> {
  /** The memory it is a view of. */
  readonly buffer: ArrayBufferLike;
  /** Where in `buffer` it begins, in bytes. */
  readonly byteOffset: number;
  /** Its size in bytes. */
  readonly byteLength: number;
  /** Bytes of one number. */
  readonly BYTES_PER_ELEMENT: number;
}

/**
 * Numbers in row-major order with their shape. From three dimensions on, each sample counts as one row:
 * `[60000, 28, 28]` is 60,000 rows of 784.
 */
export interface TensorLike {
  /** As many numbers as the product of `shape`. */
  readonly data: NumericArray;
  /** Sizes, the number of samples first. */
  readonly shape: readonly number[];
}

/**
 * Everything that counts as a matrix: an array of rows (plain or typed arrays), a `Matrix`, `{ data, shape }`, or
 * `{ data, rows, cols }` such as a structured clone of a `Matrix`. Recognised by structure, so values from workers,
 * frames and other copies of this library will do. Values are taken as they are: bytes are not scaled to 0…1.
 */
export type MatrixLike =
  | readonly (readonly number[] | NumericArray)[]
  | TensorLike
  | {
      /** `rows · cols` numbers, row-major. */
      readonly data: NumericArray;
      /** Number of rows. */
      readonly rows: number;
      /** Numbers in each. */
      readonly cols: number;
    };

/** One dimension of numbers, where one is enough: a single sample, one target per sample, class labels. */
export type VectorLike = readonly number[] | NumericArray | TensorLike;

/** A value whose structure has been checked, its numbers not yet: all values in one run, or each row a run. */
export interface Source {
  readonly shape: readonly number[];
  readonly runs: readonly ArrayLike<unknown>[];
}

// By their tags, such as 'Uint8Array', arrays from other frames are recognised too.
const tagOf = (value: unknown): string =>
  ArrayBuffer.isView(value) ? (value as Partial<Uint8Array>)[Symbol.toStringTag]! : '';

/** Any but `BigInt64Array` and `BigUint64Array`. */
const isNumericArray = (value: unknown): value is NumericArray => /^[UIF]/.test(tagOf(value));

/** Integers need no search for NaN. */
const isIntegerArray = (value: unknown): boolean => /^[UI]/.test(tagOf(value));

const dtypes: Readonly<Record<string, DType>> = { Float32Array: 'float32', Float64Array: 'float64' };

/** The dtype of a `Float32Array` or `Float64Array`. */
export const dtypeOf = (value: unknown): DType | undefined => dtypes[tagOf(value)];

/** The number of values in each row when the first dimension counts the rows. */
export const widthOf = (shape: readonly number[]): number => sizeOf(shape.slice(1));

/** `1 value`, `2 values`. */
export const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** Throws that a value, or one inside it, is of the wrong kind. */
function failKind(place: string, expected: string, value: unknown): never {
  const isBig = describeKind(value).includes('Big');
  const fix = isBig ? ' BigInt values are not supported. Use Float64Array.from(array, Number).' : '';
  failExpected(place, expected, value, fix);
}

/** Throws that shapes do not fit. */
export function failShape(place: string, expected: string, got: string | number, fix: string): never {
  fail('ERR_SHAPE', `${place}: expected ${expected}, got ${got}. ${fix}`);
}

/** Recognises a matrix-like or one-dimensional value; reads shapes, not numbers. `name` is how messages call it. */
export function recognise(name: string, value: unknown): Source {
  const source = structureOf(name, value);
  if (source.shape.includes(0)) {
    const wanted = 'expected at least one row of at least one value';
    fail('ERR_DATA', `${name} is empty: ${wanted}, got shape [${source.shape.join(', ')}].`);
  }
  return source;
}

function structureOf(name: string, value: unknown): Source {
  if (Array.isArray(value)) return fromArray(name, value);
  if (isNumericArray(value)) return { shape: [value.length], runs: [value] };
  const { data } = Object(value) as { data?: unknown };
  if (isNumericArray(data) || Array.isArray(data)) return fromData(name, data, value as object);
  failKind(name, 'an array of rows, a Matrix or { data, shape }', value);
}

function fromArray(name: string, value: readonly unknown[]): Source {
  const first = value[0];
  if (!Array.isArray(first) && !ArrayBuffer.isView(first)) return { shape: [value.length], runs: [value] };
  const runs = value as readonly ArrayLike<unknown>[];
  const cols = runs[0]!.length;
  for (let i = 0; i < runs.length; i++) {
    const row = runs[i]!;
    if (!Array.isArray(row) && !isNumericArray(row)) failKind(`${name}[${i}]`, 'an array of numbers', row);
    if (row.length !== cols) {
      const wanted = `${count(cols, 'value')} as in row 0`;
      failShape(`${name} row ${i}`, wanted, row.length, 'Give all rows the same length.');
    }
  }
  const inner = runs[0]![0];
  if (Array.isArray(inner) || ArrayBuffer.isView(inner)) {
    const shape = `[${runs.length}, ${cols}, ${(inner as ArrayLike<unknown>).length}]`;
    const fix = `Flatten each sample: ${name}.map((sample) => sample.flat(Infinity)), or give { data, shape }.`;
    failShape(name, 'rows of numbers', `nested arrays of shape ${shape} or deeper`, fix);
  }
  return { shape: [runs.length, cols], runs };
}

function fromData(name: string, data: ArrayLike<unknown>, value: object): Source {
  const given = value as { shape?: unknown; rows?: unknown; cols?: unknown; stride?: unknown; offset?: unknown };
  const shape: unknown = given.shape ?? [given.rows, given.cols];
  const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!Array.isArray(shape) || shape.length === 0 || !shape.every(isSize)) {
    failKind(`${name}.shape`, 'a list of sizes such as [rows, cols]', given.shape);
  }
  checkSize(name, shape, data);
  // Views of other array libraries carry strides: a transposed one would be read in the wrong order without a word.
  const { stride } = given;
  const isRowMajor = (size: number, i: number) => size === 1 || (stride as number[])[i] === widthOf(shape.slice(i));
  if (Array.isArray(stride) && (given.offset || !shape.every(isRowMajor))) {
    failShape(name, 'row-major data', 'a strided view', 'Copy it into row-major order first.');
  }
  return { shape, runs: [data] };
}

/** Throws unless there are as many values as the shape says. */
export function checkSize(name: string, shape: readonly number[], data: ArrayLike<unknown>): void {
  const size = sizeOf(shape);
  if (size === data.length) return;
  failShape(name, `${count(size, 'value')} for shape [${shape.join(', ')}]`, data.length, 'Shape and data must fit.');
}

/**
 * Copies the numbers of a source into a fresh row-major array on an ordinary ArrayBuffer.
 *
 * Every entry must be a number that `dtype` can hold; NaN and Infinity pass only with `nonFinite: true`.
 * @param borrow returns an array of the right type as it is, for calls that are done with it when they return.
 */
export function copyValues<D extends DType>(
  name: string,
  { shape, runs }: Source,
  dtype: D,
  nonFinite = false,
  borrow = false,
): FloatArray<D> {
  const size = sizeOf(shape);
  const whole = borrow && ArrayBuffer.isView(runs[0]) && runs.length === 1 && dtypeOf(runs[0]) === dtype;
  const out = whole ? (runs[0] as unknown as FloatArray) : (new floatArrays[dtype](size) as FloatArray);
  let at = 0;
  for (const run of whole ? [] : runs) {
    if (ArrayBuffer.isView(run)) out.set(run as ArrayLike<number>, at);
    else copyRun(name, shape, run, out, at);
    at += run.length;
  }
  if (!runs.every(isIntegerArray) && !allFinite(out)) checkEntries(name, shape, runs, out, nonFinite);
  return out as FloatArray<D>;
}

function copyRun(
  name: string,
  shape: readonly number[],
  run: ArrayLike<unknown>,
  out: Float32Array | Float64Array,
  at: number,
): void {
  for (let k = 0; k < run.length; k++) {
    const value = run[k];
    if (typeof value !== 'number') failKind(indexOf(name, shape, at + k), 'a number', value);
    out[at + k] = value;
  }
}

// x · 0 is NaN exactly when x is NaN or infinite. Four sums hide the latency of one: 7.84 M float32 in 3 ms, not 11.
function allFinite(a: Float32Array | Float64Array): boolean {
  const whole = a.length - (a.length & 3);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i]! * 0;
    s1 += a[i + 1]! * 0;
    s2 += a[i + 2]! * 0;
    s3 += a[i + 3]! * 0;
  }
  for (let i = whole; i < a.length; i++) s0 += a[i]! * 0;
  return s0 + s1 + s2 + s3 === 0;
}

/** Finds the entry to blame, once it is known that there may be one. */
function checkEntries(
  name: string,
  shape: readonly number[],
  runs: Source['runs'],
  copy: ArrayLike<number>,
  nonFinite: boolean,
): void {
  const { length } = runs[0]!;
  for (let k = 0; k < copy.length; k++) {
    if (Number.isFinite(copy[k])) continue;
    const given = runs[Math.floor(k / length)]![k % length];
    const what = `${indexOf(name, shape, k)} is ${given}`;
    if (Number.isFinite(given)) {
      const fix = "Use dtype: 'float64' or scale the data.";
      fail('ERR_DATA', `${what}, which float32 cannot hold. ${fix}`);
    }
    if (!nonFinite) fail('ERR_DATA', `${what}. All values must be finite numbers.`);
  }
}

/** `X[5][2]`: the name of the k-th value in row-major order. */
export function indexOf(name: string, shape: readonly number[], k: number): string {
  let rest = k;
  const index: number[] = [];
  for (let d = shape.length - 1; d >= 0; d--) {
    index.unshift(rest % shape[d]!);
    rest = Math.floor(rest / shape[d]!);
  }
  return `${name}${index.map((i) => `[${i}]`).join('')}`;
}
