import { mulAdd, splat } from '../simd';

/** out = x·scale + offset, over n elements. */
export function rescale<T>(out: usize, x: usize, n: i32, scale: f64, offset: f64): void {
  const s = splat<T>(scale);
  const o = splat<T>(offset);
  const end = out + <usize>n * sizeof<T>();
  do {
    v128.store(out, mulAdd<T>(v128.load(x), s, o));
    x += 16;
    out += 16;
  } while (out < end);
}

/** delta *= scale, over n elements. */
export function rescaleBackward<T>(delta: usize, n: i32, scale: f64): void {
  const s = splat<T>(scale);
  const end = delta + <usize>n * sizeof<T>();
  do {
    v128.store(delta, v128.mul<T>(v128.load(delta), s));
    delta += 16;
  } while (delta < end);
}
