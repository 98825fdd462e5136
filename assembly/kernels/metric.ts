// Metrics: each adds its rows' values to a float64 cell. A NaN counts as wrong. Blocks [rows, cols].
import { pad } from '../record';

/** Row value: share of the columns in which prediction > threshold and target > ½ agree. */
export function binaryAccuracy<T>(
  prediction: usize,
  target: usize,
  rows: i32,
  cols: i32,
  cell: usize,
  threshold: f64,
): void {
  const stride = <usize>pad<T>(cols) * sizeof<T>();
  const edge = <T>threshold;
  let total = load<f64>(cell);
  for (let i = 0; i < rows; i++) {
    let right = 0;
    for (let j: usize = 0; j < <usize>cols * sizeof<T>(); j += sizeof<T>()) {
      const p = load<T>(prediction + j);
      const t = load<T>(target + j);
      // Written with both comparisons so that NaN agrees with nothing.
      right += <i32>(p > edge) & <i32>(t > <T>0.5);
      right += <i32>(p <= edge) & <i32>(t <= <T>0.5);
    }
    total += <f64>right / <f64>cols;
    prediction += stride;
    target += stride;
  }
  store<f64>(cell, total);
}

/** Row value: 1 where the largest prediction stands in the column of the largest target. */
export function categoricalAccuracy<T>(prediction: usize, target: usize, rows: i32, cols: i32, cell: usize): void {
  const stride = <usize>pad<T>(cols) * sizeof<T>();
  let right = 0;
  for (let i = 0; i < rows; i++) {
    const k = largest<T>(prediction, cols);
    if (k >= 0 && k == largest<T>(target, cols)) right++;
    prediction += stride;
    target += stride;
  }
  store<f64>(cell, load<f64>(cell) + <f64>right);
}

/** Row value: 1 where the largest prediction stands in the column that the target [rows, 1] names. */
export function sparseCategoricalAccuracy<T>(
  prediction: usize,
  target: usize,
  rows: i32,
  cols: i32,
  cell: usize,
): void {
  const stride = <usize>pad<T>(cols) * sizeof<T>();
  let right = 0;
  for (let i = 0; i < rows; i++) {
    const k = largest<T>(prediction, cols);
    if (k >= 0 && <T>k == load<T>(target)) right++;
    prediction += stride;
    target += 16; // one label in a row padded to a whole vector
  }
  store<f64>(cell, load<f64>(cell) + <f64>right);
}

/** Column of the first maximum of a row; −1 if the row has a NaN. */
function largest<T>(row: usize, cols: i32): i32 {
  let k = 0;
  let best = load<T>(row);
  for (let j = 0; j < cols; j++) {
    const x = load<T>(row + <usize>j * sizeof<T>());
    if (x > best) {
      best = x;
      k = j;
    } else if (!(x <= best)) return -1;
  }
  return k;
}
