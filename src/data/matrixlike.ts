import { describe, describeKind, fail } from '../errors';
import type { DType, FloatArray } from '../matrix';

/** A typed array of numbers: `Uint8Array`, `Float32Array`, `Float64Array`, … (not `BigInt64Array`), on any buffer. */
export interface NumericArray extends ArrayLike<number> {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly BYTES_PER_ELEMENT: number;
}

/**
 * Numbers in row-major order with their shape. From three dimensions on, each sample counts as one row:
 * `[60000, 28, 28]` is 60,000 rows of 784.
 */
export interface TensorLike {
  readonly data: NumericArray;
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
  | { readonly data: NumericArray; readonly rows: number; readonly cols: number };

/** One dimension of numbers, where one is enough: a single sample, one target per sample, class labels. */
export type VectorLike = readonly number[] | NumericArray | TensorLike;

/** A value whose structure has been checked, its numbers not yet. `rows` is present when the rows are separate arrays. */
export interface Source {
  readonly shape: readonly number[];
  readonly values: ArrayLike<unknown>;
  readonly rows?: readonly ArrayLike<unknown>[];
}

const FORMS = 'an array of rows, a Matrix or { data, shape }';

function isNumericArray(value: unknown): value is NumericArray {
  return ArrayBuffer.isView(value) && 'BYTES_PER_ELEMENT' in value && !isBigIntArray(value);
}

function isBigIntArray(value: unknown): boolean {
  return ArrayBuffer.isView(value) && /^Big/.test(Object.prototype.toString.call(value).slice(8));
}

/** Integers need no search for NaN. */
function isIntegerArray(value: unknown): boolean {
  return ArrayBuffer.isView(value) && /^(Ui|I)nt/.test(Object.prototype.toString.call(value).slice(8));
}

/** The number of values in each row when the first dimension counts the rows. */
export function widthOf(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, n) => product * n, 1);
}

/** Recognises a matrix-like or one-dimensional value; reads shapes, not numbers. `name` is how messages call it. */
export function recognise(name: string, value: unknown): Source {
  if (Array.isArray(value)) return fromArray(name, value);
  if (isNumericArray(value)) return { shape: nonEmpty(name, [value.length]), values: value };
  if (isBigIntArray(value)) rejectBigInt(name, value);
  if (typeof value === 'object' && value !== null && 'data' in value) {
    const { data } = value;
    if (isBigIntArray(data)) rejectBigInt(`${name}.data`, data);
    if (isNumericArray(data) || Array.isArray(data)) return fromData(name, data, value);
  }
  fail(TypeError, 'ERR_KIND', `${name}: expected ${FORMS}, got ${describeKind(value)}.`);
}

function rejectBigInt(name: string, value: unknown): never {
  const message = `${name} is ${describe(value)}: BigInt values are not supported. Use Float64Array.from(array, Number).`;
  fail(TypeError, 'ERR_KIND', message);
}

function nonEmpty(name: string, shape: readonly number[]): readonly number[] {
  if (!shape.includes(0)) return shape;
  const detail = shape.length > 1 ? ` (shape [${shape.join(', ')}])` : '';
  fail(RangeError, 'ERR_DATA', `${name} is empty${detail}: expected at least one row of at least one value.`);
}

function fromArray(name: string, value: readonly unknown[]): Source {
  const first = value[0];
  const nested = Array.isArray(first) || isNumericArray(first) || isBigIntArray(first);
  if (!nested) return { shape: nonEmpty(name, [value.length]), values: value };
  const cols = (first as ArrayLike<unknown>).length;
  for (let i = 0; i < value.length; i++) {
    const row = value[i];
    if (!Array.isArray(row) && !isNumericArray(row)) {
      if (isBigIntArray(row)) rejectBigInt(`${name}[${i}]`, row);
      fail(TypeError, 'ERR_KIND', `${name}[${i}] is ${describeKind(row)}. Each row is an array of ${cols} numbers.`);
    }
    if (row.length !== cols) {
      const counted = `${row.length} ${row.length === 1 ? 'value' : 'values'}`;
      fail(
        RangeError,
        'ERR_SHAPE',
        `${name} row ${i} has ${counted}, row 0 has ${cols}. Give all rows the same length.`,
      );
    }
  }
  const inner: unknown = (first as ArrayLike<unknown>)[0];
  if (Array.isArray(inner) || ArrayBuffer.isView(inner)) {
    const shape = `[${value.length}, ${cols}, ${(inner as ArrayLike<unknown>).length}]`;
    const fix = `Flatten each sample to one row: ${name}.map((sample) => sample.flat(Infinity)), or give { data, shape }.`;
    fail(
      RangeError,
      'ERR_SHAPE',
      `${name}: expected rows of numbers, got nested arrays of shape ${shape} or deeper. ${fix}`,
    );
  }
  return { shape: nonEmpty(name, [value.length, cols]), values: [], rows: value as readonly ArrayLike<unknown>[] };
}

