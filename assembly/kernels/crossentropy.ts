// Cross-entropies of probabilities; conventions as in ./loss. Those fused with a sigmoid or softmax are in ./fused.
// Label smoothing s: t·(1 − s) + s/2 for two classes, + s/cols for more.
import { addLanes, firstLanes } from '../lanes';
import { logNormal } from '../math';
import { pad } from '../record';
import { mulAdd, select, splat } from '../simd';
import { share } from './loss';

/** Probabilities are limited to [1e-7, 1 − 1e-7]; outside the derivative is 0, as Keras has it. */
// @ts-ignore: decorator
@inline
function clip<T>(x: v128): v128 {
  return v128.pmin<T>(v128.pmax<T>(x, splat<T>(1e-7)), splat<T>(1 - 1e-7));
}

/** d where a probability is inside the limits, else +0; a NaN stays in both cases. */
// @ts-ignore: decorator
@inline
function inside<T>(probability: v128, clipped: v128, d: v128): v128 {
  return select(v128.eq<T>(probability, clipped), d, v128.sub<T>(d, d));
}

/**
 * Row loss: mean of −(t·log c + (1 − t)·log(1 − c)), c = p clipped. delta = ((1 − t)/(1 − c) − t/c)/(rows·cols).
 */
export function binaryCrossentropy<T>(
  delta: usize,
  prediction: usize,
  target: usize,
  rows: i32,
  cols: i32,
  cell: usize,
  sum: i32,
  labelSmoothing: f64,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const one = splat<T>(1);
  const scale = splat<T>(share(rows, cols, sum));
  const keep = splat<T>(1 - labelSmoothing);
  const shift = splat<T>(labelSmoothing / 2);
  let total = load<f64>(cell);
  do {
    let loss: T = 0;
    let left = cols;
    do {
      const logical = firstLanes<T>(left);
      const p = v128.load(prediction);
      const t = mulAdd<T>(v128.load(target), keep, shift);
      const c = clip<T>(p);
      const otherC = v128.sub<T>(one, c);
      const otherT = v128.sub<T>(one, t);
      const d = v128.sub<T>(v128.div<T>(otherT, otherC), v128.div<T>(t, c));
      v128.store(delta, v128.and(v128.mul<T>(inside<T>(p, c, d), scale), logical));
      const gain = v128.add<T>(v128.mul<T>(t, logNormal<T>(c)), v128.mul<T>(otherT, logNormal<T>(otherC)));
      loss = addLanes<T>(loss, v128.and(v128.neg<T>(gain), logical));
      prediction += 16;
      target += 16;
      delta += 16;
      left -= lanes;
    } while (left > 0);
    total += <f64>(loss / <T>cols);
  } while (--rows > 0);
  store<f64>(cell, total);
}

/**
 * With q = p/Σp and c = q clipped: row loss Σ −t·log c. With u = −t/c (0 outside the limits):
 * delta = (u − Σ u·q)/Σp/rows.
 */
export function categoricalCrossentropy<T>(
  delta: usize,
  prediction: usize,
  target: usize,
  rows: i32,
  cols: i32,
  cell: usize,
  sum: i32,
  labelSmoothing: f64,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const stride = <usize>pad<T>(cols) * sizeof<T>();
  const scale = splat<T>(sum ? 1 : 1 / <f64>rows);
  const keep = splat<T>(1 - labelSmoothing);
  const shift = splat<T>(labelSmoothing / <f64>cols);
  let total = load<f64>(cell);
  do {
    const mass = v128.splat<T>(sumRow<T>(prediction, cols));
    let loss: T = 0;
    let dot: T = 0;
    let left = cols;
    let at: usize = 0;
    do {
      const logical = firstLanes<T>(left);
      const q = v128.div<T>(v128.load(prediction + at), mass);
      const c = clip<T>(q);
      const t = mulAdd<T>(v128.load(target + at), keep, shift);
      const u = v128.neg<T>(inside<T>(q, c, v128.div<T>(t, c)));
      v128.store(delta + at, u);
      loss = addLanes<T>(loss, v128.and(v128.neg<T>(v128.mul<T>(t, logNormal<T>(c))), logical));
      dot = addLanes<T>(dot, v128.and(v128.mul<T>(u, q), logical));
      left -= lanes;
      at += 16;
    } while (left > 0);
    const mean = v128.splat<T>(dot);
    left = cols;
    at = 0;
    do {
      const d = v128.div<T>(v128.sub<T>(v128.load(delta + at), mean), mass);
      v128.store(delta + at, v128.and(v128.mul<T>(d, scale), firstLanes<T>(left)));
      left -= lanes;
      at += 16;
    } while (left > 0);
    total += <f64>loss;
    prediction += stride;
    target += stride;
    delta += stride;
  } while (--rows > 0);
  store<f64>(cell, total);
}

/** As above with t = 1 in the column that the target [rows, 1] names. A label that names none makes the row NaN. */
export function sparseCategoricalCrossentropy<T>(
  delta: usize,
  prediction: usize,
  target: usize,
  rows: i32,
  cols: i32,
  cell: usize,
  sum: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const stride = <usize>pad<T>(cols) * sizeof<T>();
  const scale = <T>(sum ? 1 : 1 / <f64>rows);
  let total = load<f64>(cell);
  do {
    const mass = sumRow<T>(prediction, cols);
    const k = column<T>(load<T>(target), cols);
    const at = <usize>k * sizeof<T>();
    const q = k < 0 ? <T>NaN : <T>(load<T>(prediction + at) / mass);
    const c = v128.extract_lane<T>(clip<T>(v128.splat<T>(q)), 0);
    const inverse = <T>(<T>1 / c);
    const u = c == q ? <T>-inverse : <T>(inverse - inverse);
    const dot = <T>(u * q);
    // All columns but the label's have u = 0.
    const others = v128.splat<T>(<T>(<T>((<T>0 - dot) / mass) * scale));
    let left = cols;
    let o = delta;
    do {
      v128.store(o, v128.and(others, firstLanes<T>(left)));
      left -= lanes;
      o += 16;
    } while (left > 0);
    if (k >= 0) store<T>(delta + at, <T>(<T>(<T>(u - dot) / mass) * scale));
    total -= <f64>logOf<T>(c);
    prediction += stride;
    target += 16; // one label in a row padded to a whole vector
    delta += stride;
  } while (--rows > 0);
  store<f64>(cell, total);
}

/** Column that a label names, −1 if none. */
export function column<T>(label: T, cols: i32): i32 {
  if (!(label >= <T>0 && label < <T>cols)) return -1;
  const k = <i32>label;
  return <T>k == label ? k : -1;
}

/** The logarithm of one number. */
export function logOf<T>(x: T): T {
  return v128.extract_lane<T>(logNormal<T>(v128.splat<T>(x)), 0);
}

/** One ascending chain. */
function sumRow<T>(x: usize, cols: i32): T {
  let sum: T = 0;
  let left = cols;
  do {
    sum = addLanes<T>(sum, v128.and(v128.load(x), firstLanes<T>(left)));
    left -= 16 / sizeof<T>();
    x += 16;
  } while (left > 0);
  return sum;
}
