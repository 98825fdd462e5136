import { mulAdd, power } from './arithmetic';
import { F32 } from './dtype';

/** ln 2 in two parts; k times the first is exact. */
const LN2_HIGH = F32 ? 0.693359375 : 0.6931471803691238;
const LN2_LOW = F32 ? -0.00021219444170128554 : 1.9082149292705877e-10;

const scratch = new Float64Array(1);
const words = new Int32Array(scratch.buffer);

/**
 * k ln 2 + ln(1 + f) + tail for √½ ≤ 1 + f < √2, the tail holding k times the small part of ln 2. Coefficients of logf
 * in Cephes (S. L. Moshier, 1992) and of log in fdlibm (Sun Microsystems, 1993).
 */
function logReduced(k: number, f: number, tail: number): number {
  const z = Math.fround(f * f);
  const half = Math.fround(z * 0.5);
  if (F32) {
    const z2 = Math.fround(z * z);
    const p0 = mulAdd(-0.24999994039535522, f, 0.3333333134651184);
    const p2 = mulAdd(-0.16668057441711426, f, 0.2000071406364441);
    const p4 = mulAdd(-0.12420140951871872, f, 0.14249323308467865);
    const p6 = mulAdd(-0.11514610052108765, f, 0.11676998436450958);
    let p = mulAdd(0.07037683576345444, z2, mulAdd(p6, z, p4));
    p = mulAdd(p, z2, mulAdd(p2, z, p0));
    const y = Math.fround(mulAdd(Math.fround(p * f), z, tail) - half);
    return Math.fround(Math.fround(f + y) + Math.fround(k * LN2_HIGH));
  }
  const s = f / (f + 2);
  const s2 = s * s;
  const s4 = s2 * s2;
  let odd = mulAdd(0.14798198605116586, s4, 0.1818357216161805);
  odd = mulAdd(odd, s4, 0.2857142874366239);
  odd = mulAdd(odd, s4, 0.6666666666666735);
  let even = mulAdd(0.15313837699209373, s4, 0.22222198432149784);
  even = mulAdd(even, s4, 0.3999999999940942);
  const y = half - (s * (half + (even * s4 + odd * s2)) + tail);
  return k * LN2_HIGH - (y - f);
}

/** The bits of x above the lowest 32, minus those of √½ (cut to 20 bits), plus those of 1. */
function centred(x: number): number {
  scratch[0] = x;
  return words[1]! + (0x3ff00000 - 0x3fe6a09e);
}

/** ln x; −∞ for ±0, NaN for negative x. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  // Below the normal range x is scaled by 2⁵⁴ first; a denormal float32 is a normal float64.
  if (!F32 && x < 2.2250738585072014e-308) return logScaled(x * 18014398509481984, 54);
  return logScaled(x, 0);
}

/** ln(x / 2ⁿ) */
function logScaled(x: number, n: number): number {
  const exponent = (centred(x) >> 20) - 1023; // x = 2ᵏ · m with √½ ≤ m < √2
  const f = Math.fround(x * power(-exponent) - 1);
  const k = exponent - n;
  return logReduced(k, f, Math.fround(k * LN2_LOW));
}

/** ln(1 + x) for 0 ≤ x ≤ 1, without cancellation near 0: ln u and what rounding took from u. */
export function log1pUnit(x: number): number {
  const u = Math.fround(1 + x);
  return Math.fround(log(u) + Math.fround((x - (u - 1)) / u));
}