function fromData(name: string, data: ArrayLike<unknown>, value: object): Source {
  const given = value as { shape?: unknown; rows?: unknown; cols?: unknown; stride?: unknown; offset?: unknown };
  const shape: unknown = given.shape ?? [given.rows, given.cols];
  const isSize = (n: unknown): n is number => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0;
  if (!Array.isArray(shape) || shape.length === 0 || !shape.every(isSize)) {
    fail(
      TypeError,
      'ERR_KIND',
      `${name}.shape: expected a list of sizes such as [rows, cols], got ${describe(given.shape)}.`,
    );
  }
  const size = shape.reduce((product, n) => product * n, 1);
  if (size !== data.length) {
    const message = `${name}: shape [${shape.join(', ')}] needs ${size} values, data has ${data.length}.`;
    fail(RangeError, 'ERR_SHAPE', message);
  }
  // Views of other array libraries carry strides: a transposed one would be read in the wrong order without a word.
  if (Array.isArray(given.stride) && !(isRowMajor(shape, given.stride) && !given.offset)) {
    fail(
      RangeError,
      'ERR_SHAPE',
      `${name} is a strided view: expected row-major data. Copy it into row-major order first.`,
    );
  }
  return { shape: nonEmpty(name, shape.slice()), values: data };
}

function isRowMajor(shape: readonly number[], stride: readonly unknown[]): boolean {
  return shape.every((size, i) => size === 1 || stride[i] === widthOf(shape.slice(i)));
}

/**
 * Copies the numbers of a source into a fresh row-major array on an ordinary ArrayBuffer.
 *
 * Every entry must be a number that `dtype` can hold; NaN and Infinity pass only with `nonFinite: true`.
 */
export function copyValues<D extends DType>(name: string, source: Source, dtype: D, nonFinite = false): FloatArray<D> {
  const { rows, values } = source;
  const size = source.shape.reduce((product, n) => product * n, 1);
  const out = dtype === 'float32' ? new Float32Array(size) : new Float64Array(size);
  if (rows === undefined) copyRun(out, 0, values, (k) => indexOf(name, source.shape, k));
  for (const [i, row] of rows?.entries() ?? []) copyRun(out, i * row.length, row, (j) => `${name}[${i}][${j}]`);
  if (!isIntegerArray(values) && !allFinite(out)) checkEntries(name, source, out, nonFinite);
  return out as FloatArray<D>;
}

function copyRun(
  out: Float32Array | Float64Array,
  start: number,
  values: ArrayLike<unknown>,
  place: (k: number) => string,
): void {
  if (ArrayBuffer.isView(values)) {
    out.set(values as ArrayLike<number>, start);
    return;
  }
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    if (typeof value !== 'number') fail(TypeError, 'ERR_KIND', `${place(k)} is ${describeKind(value)}. Give a number.`);
    out[start + k] = value;
  }
}

// x · 0 is NaN exactly when x is NaN or infinite. Four sums hide the latency of one: 7.84 M float32 in 4 ms, not 8.
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
function checkEntries(name: string, source: Source, copy: ArrayLike<number>, nonFinite: boolean): void {
  const width = widthOf(source.shape);
  for (let k = 0; k < copy.length; k++) {
    if (Number.isFinite(copy[k])) continue;
    const given = source.rows === undefined ? source.values[k] : source.rows[Math.floor(k / width)]![k % width];
    const place = indexOf(name, source.shape, k);
    if (Number.isFinite(given)) {
      fail(
        RangeError,
        'ERR_DATA',
        `${place} is ${given}, which float32 cannot hold. Use dtype: 'float64' or scale the data.`,
      );
    }
    if (!nonFinite) fail(RangeError, 'ERR_DATA', `${place} is ${given}. All values must be finite numbers.`);
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
