import type { Floats } from './dtype';

/** out = x·scale + offset, over n elements. */
export function rescale(f: Floats, out: number, x: number, n: number, scale: number, offset: number): void {
  const s = Math.fround(scale);
  const o = Math.fround(offset);
  for (let i = 0; i < n; i++) f[out + i] = Math.fround(Math.fround(f[x + i]! * s) + o);
}

/** delta *= scale, over n elements. */
export function rescaleBackward(f: Floats, delta: number, n: number, scale: number): void {
  const s = Math.fround(scale);
  for (let i = 0; i < n; i++) f[delta + i] = Math.fround(f[delta + i]! * s);
}
