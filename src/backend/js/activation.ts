// Activations out = f(x) and their derivatives delta *= f'(saved), element by element over n elements, pads included.
// `a` is the saved output of the activation, `z` its saved input. NaN in any operand is NaN in the result.
import type { Floats } from './dtype';
import { erf, exp, expm1, log1pUnit, sigmoid as sigmoidOf, tanh as tanhOf } from './math';

const SQRT_HALF = Math.fround(Math.SQRT1_2);
/** 1 / √(2π) and √(2/π). */
const BELL = Math.fround(0.3989422804014327);
const SQRT_2_PI = Math.fround(0.7978845608028654);
/** The coefficient of x³ in geluTanh, and three times it, each rounded once. */
const CUBE = Math.fround(0.044715);
const CUBE_SLOPE = Math.fround(0.134145);

/** max(v, 0); −0 stays −0. */
function positive(v: number): number {
  // biome-ignore lint/complexity/useMathMinMax: Math.max(−0, 0) is +0
  return v < 0 ? 0 : v;
}

/** max(x, 0); −0 stays −0. */
export function relu(f: Floats, out: number, x: number, n: number): void {
  for (let i = 0; i < n; i++) f[out + i] = positive(f[x + i]!);
}

/** delta = delta where a > 0, else +0. */
export function reluBackward(f: Floats, delta: number, a: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const v = f[a + i]!;
    if (v > 0) continue;
    f[delta + i] = v <= 0 && !Number.isNaN(f[delta + i]) ? 0 : NaN;
  }
}

/** x < 0 ? slope·x : x. */
export function leakyRelu(f: Floats, out: number, x: number, n: number, slope: number): void {
  const c = Math.fround(slope);
  for (let i = 0; i < n; i++) {
    const v = f[x + i]!;
    f[out + i] = v < 0 ? Math.fround(v * c) : v;
  }
}

/** delta *= a > 0 ? 1 : slope, for slope ≥ 0. */
export function leakyReluBackward(f: Floats, delta: number, a: number, n: number, slope: number): void {
  const c = Math.fround(slope);
  for (let i = 0; i < n; i++) {
    const v = f[a + i]!;
    if (v > 0) continue;
    f[delta + i] = v <= 0 ? Math.fround(f[delta + i]! * c) : NaN;
  }
}

/** x > 0 ? x : alpha·(eˣ − 1). */
export function elu(f: Floats, out: number, x: number, n: number, alpha: number): void {
  const c = Math.fround(alpha);
  for (let i = 0; i < n; i++) {
    const v = f[x + i]!;
    f[out + i] = v > 0 ? v : Math.fround(c * expm1(v));
  }
}

/** delta *= a > 0 ? 1 : a + alpha, for alpha ≥ 0. */
export function eluBackward(f: Floats, delta: number, a: number, n: number, alpha: number): void {
  const c = Math.fround(alpha);
  for (let i = 0; i < n; i++) {
    const v = f[a + i]!;
    if (!(v > 0)) f[delta + i] = Math.fround(f[delta + i]! * Math.fround(v + c));
  }
}

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(f: Floats, out: number, x: number, n: number): void {
  for (let i = 0; i < n; i++) f[out + i] = sigmoidOf(f[x + i]!);
}

/** delta = (delta·a)·(1 − a). */
export function sigmoidBackward(f: Floats, delta: number, a: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const v = f[a + i]!;
    f[delta + i] = Math.fround(Math.fround(f[delta + i]! * v) * Math.fround(1 - v));
  }
}

/** tanh x. */
export function tanh(f: Floats, out: number, x: number, n: number): void {
  for (let i = 0; i < n; i++) f[out + i] = tanhOf(f[x + i]!);
}

/** delta *= 1 − a². */
export function tanhBackward(f: Floats, delta: number, a: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const v = f[a + i]!;
    f[delta + i] = Math.fround(f[delta + i]! * Math.fround(1 - Math.fround(v * v)));
  }
}

