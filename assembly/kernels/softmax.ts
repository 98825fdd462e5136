import { addLanes, firstLanes } from '../lanes';
import { expInline } from '../math';
import { pad } from '../record';
import { splat } from '../simd';

/**
 * out = e / Σ e with e = exp(x − max x), for each row of [rows, cols]; pads +0. The sum is one ascending chain.
 *
 * A NaN may be lost in the maximum, not in e: it makes the sum NaN, and that all of the row. So does a maximum of ±∞.
 */
export function softmax<T>(out: usize, x: usize, rows: i32, cols: i32): void {
  const stride = <usize>pad<T>(cols) * sizeof<T>();
  do {
    const end = out + stride;
    const sum = v128.splat<T>(expRow<T>(out, x, cols, maxRow<T>(x, cols)));
    let left = cols;
    do {
      v128.store(out, v128.and(v128.div<T>(v128.load(out), sum), firstLanes<T>(left)));
      left -= 16 / sizeof<T>();
      out += 16;
    } while (out < end);
    x += stride;
  } while (--rows);
}

/** delta = a·(delta − Σ delta·a) for each row of [rows, cols], a = softmax(x); pads +0. The sum is one ascending chain. */
export function softmaxBackward<T>(delta: usize, a: usize, rows: i32, cols: i32): void {
  const lanes: i32 = 16 / sizeof<T>();
  const stride = <usize>pad<T>(cols) * sizeof<T>();
  do {
    let sum: T = 0;
    let left = cols;
    let at: usize = 0;
    do {
      const product = v128.mul<T>(v128.load(delta + at), v128.load(a + at));
      sum = addLanes<T>(sum, v128.and(product, firstLanes<T>(left)));
      left -= lanes;
      at += 16;
    } while (left > 0);
    const mean = v128.splat<T>(sum);
    left = cols;
    do {
      const d = v128.mul<T>(v128.load(a), v128.sub<T>(v128.load(delta), mean));
      v128.store(delta, v128.and(d, firstLanes<T>(left)));
      left -= lanes;
      a += 16;
      delta += 16;
    } while (left > 0);
  } while (--rows);
}

/** Maximum of a row; a NaN is passed over here, it makes the sum of the exponentials NaN. */
export function maxRow<T>(x: usize, cols: i32): T {
  let m = splat<T>(-Infinity);
  do {
    m = v128.pmax<T>(m, v128.bitselect(v128.load(x), m, firstLanes<T>(cols)));
    cols -= 16 / sizeof<T>();
    x += 16;
  } while (cols > 0);
  m = v128.pmax<T>(m, v128.shuffle<i64>(m, m, 1, 0));
  if (sizeof<T>() == 4) m = v128.pmax<T>(m, v128.shuffle<i32>(m, m, 1, 0, 3, 2));
  return v128.extract_lane<T>(m, 0);
}

/** out = exp(x − max) for one row, pads +0; the sum is one ascending chain. */
export function expRow<T>(out: usize, x: usize, cols: i32, max: T): T {
  const top = v128.splat<T>(max);
  let sum: T = 0;
  do {
    const e = v128.and(expInline<T>(v128.sub<T>(v128.load(x), top)), firstLanes<T>(cols));
    v128.store(out, e);
    sum = addLanes<T>(sum, e);
    cols -= 16 / sizeof<T>();
    x += 16;
    out += 16;
  } while (cols > 0);
  return sum;
}
