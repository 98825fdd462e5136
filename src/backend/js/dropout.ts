import { Purpose, Reg } from '../../../assembly/opcodes';
import type { Views } from '../backend';
import { type Floats, LANES } from './dtype';
import { threefry } from './threefry';

/**
 * out = x·mask, mask = 1/(1 − rate) where word i of the step's stream is at least rate·2³², else 0; 0 ≤ rate < 1.
 * i = r·cols + c counts logical elements of [rows, cols]; pads of out and mask are +0.
 */
export function dropout(
  f: Floats,
  out: number, // [rows, cols]
  mask: number, // [rows, cols]
  x: number, // [rows, cols]
  rows: number,
  cols: number,
  layer: number,
  rate: number,
  r: Views,
  base: number,
): void {
  const { u32 } = r;
  const pair = new Uint32Array(2);
  threefry(pair, u32[(base + Reg.SeedHigh) >>> 2]!, u32[(base + Reg.SeedLow) >>> 2]!, Purpose.Dropout, layer);
  threefry(pair, pair[0]!, pair[1]!, u32[(base + Reg.Epoch) >>> 2]!, u32[(base + Reg.EpochStep) >>> 2]!);
  const key0 = pair[0]!;
  const key1 = pair[1]!;

  const threshold = Math.floor(rate * 4294967296);
  const scale = Math.fround(1 / (1 - rate));
  const stride = (cols + LANES - 1) & -LANES;
  let i = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * stride;
    for (let c = 0; c < cols; c++, i++) {
      if ((i & 1) === 0) threefry(pair, key0, key1, i >> 1, 0);
      const m = pair[i & 1]! >= threshold ? scale : 0;
      f[mask + start + c] = m;
      f[out + start + c] = Math.fround(f[x + start + c]! * m);
    }
    f.fill(0, mask + start + cols, mask + start + stride);
    f.fill(0, out + start + cols, out + start + stride);
  }
}

/** delta *= mask, over n elements. */
export function dropoutBackward(f: Floats, delta: number, mask: number, n: number): void {
  for (let i = 0; i < n; i++) f[delta + i] = Math.fround(f[delta + i]! * f[mask + i]!);
}
