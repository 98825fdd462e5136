import {
  checkSize,
  copyValues,
  count,
  dtypeOf,
  failShape,
  type MatrixLike,
  recognise,
  widthOf,
} from './data/matrixlike';
import { formatTable } from './data/table';
import { checkOptions, describeKind, fail, integer, oneOf, positiveInteger } from './errors';
import { Printable } from './inspect';
import { twoTo } from './plan/powers';
import type { DType } from './plan/tensor';

export type { DType };

// In the words of compilers for which these types are not generic, those before 5.7: arrays over an ArrayBuffer.
/** The typed array that holds numbers of a {@link DType}. */
export type FloatArray<D extends DType = DType> = D extends 'float64'
  ? ReturnType<Float64ArrayConstructor['from']>
  : ReturnType<Float32ArrayConstructor['from']>;

/** The dtype `Matrix.from` keeps: that of float data; everything else becomes float32. */
export type DTypeOf<V> = V extends {
  /** Its numbers. */
  readonly data: infer A;
}
  ? A extends Float64Array
    ? 'float64'
    : Float64Array extends A
      ? DType
      : 'float32'
  : 'float32';

/**
 * A matrix of numbers: what `predict` and weights come as. Values lie in `data` in row-major order on an ordinary
 * ArrayBuffer of their own; changing them changes no model.
 *
 * @example
 * const m = Matrix.from([[1, 2], [3, 4]]);
 * m.get(1, 0);     // 3
 * m.argMax();      // [1, 1]
 * const [a, b] = m // Float32Array [1, 2], Float32Array [3, 4]
 */
export class Matrix<D extends DType = 'float32'> extends Printable {
  /** The values: (i, j) is at `i * cols + j`. */
  readonly data: FloatArray<D>;
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** The type of the values. */
  readonly dtype: D;

  /**
   * Takes `data` as its own, without a copy; `Matrix.from` copies and takes more forms.
   *
   * @param data `rows · cols` values in row-major order
   * @throws RangeError when sizes are not positive integers or do not match the number of values.
   *
   * @example
   * new Matrix<'float64'>(new Float64Array([1, 2, 3, 4, 5, 6]), 2, 3); // [[1, 2, 3], [4, 5, 6]]
   */
  constructor(data: FloatArray<D>, rows: number, cols: number) {
    super();
    const dtype = dtypeOf(data);
    if (!dtype) {
      const fix = 'Matrix.from takes other forms.';
      const got = describeKind(data);
      fail('ERR_KIND', `Matrix: data must be a Float32Array or Float64Array, got ${got}. ${fix}`);
    }
    this.rows = positiveInteger('Matrix', 'rows', rows);
    this.cols = positiveInteger('Matrix', 'cols', cols);
    checkSize('Matrix', [rows, cols], data);
    this.data = data;
    this.dtype = dtype as D;
  }

  /**
   * Copies anything matrix-like. NaN and infinities are kept.
   *
   * @param value array of rows, `Matrix` or its structured clone, `{ data, shape }`
   * @param options `dtype`: default the type of `value.data` if that is a float array, else `'float32'`
   * @throws RangeError for ragged rows, no values, or numbers too large for float32; TypeError for other things.
   *
   * @example
   * Matrix.from({ data: new Uint8Array([1, 2, 3, 4]), shape: [2, 2] }, { dtype: 'float64' });
   */
  static from<V extends MatrixLike, D extends DType = DTypeOf<V>>(value: V, options?: { dtype?: D }): Matrix<D> {
    const { dtype } = checkOptions('Matrix.from', options, ['dtype']);
    const source = recognise('Matrix.from', value);
    const { shape } = source;
    if (shape.length < 2) {
      const fix = 'Write [[1, 2, 3]] for one row, or give { data, shape }.';
      failShape('Matrix.from', 'rows', `one dimension of ${count(shape[0]!, 'value')}`, fix);
    }
    const kept = dtypeOf((value as { data?: unknown }).data) ?? 'float32';
    const wanted = dtype === undefined ? kept : oneOf('Matrix.from: dtype', dtype, ['float32', 'float64']);
    const data = copyValues('Matrix.from: value', source, wanted, true) as FloatArray<D>;
    return new Matrix(data, shape[0]!, widthOf(shape));
  }

  /** `[rows, cols]`. */
  get shape(): [rows: number, cols: number] {
    return [this.rows, this.cols];
  }

  /**
   * The value in row `i`, column `j`, both from 0.
   *
   * @throws RangeError when there is no such row or column.
   */
  get(i: number, j: number): number {
    integer('get', 'row', i, 0, this.rows - 1);
    integer('get', 'column', j, 0, this.cols - 1);
    return this.data[i * this.cols + j]!;
  }

