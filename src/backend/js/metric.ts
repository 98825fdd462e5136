// Metrics: each adds its rows' values to a float64 cell. A NaN counts as wrong. Blocks [rows, cols].
import { type Floats, LANES } from './dtype';

/** Row value: share of the columns in which prediction > threshold and target > ½ agree. */
export function binaryAccuracy(
  f: Floats,
  prediction: number,
  target: number,
  rows: number,
  cols: number,
  f64: Float64Array,
  cell: number,
  threshold: number,
): void {
  const stride = (cols + LANES - 1) & -LANES;
  const edge = Math.fround(threshold);
  for (let i = 0; i < rows; i++) {
    const o = i * stride;
    let right = 0;
    for (let j = o; j < o + cols; j++) {
      const p = f[prediction + j]!;
      const t = f[target + j]!;
      // Written with both comparisons so that NaN agrees with nothing.
      if ((p > edge && t > 0.5) || (p <= edge && t <= 0.5)) right++;
    }
    f64[cell] = f64[cell]! + right / cols;
  }
}

/** Row value: 1 where the largest prediction stands in the column of the largest target. */
export function categoricalAccuracy(
  f: Floats,
  prediction: number,
  target: number,
  rows: number,
  cols: number,
  f64: Float64Array,
  cell: number,
): void {
  const stride = (cols + LANES - 1) & -LANES;
  let right = 0;
  for (let i = 0; i < rows; i++) {
    const k = largest(f, prediction + i * stride, cols);
    if (k >= 0 && k === largest(f, target + i * stride, cols)) right++;
  }
  f64[cell] = f64[cell]! + right;
}

/** Row value: 1 where the largest prediction stands in the column that the target [rows, 1] names. */
export function sparseCategoricalAccuracy(
  f: Floats,
  prediction: number,
  target: number,
  rows: number,
  cols: number,
  f64: Float64Array,
  cell: number,
): void {
  const stride = (cols + LANES - 1) & -LANES;
  let right = 0;
  for (let i = 0; i < rows; i++) {
    const k = largest(f, prediction + i * stride, cols);
    if (k >= 0 && k === f[target + i * LANES]!) right++;
  }
  f64[cell] = f64[cell]! + right;
}

/** Column of the first maximum of a row; −1 if the row has a NaN. */
function largest(f: Floats, row: number, cols: number): number {
  let k = 0;
  for (let j = 0; j < cols; j++) {
    const x = f[row + j]!;
    if (x > f[row + k]!) k = j;
    else if (!(x <= f[row + k]!)) return -1;
  }
  return k;
}
