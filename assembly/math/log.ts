import { horner, mulAdd, select, splat } from '../simd';

/** The bits of x as an integer, minus those of √½ (cut to 20 bits), plus those of 1. */
// @ts-ignore: decorator
@inline
function centred<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return i32x4.add(x, i32x4.splat(0x3f800000 - 0x3f3504f0));
  return i64x2.add(x, i64x2.splat(0x3ff0000000000000 - 0x3fe6a09e00000000));
}

/** k of x = 2ᵏ · m with √½ ≤ m < √2, from the bits above. */
// @ts-ignore: decorator
@inline
function exponent<T>(bits: v128): v128 {
  if (sizeof<T>() == 4) return f32x4.sub(f32x4.convert_i32x4_s(i32x4.shr_u(bits, 23)), f32x4.splat(127));
  // There is no conversion from i64: as the low bits of 2⁵² + k the integer is a float64 already.
  const k = v128.or(i64x2.shr_u(bits, 52), f64x2.splat(4503599627370496));
  return f64x2.sub(k, f64x2.splat(4503599627370496 + 1023));
}

/** m of x = 2ᵏ · m with √½ ≤ m < √2. */
// @ts-ignore: decorator
@inline
function mantissa<T>(bits: v128): v128 {
  if (sizeof<T>() == 4) return i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f0));
  return i64x2.add(v128.and(bits, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3fe6a09e00000000));
}

/** The small part of ln 2; k times the large part is exact. */
// @ts-ignore: decorator
@inline
function ln2Low<T>(): v128 {
  return splat<T>(sizeof<T>() == 4 ? -2.12194440e-4 : 1.9082149292705877e-10);
}

/**
 * k ln 2 + ln(1 + f) + tail for √½ ≤ 1 + f < √2, the tail holding k times the small part of ln 2. Coefficients of logf
 * in Cephes (S. L. Moshier, 1992) and of log in fdlibm (Sun Microsystems, 1993).
 */
// @ts-ignore: decorator
@inline
function logReduced<T>(k: v128, f: v128, tail: v128): v128 {
  const z = v128.mul<T>(f, f);
  const half = v128.mul<T>(z, splat<T>(0.5));
  if (sizeof<T>() == 4) {
    const z2 = v128.mul<T>(z, z);
    const p0 = horner<T>(splat<T>(-0.24999994039535522), f, 0.3333333134651184);
    const p2 = horner<T>(splat<T>(-0.16668057441711426), f, 0.2000071406364441);
    const p4 = horner<T>(splat<T>(-0.12420140951871872), f, 0.14249323308467865);
    const p6 = horner<T>(splat<T>(-0.11514610052108765), f, 0.11676998436450958);
    let p = mulAdd<T>(splat<T>(0.07037683576345444), z2, mulAdd<T>(p6, z, p4));
    p = mulAdd<T>(p, z2, mulAdd<T>(p2, z, p0));
    const y = v128.sub<T>(mulAdd<T>(v128.mul<T>(p, f), z, tail), half);
    return v128.add<T>(v128.add<T>(f, y), v128.mul<T>(k, splat<T>(0.693359375)));
  }
  const s = v128.div<T>(f, v128.add<T>(f, splat<T>(2)));
  const s2 = v128.mul<T>(s, s);
  const s4 = v128.mul<T>(s2, s2);
  let odd = horner<T>(splat<T>(0.14798198605116586), s4, 0.1818357216161805);
  odd = horner<T>(odd, s4, 0.2857142874366239);
  odd = horner<T>(odd, s4, 0.6666666666666735);
  let even = horner<T>(splat<T>(0.15313837699209373), s4, 0.22222198432149784);
  even = horner<T>(even, s4, 0.3999999999940942);
  const p = v128.add<T>(v128.mul<T>(even, s4), v128.mul<T>(odd, s2));
  const y = v128.sub<T>(half, mulAdd<T>(s, v128.add<T>(half, p), tail));
  return v128.sub<T>(v128.mul<T>(k, splat<T>(0.6931471803691238)), v128.sub<T>(y, f));
}

/** ln x for x ≥ the least normal number; ∞ and NaN stay. */
export function logNormal<T>(x: v128): v128 {
  const bits = centred<T>(x);
  const k = exponent<T>(bits);
  const y = logReduced<T>(k, v128.sub<T>(mantissa<T>(bits), splat<T>(1)), v128.mul<T>(k, ln2Low<T>()));
  return select(v128.lt<T>(x, splat<T>(Infinity)), y, x);
}

/** ln x; −∞ for ±0, NaN for negative x. */
export function log<T>(x: v128): v128 {
  const zero = splat<T>(0);
  // Below the normal range x is scaled by 2²⁵ or 2⁵⁴ first.
  const tiny = v128.lt<T>(x, splat<T>(sizeof<T>() == 4 ? 1.1754943508222875e-38 : 2.2250738585072014e-308));
  const scaled = v128.mul<T>(x, splat<T>(sizeof<T>() == 4 ? 33554432 : 18014398509481984));
  const bits = centred<T>(select(tiny, scaled, x));
  const k = v128.sub<T>(exponent<T>(bits), v128.and(tiny, splat<T>(sizeof<T>() == 4 ? 25 : 54)));
  const f = v128.sub<T>(mantissa<T>(bits), splat<T>(1));
  let y = logReduced<T>(k, f, v128.mul<T>(k, ln2Low<T>()));
  y = select(v128.lt<T>(x, splat<T>(Infinity)), y, x); // ∞ and NaN stay
  y = select(v128.eq<T>(x, zero), splat<T>(-Infinity), y);
  return select(v128.lt<T>(x, zero), splat<T>(NaN), y);
}

/** ln(1 + x) for 0 ≤ x ≤ 1, without cancellation near 0: ln u and what rounding took from u. */
export function log1pUnit<T>(x: v128): v128 {
  const one = splat<T>(1);
  const u = v128.add<T>(one, x);
  return v128.add<T>(logNormal<T>(u), v128.div<T>(v128.sub<T>(x, v128.sub<T>(u, one)), u));
}