  /**
   * A copy of row `i`, of `cols` values.
   *
   * @throws RangeError when there is no such row.
   */
  row(i: number): FloatArray<D> {
    integer('row', 'row', i, 0, this.rows - 1);
    return this.data.slice(i * this.cols, (i + 1) * this.cols) as FloatArray<D>;
  }

  /** Copies of the rows, first to last: `for (const row of matrix)`. */
  *[Symbol.iterator](): Generator<FloatArray<D>, void, undefined> {
    for (let i = 0; i < this.rows; i++) yield this.row(i);
  }

  /** Plain nested arrays, `rows` of `cols` numbers. */
  toArray(): number[][] {
    return Array.from(this, (row) => Array.from(row));
  }

  /** Same as {@link toArray}, so that `JSON.stringify(matrix)` is the nested arrays. */
  toJSON(): number[][] {
    return this.toArray();
  }

  /**
   * The index of the largest value: with `axis` 1 one column index per row (the predicted classes), with `axis` 0 one
   * row index per column. The first of equals; a NaN counts as largest, as in NumPy.
   *
   * @throws RangeError for another axis.
   *
   * @example
   * model.predict(testImages).argMax(); // [7, 2, 1, 0, …]
   */
  argMax(axis: 0 | 1 = 1): number[] {
    integer('argMax', 'axis (0 down each column, 1 along each row)', axis, 0, 1);
    const { data, rows, cols } = this;
    const [count, length, stride, step] = axis === 1 ? [rows, cols, cols, 1] : [cols, rows, 1, cols];
    return Array.from({ length: count }, (_, c) => {
      let best = 0;
      for (let k = 1; k < length; k++) {
        const largest = data[c * stride + best * step]!;
        const value = data[c * stride + k * step]!;
        if (!(value <= largest || Number.isNaN(largest))) best = k;
      }
      return best;
    });
  }

  /**
   * A new matrix with every value rounded to `decimals` places after the point (negative: before it). Halves go to the
   * even neighbour, as in NumPy: 0.5 → 0, 1.5 → 2, 2.5 → 2. There is no −0 in the result; NaN and infinities stay.
   *
   * @throws RangeError when `decimals` is not an integer in −300…300.
   *
   * @example
   * nn.predict(X).round().toArray(); // [[0], [1], [1], [0]]
   */
  round(decimals = 0): Matrix<D> {
    integer('round', 'decimals', decimals, -300, 300);
    const scale = Number(`1e${Math.abs(decimals)}`);
    const data = this.data.map((x) => {
      const scaled = decimals < 0 ? x / scale : x * scale;
      if (!(Math.abs(scaled) < TWO_TO_52)) return x; // no digits left to round; also NaN and infinities
      const rounded = roundHalfEven(scaled);
      return (decimals < 0 ? rounded * scale : rounded / scale) + 0; // −0 + 0 = 0
    });
    return new Matrix(data as FloatArray<D>, this.rows, this.cols);
  }

  /**
   * Whether `other` has the same shape and every pair of values differs by at most `tolerance`. NaN equals NaN, 0 equals
   * −0. Values are compared as they are stored: 0.1 in float32 is not 0.1 in float64, so give a tolerance there.
   *
   * @param other anything matrix-like
   * @throws RangeError when `tolerance` is negative or NaN; what `Matrix.from` throws when `other` is no matrix.
   */
  equals(other: MatrixLike, tolerance = 0): boolean {
    if (!(tolerance >= 0)) {
      fail('ERR_VALUE', `equals: tolerance must be 0 or more, got ${describeKind(tolerance)}.`);
    }
    const source = recognise('equals', other);
    if (source.shape.length < 2 || source.shape[0] !== this.rows || widthOf(source.shape) !== this.cols) return false;
    const values = copyValues('equals: other', source, 'float64', true);
    return this.data.every((a, k) => {
      const b = values[k]!;
      return a === b || Math.abs(a - b) <= tolerance || Object.is(a, b); // NaN is NaN
    });
  }

  /** A table with about four digits per value; of large matrices the corners. For reading, not for parsing. */
  override toString(): string {
    return `Matrix ${this.rows}×${this.cols} ${this.dtype}\n${formatTable(this.data, this.rows, this.cols)}`;
  }
}

const TWO_TO_52 = twoTo(52);

// Adding and taking away 2⁵² leaves no room for a fraction: one correctly rounded addition, halves to even.
function roundHalfEven(x: number): number {
  const rounded = Math.abs(x) + TWO_TO_52 - TWO_TO_52;
  return x < 0 ? -rounded : rounded;
}
