import { firstLanes } from '../lanes';
import { Purpose, Reg } from '../opcodes';
import { threefry, words } from '../random';
import { pad } from '../record';
import { splat } from '../simd';

/**
 * out = x·mask, mask = 1/(1 − rate) where word i of the step's stream is at least rate·2³², else 0; 0 ≤ rate < 1.
 * i = r·cols + c counts logical elements of [rows, cols], r from `firstRow` on; pads of out and mask are +0.
 */
export function dropout<T>(
  out: usize, // [rows, cols]
  mask: usize, // [rows, cols]
  x: usize, // [rows, cols]
  rows: i32,
  cols: i32,
  layer: i32,
  rate: f64,
  base: usize,
  firstRow: i32, // a multiple of 4
): void {
  const seedHigh = load<u32>(base + Reg.SeedHigh);
  const seedLow = load<u32>(base + Reg.SeedLow);
  const k1 = threefry(seedHigh, seedLow, Purpose.Dropout, layer);
  const k2 = threefry(<u32>k1, <u32>(k1 >> 32), load<u32>(base + Reg.Epoch), load<u32>(base + Reg.EpochStep));
  words(mask, <u32>k2, <u32>(k2 >> 32), firstRow * cols, rows * cols);

  const threshold = i32x4.splat(<u32>(rate * 4294967296));
  const scale = splat<T>(1 / (1 - rate));
  const lanes: i32 = 16 / sizeof<T>();
  const stride = pad<T>(cols);
  // The words stand at the front of the mask without pads. Backwards, since no element lies before its own word.
  let r = rows - 1;
  do {
    let c = stride - lanes;
    do {
      const word = mask + ((<usize>(r * cols + c)) << 2);
      const at = <usize>(r * stride + c) * sizeof<T>();
      let keep: v128;
      if (sizeof<T>() == 4) keep = i32x4.ge_u(v128.load(word), threshold);
      else keep = i64x2.extend_low_i32x4_s(i32x4.ge_u(v128.load64_zero(word), threshold));
      const logical = firstLanes<T>(cols - c);
      const m = v128.and(v128.and(keep, scale), logical);
      v128.store(mask + at, m);
      v128.store(out + at, v128.and(v128.mul<T>(v128.load(x + at), m), logical));
      c -= lanes;
    } while (c >= 0);
  } while (--r >= 0);
}

/** delta *= mask, over n elements. */
export function dropoutBackward<T>(delta: usize, mask: usize, n: i32): void {
  const end = delta + <usize>n * sizeof<T>();
  do {
    v128.store(delta, v128.mul<T>(v128.load(delta), v128.load(mask)));
    mask += 16;
    delta += 16;
  } while (delta < end);
}
