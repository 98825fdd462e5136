// Losses of predictions: each adds its rows' losses to a float64 cell, rows ascending, and writes delta, the derivative
// of the batch's mean loss; `sum` leaves the division by the rows out of delta. Blocks [rows, cols]; pads of delta +0.
// A row's loss is one chain over ascending columns, divided by their number. Neither rows nor cols is 0, and loops are
// `do … while` for the reason given in ./optimizer: up to 35 % less time here.
import { addLanes, firstLanes } from '../lanes';
import { select, splat } from '../simd';

/** 1/(rows·cols), the derivative of two means; with `sum` 1/cols. */
// @ts-ignore: decorator
@inline
export function share(rows: i32, cols: i32, sum: i32): f64 {
  return 1 / (sum ? <f64>cols : <f64>rows * <f64>cols);
}

/** Row loss: mean (p − t)². delta = (p − t)·2/(rows·cols); with `sum` the plain difference p − t. */
export function meanSquaredError<T>(
  delta: usize,
  prediction: usize,
  target: usize,
  rows: i32,
  cols: i32,
  cell: usize,
  sum: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const scale = splat<T>(sum ? 1 : 2 / (<f64>rows * <f64>cols));
  let total = load<f64>(cell);
  do {
    let loss: T = 0;
    let left = cols;
    do {
      const e = v128.and(v128.sub<T>(v128.load(prediction), v128.load(target)), firstLanes<T>(left));
      v128.store(delta, v128.mul<T>(e, scale));
      loss = addLanes<T>(loss, v128.mul<T>(e, e));
      prediction += 16;
      target += 16;
      delta += 16;
      left -= lanes;
    } while (left > 0);
    total += <f64>(loss / <T>cols);
  } while (--rows > 0);
  store<f64>(cell, total);
}

/** Row loss: mean |p − t|. delta = sign(p − t)/(rows·cols), 0 where they are equal. */
export function meanAbsoluteError<T>(
  delta: usize,
  prediction: usize,
  target: usize,
  rows: i32,
  cols: i32,
  cell: usize,
  sum: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const plus = splat<T>(share(rows, cols, sum));
  const minus = v128.neg<T>(plus);
  const zero = splat<T>(0);
  let total = load<f64>(cell);
  do {
    let loss: T = 0;
    let left = cols;
    do {
      const e = v128.and(v128.sub<T>(v128.load(prediction), v128.load(target)), firstLanes<T>(left));
      // Zeros and NaN stand for themselves.
      v128.store(delta, select(v128.gt<T>(e, zero), plus, select(v128.lt<T>(e, zero), minus, e)));
      loss = addLanes<T>(loss, v128.abs<T>(e));
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
 * With e = p − t and the threshold d: row loss = mean of ½e² where |e| ≤ d, else d·|e| − ½d²;
 * delta = e limited to ±d, divided by rows·cols.
 */
export function huber<T>(
  delta: usize,
  prediction: usize,
  target: usize,
  rows: i32,
  cols: i32,
  cell: usize,
  sum: i32,
  threshold: f64,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const scale = splat<T>(share(rows, cols, sum));
  const high = splat<T>(threshold);
  const low = splat<T>(-threshold);
  const half = splat<T>(0.5);
  const offset = splat<T>(0.5 * threshold * threshold);
  let total = load<f64>(cell);
  do {
    let loss: T = 0;
    let left = cols;
    do {
      const e = v128.and(v128.sub<T>(v128.load(prediction), v128.load(target)), firstLanes<T>(left));
      const size = v128.abs<T>(e);
      v128.store(delta, v128.mul<T>(v128.pmin<T>(v128.pmax<T>(e, low), high), scale));
      const near = v128.mul<T>(half, v128.mul<T>(e, e));
      const far = v128.sub<T>(v128.mul<T>(high, size), offset);
      loss = addLanes<T>(loss, select(v128.le<T>(size, high), near, far));
      prediction += 16;
      target += 16;
      delta += 16;
      left -= lanes;
    } while (left > 0);
    total += <f64>(loss / <T>cols);
  } while (--rows > 0);
  store<f64>(cell, total);
}
