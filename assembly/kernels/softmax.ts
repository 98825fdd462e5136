import { addLanes, firstLanes } from '../lanes';
import { exp } from '../math';
import { pad } from '../record';
import { splat } from '../simd';

/** The greatest lane in every lane (zeros may differ in sign, NaN may be lost). */
// @ts-ignore: decorator
@inline
function greatest<T>(v: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.pmax(v, i64x2.shuffle(v, v, 1, 0));
  const pairs = f32x4.pmax(v, i32x4.shuffle(v, v, 2, 3, 0, 1));
  return f32x4.pmax(pairs, i32x4.shuffle(pairs, pairs, 1, 0, 3, 2));
}

/**
 * out = e / Σ e with e = exp(x − max x), for each row of [rows, cols]; pads +0. The sum is one ascending chain.
 *
 * A NaN may be lost in the maximum, not in e: it makes the sum NaN, and that all of the row. So does a maximum of ±∞.
 */
export function softmax<T>(out: usize, x: usize, rows: i32, cols: i32): void {
  const lanes: i32 = 16 / sizeof<T>();
  const rowBytes = <usize>pad<T>(cols) * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    let top = splat<T>(-Infinity);
    for (let c = 0, at = x; c < cols; c += lanes, at += 16) {
      top = v128.pmax<T>(top, v128.bitselect(v128.load(at), top, firstLanes<T>(cols - c)));
    }
    top = greatest<T>(top);

    let sum: T = 0; // pads of e are +0 and change nothing
    for (let c = 0, at: usize = 0; c < cols; c += lanes, at += 16) {
      const e = v128.and(exp<T>(v128.sub<T>(v128.load(x + at), top)), firstLanes<T>(cols - c));
      v128.store(out + at, e);
      sum = addLanes<T>(sum, e);
    }

    const divisor = v128.splat<T>(sum);
    for (let c = 0, at = out; c < cols; c += lanes, at += 16) {
      v128.store(at, v128.and(v128.div<T>(v128.load(at), divisor), firstLanes<T>(cols - c)));
    }
    out += rowBytes;
    x += rowBytes;
  }
}

/** delta = a·(delta − Σ delta·a) for each row of [rows, cols], a = softmax(x); pads +0. The sum is one ascending chain. */
export function softmaxBackward<T>(delta: usize, a: usize, rows: i32, cols: i32): void {
  const lanes: i32 = 16 / sizeof<T>();
  const rowBytes = <usize>pad<T>(cols) * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    let sum: T = 0;
    for (let c = 0, at: usize = 0; c < cols; c += lanes, at += 16) {
      const product = v128.mul<T>(v128.load(delta + at), v128.load(a + at));
      sum = addLanes<T>(sum, v128.and(product, firstLanes<T>(cols - c)));
    }
    const mean = v128.splat<T>(sum);
    for (let c = 0, at: usize = 0; c < cols; c += lanes, at += 16) {
      const d = v128.mul<T>(v128.load(a + at), v128.sub<T>(v128.load(delta + at), mean));
      v128.store(delta + at, v128.and(d, firstLanes<T>(cols - c)));
    }
    delta += rowBytes;
    a += rowBytes;
  }
}
