// Activations out = f(x) and their derivatives delta *= f'(saved), element by element over n elements, pads included.
// `a` is the saved output of the activation, `z` its saved input. NaN in any operand is NaN in the result.
import { erf, exp, expm1, log1pUnit, sigmoid as sigmoidOf, sigmoidInline, tanh as tanhOf, tanhInline } from '../math';
import { minusAbs, mulAdd, select, splat } from '../simd';

// @ts-ignore: decorator
@inline
function bytesOf<T>(n: i32): usize {
  return <usize>n * sizeof<T>();
}

/** max(x, 0); −0 stays −0. */
export function relu<T>(out: usize, x: usize, n: i32): void {
  const zero = splat<T>(0);
  const bytes = bytesOf<T>(n);
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32) {
    const x0 = v128.load(x + i);
    const x1 = v128.load(x + i, 16);
    v128.store(out + i, v128.pmax<T>(x0, zero));
    v128.store(out + i, v128.pmax<T>(x1, zero), 16);
  }
  if (i < bytes) v128.store(out + i, v128.pmax<T>(v128.load(x + i), zero));
}

/** delta where a > 0, else +0. */
// @ts-ignore: decorator
@inline
function reluDelta<T>(delta: v128, a: v128): v128 {
  // A failed self-comparison is all ones, which is a NaN.
  const nan = v128.or(v128.ne<T>(delta, delta), v128.ne<T>(a, a));
  return v128.or(v128.and(delta, v128.gt<T>(a, splat<T>(0))), nan);
}

/** delta = delta where a > 0, else +0. */
export function reluBackward<T>(delta: usize, a: usize, n: i32): void {
  const bytes = bytesOf<T>(n);
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32) {
    const d0 = reluDelta<T>(v128.load(delta + i), v128.load(a + i));
    const d1 = reluDelta<T>(v128.load(delta + i, 16), v128.load(a + i, 16));
    v128.store(delta + i, d0);
    v128.store(delta + i, d1, 16);
  }
  if (i < bytes) v128.store(delta + i, reluDelta<T>(v128.load(delta + i), v128.load(a + i)));
}

/** x < 0 ? slope·x : x. */
export function leakyRelu<T>(out: usize, x: usize, n: i32, slope: f64): void {
  const c = splat<T>(slope);
  const zero = splat<T>(0);
  const end = out + bytesOf<T>(n);
  do {
    const v = v128.load(x);
    v128.store(out, select(v128.lt<T>(v, zero), v128.mul<T>(v, c), v));
    x += 16;
    out += 16;
  } while (out < end);
}

/** delta *= a > 0 ? 1 : slope, for slope ≥ 0. */
export function leakyReluBackward<T>(delta: usize, a: usize, n: i32, slope: f64): void {
  const c = splat<T>(slope);
  const zero = splat<T>(0);
  const end = delta + bytesOf<T>(n);
  do {
    const d = v128.load(delta);
    const v = v128.load(a);
    const nan = v128.ne<T>(v, v); // all ones, which is a NaN
    v128.store(delta, v128.or(select(v128.gt<T>(v, zero), d, v128.mul<T>(d, c)), nan));
    a += 16;
    delta += 16;
  } while (delta < end);
}

/** x > 0 ? x : alpha·(eˣ − 1). */
export function elu<T>(out: usize, x: usize, n: i32, alpha: f64): void {
  const c = splat<T>(alpha);
  const end = out + bytesOf<T>(n);
  do {
    const v = v128.load(x);
    v128.store(out, select(v128.gt<T>(v, splat<T>(0)), v, v128.mul<T>(c, expm1<T>(v))));
    x += 16;
    out += 16;
  } while (out < end);
}

/** delta *= a > 0 ? 1 : a + alpha, for alpha ≥ 0. */
export function eluBackward<T>(delta: usize, a: usize, n: i32, alpha: f64): void {
  const c = splat<T>(alpha);
  const zero = splat<T>(0);
  const end = delta + bytesOf<T>(n);
  do {
    const d = v128.load(delta);
    const v = v128.load(a);
    v128.store(delta, select(v128.gt<T>(v, zero), d, v128.mul<T>(d, v128.add<T>(v, c))));
    a += 16;
    delta += 16;
  } while (delta < end);
}

/** 1 / (1 + e⁻ˣ). */
export function sigmoid<T>(out: usize, x: usize, n: i32): void {
  const end = out + bytesOf<T>(n);
  do {
    v128.store(out, sigmoidInline<T>(v128.load(x)));
    x += 16;
    out += 16;
  } while (out < end);
}

/** delta = (delta·a)·(1 − a). */
export function sigmoidBackward<T>(delta: usize, a: usize, n: i32): void {
  const one = splat<T>(1);
  const end = delta + bytesOf<T>(n);
  do {
    const v = v128.load(a);
    v128.store(delta, v128.mul<T>(v128.mul<T>(v128.load(delta), v), v128.sub<T>(one, v)));
    a += 16;
    delta += 16;
  } while (delta < end);
}

/** tanh x. */
export function tanh<T>(out: usize, x: usize, n: i32): void {
  const end = out + bytesOf<T>(n);
  do {
    v128.store(out, tanhInline<T>(v128.load(x)));
    x += 16;
    out += 16;
  } while (out < end);
}

/** delta *= 1 − a². */
export function tanhBackward<T>(delta: usize, a: usize, n: i32): void {
  const one = splat<T>(1);
  const end = delta + bytesOf<T>(n);
  do {
    const v = v128.load(a);
    v128.store(delta, v128.mul<T>(v128.load(delta), v128.sub<T>(one, v128.mul<T>(v, v))));
    a += 16;
    delta += 16;
  } while (delta < end);
}