/** ln(1 + eˣ) = max(x, 0) + ln(1 + e⁻|ˣ|). */
export function softplus(f: Floats, out: number, x: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const v = f[x + i]!;
    f[out + i] = Math.fround(positive(v) + log1pUnit(exp(-Math.abs(v))));
  }
}

/** delta *= sigmoid(z). */
export function softplusBackward(f: Floats, delta: number, z: number, n: number): void {
  for (let i = 0; i < n; i++) f[delta + i] = Math.fround(f[delta + i]! * sigmoidOf(f[z + i]!));
}

/** 1 + erf(x / √2), twice the normal distribution's Φ(x). */
function twiceCdf(x: number): number {
  return Math.fround(1 + erf(Math.fround(x * SQRT_HALF)));
}

/** x·Φ(x) = (½x)·(1 + erf(x / √2)). */
export function gelu(f: Floats, out: number, x: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const v = f[x + i]!;
    f[out + i] = Math.fround(Math.fround(v * 0.5) * twiceCdf(v));
  }
}

/** delta *= Φ(z) + z·φ(z), φ(z) = exp(−½z²) / √(2π). */
export function geluBackward(f: Floats, delta: number, z: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const v = f[z + i]!;
    const cdf = Math.fround(0.5 * twiceCdf(v));
    const bell = exp(Math.fround(-0.5 * Math.fround(v * v)));
    const slope = Math.fround(Math.fround(v * Math.fround(BELL * bell)) + cdf);
    f[delta + i] = Math.fround(f[delta + i]! * slope);
  }
}

/** tanh(√(2/π)·(x + 0.044715·x³)), x³ being (x·x)·x. */
function geluTanhOf(x: number): number {
  const cube = Math.fround(Math.fround(x * x) * x);
  const inner = Math.fround(Math.fround(CUBE * cube) + x);
  return tanhOf(Math.fround(SQRT_2_PI * inner));
}

/** (½x)·(1 + t), t = tanh(√(2/π)·(x + 0.044715·x³)). */
export function geluTanh(f: Floats, out: number, x: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const v = f[x + i]!;
    f[out + i] = Math.fround(Math.fround(v * 0.5) * Math.fround(1 + geluTanhOf(v)));
  }
}

/** delta *= ½(1 + t) + (½z)·(1 − t²)·√(2/π)·(1 + 3·0.044715·z²), with t as above. */
export function geluTanhBackward(f: Floats, delta: number, z: number, n: number): void {
  for (let i = 0; i < n; i++) {
    // Beyond ±9 t is ±1 in either dtype and the slope exactly 0 or 1; the bound keeps z² from overflowing to 0·∞.
    let v = f[z + i]!;
    if (v < -9) v = -9;
    if (v > 9) v = 9;
    const t = geluTanhOf(v);
    const inner = Math.fround(SQRT_2_PI * Math.fround(Math.fround(CUBE_SLOPE * Math.fround(v * v)) + 1));
    const steep = Math.fround(Math.fround(0.5 * v) * Math.fround(1 - Math.fround(t * t)));
    const slope = Math.fround(Math.fround(steep * inner) + Math.fround(0.5 * Math.fround(1 + t)));
    f[delta + i] = Math.fround(f[delta + i]! * slope);
  }
}

/** x·sigmoid(x). */
export function swish(f: Floats, out: number, x: number, n: number): void {
  for (let i = 0; i < n; i++) f[out + i] = Math.fround(f[x + i]! * sigmoidOf(f[x + i]!));
}

/** delta *= s·(1 + z·(1 − s)), s = sigmoid(z). */
export function swishBackward(f: Floats, delta: number, z: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const v = f[z + i]!;
    const s = sigmoidOf(v);
    const slope = Math.fround(s * Math.fround(Math.fround(v * Math.fround(1 - s)) + 1));
    f[delta + i] = Math.fround(f[delta + i]! * slope);
  }
}
