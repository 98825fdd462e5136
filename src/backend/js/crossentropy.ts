// Cross-entropies of probabilities; conventions as in ./loss. Those fused with a sigmoid or softmax are in ./fused.
// Label smoothing s: t·(1 − s) + s/2 for two classes, + s/cols for more.
import { type Floats, LANES } from './dtype';
import { share } from './loss';
import { log } from './math';

/** Probabilities are limited to [1e-7, 1 − 1e-7]; outside the derivative is 0, as Keras has it. */
const LOW = Math.fround(1e-7);
const HIGH = Math.fround(1 - 1e-7);
function clip(x: number): number {
  if (x < LOW) return LOW;
  if (HIGH < x) return HIGH;
  return x;
}

/** Column that a label names, −1 if none. */
export const column = (label: number, cols: number) =>
  Number.isInteger(label) && label >= 0 && label < cols ? label : -1;

/**
 * Row loss: mean of −(t·log c + (1 − t)·log(1 − c)), c = p clipped. delta = ((1 − t)/(1 − c) − t/c)/(rows·cols).
 */
export function binaryCrossentropy(
  f: Floats,
  delta: number,
  prediction: number,
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
      const p = f[prediction + j]!;
      const t = Math.fround(Math.fround(f[target + j]! * keep) + shift);
      const c = clip(p);
      const otherC = Math.fround(1 - c);
      const otherT = Math.fround(1 - t);
      const d = Math.fround(Math.fround(otherT / otherC) - Math.fround(t / c));
      // Outside the limits d − d is 0, or NaN where a NaN came in.
      f[delta + j] = Math.fround((p === c ? d : d - d) * scale);
      const gain = Math.fround(Math.fround(t * log(c)) + Math.fround(otherT * log(otherC)));
      loss = Math.fround(loss - gain);
    }
    f.fill(0, delta + o + cols, delta + o + stride);
    f64[cell] = f64[cell]! + Math.fround(loss / cols);
  }
}

/**
 * With q = p/Σp and c = q clipped: row loss Σ −t·log c. With u = −t/c (0 outside the limits):
 * delta = (u − Σ u·q)/Σp/rows.
 */
export function categoricalCrossentropy(
  f: Floats,
  delta: number,
  prediction: number,
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
    const mass = sumRow(f, prediction + o, cols);
    let loss = 0;
    let dot = 0;
    for (let j = o; j < o + cols; j++) {
      const q = Math.fround(f[prediction + j]! / mass);
      const c = clip(q);
      const t = Math.fround(Math.fround(f[target + j]! * keep) + shift);
      const d = Math.fround(t / c);
      const u = q === c ? -d : -(d - d);
      f[delta + j] = u;
      loss = Math.fround(loss - Math.fround(t * log(c)));
      dot = Math.fround(dot + Math.fround(u * q));
    }
    for (let j = o; j < o + cols; j++) {
      const d = Math.fround(Math.fround(f[delta + j]! - dot) / mass);
      f[delta + j] = Math.fround(d * scale);
    }
    f.fill(0, delta + o + cols, delta + o + stride);
    f64[cell] = f64[cell]! + loss;
  }
}

/** As above with t = 1 in the column that the target [rows, 1] names. A label that names none makes the row NaN. */
export function sparseCategoricalCrossentropy(
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
  const scale = Math.fround(sum ? 1 : 1 / rows);
  for (let i = 0; i < rows; i++) {
    const o = i * stride;
    const mass = sumRow(f, prediction + o, cols);
    const k = column(f[target + i * LANES]!, cols);
    const q = k < 0 ? NaN : Math.fround(f[prediction + o + k]! / mass);
    const c = clip(q);
    const inverse = Math.fround(1 / c);
    const u = c === q ? -inverse : inverse - inverse;
    const dot = Math.fround(u * q);
    // All columns but the label's have u = 0.
    const others = Math.fround(Math.fround(Math.fround(0 - dot) / mass) * scale);
    f.fill(others, delta + o, delta + o + cols);
    f.fill(0, delta + o + cols, delta + o + stride);
    if (k >= 0) f[delta + o + k] = Math.fround(Math.fround(Math.fround(u - dot) / mass) * scale);
    f64[cell] = f64[cell]! - log(c);
  }
}

/** One ascending chain. */
function sumRow(f: Floats, x: number, cols: number): number {
  let sum = 0;
  for (let j = 0; j < cols; j++) sum = Math.fround(sum + f[x + j]!);
  return sum;
}