/** ln(1 + eˣ) = max(x, 0) + ln(1 + e⁻|ˣ|). */
export function softplus<T>(out: usize, x: usize, n: i32): void {
  const end = out + bytesOf<T>(n);
  do {
    const v = v128.load(x);
    const rest = log1pUnit<T>(exp<T>(minusAbs<T>(v)));
    v128.store(out, v128.add<T>(v128.pmax<T>(v, splat<T>(0)), rest));
    x += 16;
    out += 16;
  } while (out < end);
}

/** delta *= sigmoid(z). */
export function softplusBackward<T>(delta: usize, z: usize, n: i32): void {
  const end = delta + bytesOf<T>(n);
  do {
    v128.store(delta, v128.mul<T>(v128.load(delta), sigmoidOf<T>(v128.load(z))));
    z += 16;
    delta += 16;
  } while (delta < end);
}

/** 1 + erf(x / √2), twice the normal distribution's Φ(x). */
// @ts-ignore: decorator
@inline
function twiceCdf<T>(x: v128): v128 {
  return v128.add<T>(splat<T>(1), erf<T>(v128.mul<T>(x, splat<T>(0.7071067811865476))));
}

/** x·Φ(x) = (½x)·(1 + erf(x / √2)). */
export function gelu<T>(out: usize, x: usize, n: i32): void {
  const end = out + bytesOf<T>(n);
  do {
    const v = v128.load(x);
    v128.store(out, v128.mul<T>(v128.mul<T>(v, splat<T>(0.5)), twiceCdf<T>(v)));
    x += 16;
    out += 16;
  } while (out < end);
}

/** delta *= Φ(z) + z·φ(z), φ(z) = exp(−½z²) / √(2π). */
export function geluBackward<T>(delta: usize, z: usize, n: i32): void {
  const half = splat<T>(0.5);
  const end = delta + bytesOf<T>(n);
  do {
    const v = v128.load(z);
    const cdf = v128.mul<T>(half, twiceCdf<T>(v));
    const bell = exp<T>(v128.mul<T>(splat<T>(-0.5), v128.mul<T>(v, v)));
    const slope = mulAdd<T>(v, v128.mul<T>(splat<T>(0.3989422804014327), bell), cdf);
    v128.store(delta, v128.mul<T>(v128.load(delta), slope));
    z += 16;
    delta += 16;
  } while (delta < end);
}

/** tanh(√(2/π)·(x + 0.044715·x³)), x³ being (x·x)·x. */
// @ts-ignore: decorator
@inline
function geluTanhOf<T>(x: v128): v128 {
  const cube = v128.mul<T>(v128.mul<T>(x, x), x);
  const inner = mulAdd<T>(splat<T>(0.044715), cube, x);
  return tanhOf<T>(v128.mul<T>(splat<T>(0.7978845608028654), inner));
}

/** (½x)·(1 + t), t = tanh(√(2/π)·(x + 0.044715·x³)). */
export function geluTanh<T>(out: usize, x: usize, n: i32): void {
  const end = out + bytesOf<T>(n);
  do {
    const v = v128.load(x);
    const t = geluTanhOf<T>(v);
    v128.store(out, v128.mul<T>(v128.mul<T>(v, splat<T>(0.5)), v128.add<T>(splat<T>(1), t)));
    x += 16;
    out += 16;
  } while (out < end);
}

/** delta *= ½(1 + t) + (½z)·(1 − t²)·√(2/π)·(1 + 3·0.044715·z²), with t as above. */
export function geluTanhBackward<T>(delta: usize, z: usize, n: i32): void {
  const half = splat<T>(0.5);
  const one = splat<T>(1);
  const end = delta + bytesOf<T>(n);
  do {
    // Beyond ±9 t is ±1 in either dtype and the slope exactly 0 or 1; the bound keeps z² from overflowing to 0·∞.
    const v = v128.pmin<T>(v128.pmax<T>(v128.load(z), splat<T>(-9)), splat<T>(9));
    const t = geluTanhOf<T>(v);
    const inner = v128.mul<T>(
      splat<T>(0.7978845608028654),
      mulAdd<T>(splat<T>(0.134145), v128.mul<T>(v, v), one),
    );
    const steep = v128.mul<T>(v128.mul<T>(half, v), v128.sub<T>(one, v128.mul<T>(t, t)));
    const slope = mulAdd<T>(steep, inner, v128.mul<T>(half, v128.add<T>(one, t)));
    v128.store(delta, v128.mul<T>(v128.load(delta), slope));
    z += 16;
    delta += 16;
  } while (delta < end);
}

/** x·sigmoid(x). */
export function swish<T>(out: usize, x: usize, n: i32): void {
  sigmoid<T>(out, x, n); // a pass of its own, with the constants in registers: 1.7 instead of 2.6 ns per float32
  const end = out + bytesOf<T>(n);
  do {
    v128.store(out, v128.mul<T>(v128.load(x), v128.load(out)));
    x += 16;
    out += 16;
  } while (out < end);
}

/** delta *= s·(1 + z·(1 − s)), s = sigmoid(z). */
export function swishBackward<T>(delta: usize, z: usize, n: i32): void {
  const one = splat<T>(1);
  const end = delta + bytesOf<T>(n);
  do {
    const v = v128.load(z);
    const s = sigmoidOf<T>(v);
    const slope = v128.mul<T>(s, mulAdd<T>(v, v128.sub<T>(one, s), one));
    v128.store(delta, v128.mul<T>(v128.load(delta), slope));
    z += 16;
    delta += 16;
  } while (delta < end);
}
