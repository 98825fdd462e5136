// Cross-entropies fused with the sigmoid or softmax before them: stable for any logits. Conventions and label smoothing
// as in ./loss and ./crossentropy; delta is the derivative by the logits z, the activation is written to prediction.
import { column } from './crossentropy';
import { type Floats, LANES } from './dtype';
import { share } from './loss';
import { exp, log, log1pUnit, sigmoid } from './math';

/**
 * prediction = sigmoid(z). Row loss: mean of max(z, 0) − z·t + log(1 + exp(−|z|)), exact for any z.
 * delta = (sigmoid(z) − t)/(rows·cols).
 */
export function sigmoidBinaryCrossentropy(
  f: Floats,
  delta: number,
  prediction: number,
  logits: number,
  target: number,
  rows: number,
  cols: number,
  f64: Float64Array,
  cell: number,
  sum: number,
  labelSmoothing: number,
): void {
  const stride = (cols + LANES - 1) & -LANES;
  const scale = Math.fround(share(rows, cols, sum));
  const keep = Math.fround(1 - labelSmoothing);
  const shift = Math.fround(labelSmoothing / 2);
  for (let i = 0; i < rows; i++) {
    const o = i * stride;
    let loss = 0;
    for (let j = o; j < o + cols; j++) {
      const z = f[logits + j]!;
      const t = Math.fround(Math.fround(f[target + j]! * keep) + shift);
      const p = sigmoid(z);
      f[prediction + j] = p;
      f[delta + j] = Math.fround(Math.fround(p - t) * scale);
      const product = Math.fround(z * t);
      const linear = Math.fround(z < 0 ? 0 - product : z - product);
      loss = Math.fround(loss + Math.fround(linear + log1pUnit(exp(-Math.abs(z)))));
    }
    f.fill(0, prediction + o + cols, prediction + o + stride);
    f.fill(0, delta + o + cols, delta + o + stride);
    f64[cell] = f64[cell]! + Math.fround(loss / cols);
  }
}

/**
 * prediction = softmax(z). Row loss: Σ t·(log Σ exp(z − max) − (z − max)).
 * delta = (softmax(z)·Σt − t)/rows.
 */
export function softmaxCategoricalCrossentropy(
  f: Floats,
  delta: number,
  prediction: number,
  logits: number,
  target: number,
  rows: number,
  cols: number,
  f64: Float64Array,
  cell: number,
  sum: number,
  labelSmoothing: number,
): void {
  const stride = (cols + LANES - 1) & -LANES;
  const scale = Math.fround(sum ? 1 : 1 / rows);
  const keep = Math.fround(1 - labelSmoothing);
  const shift = Math.fround(labelSmoothing / cols);
  for (let i = 0; i < rows; i++) {
    const o = i * stride;
    const max = maxRow(f, logits + o, cols);
    const divisor = expRow(f, prediction + o, logits + o, cols, max);
    const logSum = log(divisor);
    let loss = 0;
    let mass = 0;
    for (let j = o; j < o + cols; j++) {
      const t = Math.fround(Math.fround(f[target + j]! * keep) + shift);
      const above = Math.fround(f[logits + j]! - max);
      mass = Math.fround(mass + t);
      loss = Math.fround(loss + Math.fround(t * Math.fround(logSum - above)));
    }
    for (let j = o; j < o + cols; j++) {
      const t = Math.fround(Math.fround(f[target + j]! * keep) + shift);
      const p = Math.fround(f[prediction + j]! / divisor);
      f[prediction + j] = p;
      f[delta + j] = Math.fround(Math.fround(Math.fround(p * mass) - t) * scale);
    }
    f.fill(0, prediction + o + cols, prediction + o + stride);
    f.fill(0, delta + o + cols, delta + o + stride);
    f64[cell] = f64[cell]! + loss;
  }
}

/** As above with t = 1 in the column that the target [rows, 1] names. A label that names none makes the row NaN. */
export function softmaxSparseCategoricalCrossentropy(
  f: Floats,
  delta: number,
  prediction: number,
  logits: number,
  target: number,
  rows: number,
  cols: number,
  f64: Float64Array,
  cell: number,
  sum: number,
): void {
  const stride = (cols + LANES - 1) & -LANES;
  const scale = Math.fround(sum ? 1 : 1 / rows);
  for (let i = 0; i < rows; i++) {
    const o = i * stride;
    const max = maxRow(f, logits + o, cols);
    const divisor = expRow(f, prediction + o, logits + o, cols, max);
    const k = column(f[target + i * LANES]!, cols);
    const above = k < 0 ? NaN : Math.fround(f[logits + o + k]! - max);
    const share = k < 0 ? NaN : scale;
    for (let j = o; j < o + cols; j++) {
      const p = Math.fround(f[prediction + j]! / divisor);
      f[prediction + j] = p;
      f[delta + j] = Math.fround(p * share);
    }
    if (k >= 0) f[delta + o + k] = Math.fround(Math.fround(f[prediction + o + k]! - 1) * scale);
    f.fill(0, prediction + o + cols, prediction + o + stride);
    f.fill(0, delta + o + cols, delta + o + stride);
    f64[cell] = f64[cell]! + Math.fround(log(divisor) - above);
  }
}

/** Maximum of a row; a NaN is passed over here, it makes the sum of the exponentials NaN. */
function maxRow(f: Floats, x: number, cols: number): number {
  let max = -Infinity;
  for (let j = 0; j < cols; j++) if (max < f[x + j]!) max = f[x + j]!;
  return max;
}

/** out = exp(x − max) for one row; the sum is one ascending chain. */
function expRow(f: Floats, out: number, x: number, cols: number, max: number): number {
  let sum = 0;
  for (let j = 0; j < cols; j++) {
    const e = exp(Math.fround(f[x + j]! - max));
    f[out + j] = e;
    sum = Math.fround(sum + e);
  }
  return sum;
}
