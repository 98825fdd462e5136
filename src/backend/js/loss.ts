// Losses of predictions: each adds its rows' losses to a float64 cell, rows ascending, and writes delta, the derivative
// of the batch's mean loss; `sum` leaves the division by the rows out of delta. Blocks [rows, cols]; pads of delta +0.
// A row's loss is one chain over ascending columns, divided by their number.
import { type Floats, LANES } from './dtype';

/** 1/(rows·cols), the derivative of two means; with `sum` 1/cols. */
export const share = (rows: number, cols: number, sum: number) => 1 / (sum ? cols : rows * cols);

/** Row loss: mean (p − t)². delta = (p − t)·2/(rows·cols); with `sum` the plain difference p − t. */
export function meanSquaredError(
  f: Floats,
  delta: number,
  prediction: number,
  target: number,
  rows: number,
  cols: number,
  f64: Float64Array,
  cell: number,
  sum: number,
): void {
  const stride = (cols + LANES - 1) & -LANES;
  const scale = Math.fround(sum ? 1 : 2 / (rows * cols));
  for (let i = 0; i < rows; i++) {
    const o = i * stride;
    let loss = 0;
    for (let j = o; j < o + cols; j++) {
      const e = Math.fround(f[prediction + j]! - f[target + j]!);
      f[delta + j] = Math.fround(e * scale);
      loss = Math.fround(loss + Math.fround(e * e));
    }
    f.fill(0, delta + o + cols, delta + o + stride);
    f64[cell] = f64[cell]! + Math.fround(loss / cols);
  }
}

/** Row loss: mean |p − t|. delta = sign(p − t)/(rows·cols), 0 where they are equal. */
export function meanAbsoluteError(
  f: Floats,
  delta: number,
  prediction: number,
  target: number,
  rows: number,
  cols: number,
  f64: Float64Array,
  cell: number,
  sum: number,
): void {
  const stride = (cols + LANES - 1) & -LANES;
  const plus = Math.fround(share(rows, cols, sum));
  for (let i = 0; i < rows; i++) {
    const o = i * stride;
    let loss = 0;
    for (let j = o; j < o + cols; j++) {
      const e = Math.fround(f[prediction + j]! - f[target + j]!);
      // Zeros and NaN stand for themselves.
      f[delta + j] = e > 0 ? plus : e < 0 ? -plus : e;
      loss = Math.fround(loss + Math.abs(e));
    }
    f.fill(0, delta + o + cols, delta + o + stride);
    f64[cell] = f64[cell]! + Math.fround(loss / cols);
  }
}

/**
 * With e = p − t and the threshold d: row loss = mean of ½e² where |e| ≤ d, else d·|e| − ½d²;
 * delta = e limited to ±d, divided by rows·cols.
 */
export function huber(
  f: Floats,
  delta: number,
  prediction: number,
  target: number,
  rows: number,
  cols: number,
  f64: Float64Array,
  cell: number,
  sum: number,
  threshold: number,
): void {
  const stride = (cols + LANES - 1) & -LANES;
  const scale = Math.fround(share(rows, cols, sum));
  const high = Math.fround(threshold);
  const offset = Math.fround(0.5 * threshold * threshold);
  for (let i = 0; i < rows; i++) {
    const o = i * stride;
    let loss = 0;
    for (let j = o; j < o + cols; j++) {
      const e = Math.fround(f[prediction + j]! - f[target + j]!);
      const size = Math.abs(e);
      let limited = e;
      if (e < -high) limited = -high;
      if (high < e) limited = high;
      f[delta + j] = Math.fround(limited * scale);
      const near = Math.fround(0.5 * Math.fround(e * e));
      const far = Math.fround(Math.fround(high * size) - offset);
      loss = Math.fround(loss + (size <= high ? near : far));
    }
    f.fill(0, delta + o + cols, delta + o + stride);
    f64[cell] = f64[cell]! + Math.fround(loss / cols);
  }
}
