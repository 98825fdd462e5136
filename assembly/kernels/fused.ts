// Cross-entropies fused with the sigmoid or softmax before them: stable for any logits. Conventions and label smoothing
// as in ./loss and ./crossentropy; delta is the derivative by the logits z, the activation is written to prediction.
import { addLanes, firstLanes } from '../lanes';
import { exp, log1pUnit, sigmoidFrom } from '../math';
import { pad } from '../record';
import { minusAbs, mulAdd, splat } from '../simd';
import { column, logOf } from './crossentropy';
import { share } from './loss';
import { expRow, maxRow } from './softmax';

/**
 * prediction = sigmoid(z). Row loss: mean of max(z, 0) − z·t + log(1 + exp(−|z|)), exact for any z.
 * delta = (sigmoid(z) − t)/(rows·cols).
 */
export function sigmoidBinaryCrossentropy<T>(
  delta: usize,
  prediction: usize,
  logits: usize,
  target: usize,
  rows: i32,
  cols: i32,
  cell: usize,
  sum: i32,
  labelSmoothing: f64,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const zero = splat<T>(0);
  const scale = splat<T>(share(rows, cols, sum));
  const keep = splat<T>(1 - labelSmoothing);
  const shift = splat<T>(labelSmoothing / 2);
  let total = load<f64>(cell);
  do {
    let loss: T = 0;
    let left = cols;
    do {
      const logical = firstLanes<T>(left);
      const z = v128.load(logits);
      const t = mulAdd<T>(v128.load(target), keep, shift);
      const e = exp<T>(minusAbs<T>(z));
      const p = sigmoidFrom<T>(z, e);
      v128.store(prediction, v128.and(p, logical));
      v128.store(delta, v128.and(v128.mul<T>(v128.sub<T>(p, t), scale), logical));
      const linear = v128.sub<T>(v128.pmax<T>(z, zero), v128.mul<T>(z, t));
      loss = addLanes<T>(loss, v128.and(v128.add<T>(linear, log1pUnit<T>(e)), logical));
      logits += 16;
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
 * prediction = softmax(z). Row loss: Σ t·(log Σ exp(z − max) − (z − max)).
 * delta = (softmax(z)·Σt − t)/rows.
 */
export function softmaxCategoricalCrossentropy<T>(
  delta: usize,
  prediction: usize,
  logits: usize,
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
    const max = maxRow<T>(logits, cols);
    const divisor = expRow<T>(prediction, logits, cols, max);
    const logSum = v128.splat<T>(logOf<T>(divisor));
    let loss: T = 0;
    let mass: T = 0;
    let left = cols;
    let at: usize = 0;
    do {
      const logical = firstLanes<T>(left);
      const t = v128.and(mulAdd<T>(v128.load(target + at), keep, shift), logical);
      const above = v128.sub<T>(v128.load(logits + at), v128.splat<T>(max));
      mass = addLanes<T>(mass, t);
      loss = addLanes<T>(loss, v128.and(v128.mul<T>(t, v128.sub<T>(logSum, above)), logical));
      left -= lanes;
      at += 16;
    } while (left > 0);
    left = cols;
    at = 0;
    do {
      const logical = firstLanes<T>(left);
      const t = mulAdd<T>(v128.load(target + at), keep, shift);
      const p = v128.and(v128.div<T>(v128.load(prediction + at), v128.splat<T>(divisor)), logical);
      v128.store(prediction + at, p);
      const d = v128.sub<T>(v128.mul<T>(p, v128.splat<T>(mass)), t);
      v128.store(delta + at, v128.and(v128.mul<T>(d, scale), logical));
      left -= lanes;
      at += 16;
    } while (left > 0);
    total += <f64>loss;
    logits += stride;
    prediction += stride;
    target += stride;
    delta += stride;
  } while (--rows > 0);
  store<f64>(cell, total);
}

/** As above with t = 1 in the column that the target [rows, 1] names. A label that names none makes the row NaN. */
export function softmaxSparseCategoricalCrossentropy<T>(
  delta: usize,
  prediction: usize,
  logits: usize,
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
    const max = maxRow<T>(logits, cols);
    const divisor = expRow<T>(prediction, logits, cols, max);
    const k = column<T>(load<T>(target), cols);
    const at = <usize>k * sizeof<T>();
    const above = k < 0 ? <T>NaN : <T>(load<T>(logits + at) - max);
    const share = k < 0 ? <T>NaN : scale;
    let left = cols;
    let o: usize = 0;
    do {
      const logical = firstLanes<T>(left);
      const p = v128.and(v128.div<T>(v128.load(prediction + o), v128.splat<T>(divisor)), logical);
      v128.store(prediction + o, p);
      v128.store(delta + o, v128.and(v128.mul<T>(p, v128.splat<T>(share)), logical));
      left -= lanes;
      o += 16;
    } while (left > 0);
    if (k >= 0) store<T>(delta + at, <T>(<T>(load<T>(prediction + at) - <T>1) * scale));
    total += <f64>(<T>(logOf<T>(divisor) - above));
    logits += stride;
    prediction += stride;
    target += 16; // one label in a row padded to a whole vector
    delta += stride;
  } while (--rows > 0);
  store<f64>(cell, total);
}
