import { describe, fail } from '../errors';
import type { DType, FloatArray } from '../matrix';
import { copyValues, count, failShape, indexOf, recognise, widthOf } from './matrixlike';

export type { MatrixLike, NumericArray, TensorLike, VectorLike } from './matrixlike';

/** Checked numbers at the library's boundary: row-major without padding, finite, a fresh copy unless borrowed. */
export interface Rows<D extends DType = DType> {
  readonly data: FloatArray<D>;
  readonly rows: number;
  readonly cols: number;
  /** Zeros are skipped. */
  readonly lists?: boolean;
}

/** How one dimension of numbers is read: `row` for inputs (one sample), `column` for targets (one value per sample). */
export type OneDimensional = 'row' | 'column';

/**
 * Converts what a user gave as inputs or targets into rows of `expectedCols` finite numbers.
 *
 * One dimension of numbers is a column when `expectedCols` is 1. Otherwise, with `oneDimensional: 'row'`, it is one row
 * if its length is `expectedCols`. `{ data, shape }` with more than two dimensions counts as one row per sample.
 *
 * @param name how messages call the value: `X`, `y`, `validationData[0]`
 * @param expectedCols the width of the layer it goes to
 * @param dtype the type of the copy
 * @param borrow makes no copy of what is an array of that type already
 * @throws RangeError for ragged rows, a wrong width, no rows, NaN, Infinity, and numbers too large for float32;
 *   TypeError for what is no matrix-like, and for entries that are no numbers. The message names row and column.
 *
 * @example
 * toRows('X', [[0, 0], [0, 1]], 2, 'float32'); // { data: Float32Array [0, 0, 0, 1], rows: 2, cols: 2 }
 */
export function toRows<D extends DType>(
  name: string,
  value: unknown,
  expectedCols: number,
  dtype: D,
  { oneDimensional = 'row', borrow }: { oneDimensional?: OneDimensional; borrow?: boolean } = {},
): Rows<D> {
  const source = recognise(name, value);
  const { shape } = source;
  const isRow = shape.length === 1 && shape[0] === expectedCols && oneDimensional === 'row';
  if (!isRow && widthOf(shape) !== expectedCols) failWidth(name, shape, expectedCols, oneDimensional);
  const data = copyValues(name, source, dtype, false, borrow);
  return { data, rows: isRow ? 1 : shape[0]!, cols: expectedCols };
}

function failWidth(name: string, shape: readonly number[], expected: number, kind: OneDimensional): never {
  const [rows, cols] = shape as readonly [number, number];
  const values = count(expected, 'value');
  const width = widthOf(shape);
  let got = `[${shape.join(', ')}]`;
  let fix = `Give rows of ${values}, or build the model for ${width}.`;
  if (shape.length === 1) {
    const samples = rows / expected;
    got = `one dimension of ${count(rows, 'value')}`;
    fix = `Give one array of ${values} per sample.`;
    if (kind === 'column') fix += " For class labels use the loss 'sparseCategoricalCrossentropy'.";
    else if (Number.isInteger(samples)) {
      fix += ` If these are ${samples} samples in a row, give { data, shape: [${samples}, ${expected}] }.`;
    }
  } else if (shape.length > 2) {
    got += ` (${count(width, 'value')} per sample)`;
  } else if (rows * cols === expected) {
    fix = `If this is one sample, flatten it to one row of ${expected} numbers.`;
  } else if (cols * cols === expected) {
    fix = `Flatten each image to one row of ${expected} numbers.`;
  } else if (rows === expected) {
    fix = 'Rows are samples, columns are features: transpose the data.';
  }
  failShape(name, `rows of ${values}`, got, fix);
}

/**
 * Converts class labels into one column of integers 0…classes − 1, stored as floats (as kernels read them).
 *
 * Labels are `number[]`, a typed array, or a matrix-like of one column.
 *
 * @param classes number of classes: units of the output layer
 * @throws RangeError for fractions, labels outside 0…classes − 1, no labels, and rows of several values;
 *   TypeError for entries that are no numbers.
 *
 * @example
 * toLabels('y', [7, 2, 1], 10, 'float32'); // { data: Float32Array [7, 2, 1], rows: 3, cols: 1 }
 */
export function toLabels<D extends DType>(name: string, value: unknown, classes: number, dtype: D): Rows<D> {
  const source = recognise(name, value);
  const { shape } = source;
  if (widthOf(shape) !== 1) {
    const fix =
      widthOf(shape) === classes
        ? "Rows of one value per class belong to the loss 'categoricalCrossentropy'."
        : 'Give one integer per sample.';
    failShape(name, 'one class label per sample', `[${shape.join(', ')}]`, fix);
  }
  const exact = copyValues(name, source, 'float64'); // 0.99999999 must not round to a label before it is checked
  for (let k = 0; k < exact.length; k++) {
    const label = exact[k]!;
    if (!(label >= 0 && label < classes && Number.isInteger(label))) failLabel(indexOf(name, shape, k), label, classes);
  }
  const data = (dtype === 'float32' ? new Float32Array(exact) : exact) as FloatArray<D>;
  return { data, rows: data.length, cols: 1 };
}

function failLabel(place: string, label: number, classes: number): never {
  const wanted = `Class labels are integers 0…${classes - 1} for ${classes} output units`;
  let fix = '.';
  if (label === classes) fix = ': count classes from 0, or give the output layer more units.';
  else if (!Number.isInteger(label)) fix = ': round them, or use a loss for real values.';
  fail('ERR_DATA', `${place} is ${describe(label)}. ${wanted}${fix}`);
}

/**
 * Throws unless every target is in 0…1, as cross-entropies need: labels 1 and 2, or −1 and 1, would train without a word
 * towards nothing.
 */
export function checkShares(name: string, { data, cols }: Rows, loss: string): void {
  const k = data.findIndex((value) => value < 0 || value > 1);
  if (k < 0) return;
  const place = `${name} row ${Math.floor(k / cols)}, column ${k % cols}`;
  const fix = `Targets of the loss '${loss}' are shares in 0…1, such as 0 and 1.`;
  fail('ERR_DATA', `${place} is ${data[k]}. ${fix}`);
}

/**
 * Throws unless both have the same number of rows: `y: expected 4 rows as X has, got 3.`
 */
export function checkSameRows(
  nameA: string,
  a: { readonly rows: number },
  nameB: string,
  b: { readonly rows: number },
): void {
  if (a.rows === b.rows) return;
  failShape(
    nameB,
    `${count(a.rows, 'row')} as ${nameA} has`,
    b.rows,
    `Each row of ${nameA} needs one row of ${nameB}.`,
  );
}
