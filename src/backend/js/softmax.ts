import { type Floats, LANES } from './dtype';
import { exp } from './math';

/**
 * out = e / Σ e with e = exp(x − max x), for each row of [rows, cols]; pads +0. The sum is one ascending chain.
 *
 * A NaN may be lost in the maximum, not in e: it makes the sum NaN, and that all of the row. So does a maximum of ±∞.
 */
export function softmax(f: Floats, out: number, x: number, rows: number, cols: number): void {
  const stride = (cols + LANES - 1) & -LANES;
  for (let r = 0; r < rows; r++) {
    let top = -Infinity;
    for (let c = 0; c < cols; c++) if (top < f[x + c]!) top = f[x + c]!;
    let sum = 0;
    for (let c = 0; c < cols; c++) {
      const e = exp(Math.fround(f[x + c]! - top));
      f[out + c] = e;
      sum = Math.fround(sum + e);
    }
    for (let c = 0; c < cols; c++) f[out + c] = Math.fround(f[out + c]! / sum);
    f.fill(0, out + cols, out + stride);
    out += stride;
    x += stride;
  }
}

/** delta = a·(delta − Σ delta·a) for each row of [rows, cols], a = softmax(x); pads +0. The sum is one ascending chain. */
export function softmaxBackward(f: Floats, delta: number, a: number, rows: number, cols: number): void {
  const stride = (cols + LANES - 1) & -LANES;
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let c = 0; c < cols; c++) sum = Math.fround(sum + Math.fround(f[delta + c]! * f[a + c]!));
    for (let c = 0; c < cols; c++) f[delta + c] = Math.fround(f[a + c]! * Math.fround(f[delta + c]! - sum));
    f.fill(0, delta + cols, delta + stride);
    delta += stride;
    a += stride;
  }
}
