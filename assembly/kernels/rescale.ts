import { mulAdd, splat } from '../simd';

/** out = x·scale + offset, over n elements. */
export function rescale<T>(out: usize, x: usize, n: i32, scale: f64, offset: f64): void {
  const s = splat<T>(scale);
  const o = splat<T>(offset);
  const bytes = <usize>n * sizeof<T>();
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32) {
    const x0 = mulAdd<T>(v128.load(x + i), s, o);
    const x1 = mulAdd<T>(v128.load(x + i, 16), s, o);
    v128.store(out + i, x0);
    v128.store(out + i, x1, 16);
  }
  if (i < bytes) v128.store(out + i, mulAdd<T>(v128.load(x + i), s, o));
}

/** delta *= scale, over n elements. */
export function rescaleBackward<T>(delta: usize, n: i32, scale: f64): void {
  const s = splat<T>(scale);
  const bytes = <usize>n * sizeof<T>();
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32) {
    const d0 = v128.mul<T>(v128.load(delta + i), s);
    const d1 = v128.mul<T>(v128.load(delta + i, 16), s);
    v128.store(delta + i, d0);
    v128.store(delta + i, d1, 16);
  }
  if (i < bytes) v128.store(delta + i, v128.mul<T>(v128.load(delta + i), s));
}
