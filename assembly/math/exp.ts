import { horner, minusAbs, mulAdd, select, splat, withSign } from '../simd';

/** 1.5 · 2²³ or 1.5 · 2⁵²: adding it rounds to an integer (ties to even), which then stands in the low bits. */
// @ts-ignore: decorator
@inline
function magic<T>(): v128 {
  return splat<T>(sizeof<T>() == 4 ? 12582912 : 6755399441055744);
}

/** n + magic for the integer n nearest to x / ln 2. */
// @ts-ignore: decorator
@inline
function shifted<T>(x: v128): v128 {
  return mulAdd<T>(x, splat<T>(1.4426950408889634), magic<T>());
}

/** x − n ln 2, with ln 2 in two parts of which the first times n is exact. */
// @ts-ignore: decorator
@inline
function reduce<T>(x: v128, n: v128): v128 {
  const high = sizeof<T>() == 4 ? 0.693145751953125 : 0.693147180559663;
  const low = sizeof<T>() == 4 ? 0.000001428606765330187 : 2.8235290563031577e-13;
  const r = v128.sub<T>(x, v128.mul<T>(n, splat<T>(high)));
  return v128.sub<T>(r, v128.mul<T>(n, splat<T>(low)));
}

/**
 * exp(r) − 1 − r for |r| ≤ ½ ln 2, in Estrin's scheme: shorter chains than Horner's. Coefficients of xexpf and xexp in
 * SLEEF (N. Shibata and F. Petrogalli, 2020).
 */
// @ts-ignore: decorator
@inline
function expTail<T>(r: v128): v128 {
  const r2 = v128.mul<T>(r, r);
  let p: v128;
  if (sizeof<T>() == 4) {
    const p0 = horner<T>(splat<T>(0.041666485369205475), r, 0.1666666716337204);
    const p2 = horner<T>(splat<T>(0.0013930435525253415), r, 0.008333360776305199);
    p = mulAdd<T>(splat<T>(0.00019852761761285365), r2, p2);
    p = mulAdd<T>(p, r2, p0);
  } else {
    const r4 = v128.mul<T>(r2, r2);
    const p0 = horner<T>(splat<T>(0.0416666666666665), r, 0.16666666666666685);
    const p2 = horner<T>(splat<T>(0.0013888888888977449), r, 0.008333333333316527);
    const p4 = horner<T>(splat<T>(0.000024801587159235473), r, 0.0001984126989605092);
    const p6 = horner<T>(splat<T>(2.755739112349005e-7), r, 0.0000027557236291192883);
    const p8 = horner<T>(splat<T>(2.0886062110728369e-9), r, 2.511129308929285e-8);
    p = mulAdd<T>(p8, r4, mulAdd<T>(p6, r2, p4));
    p = mulAdd<T>(p, r4, mulAdd<T>(p2, r2, p0));
  }
  return v128.mul<T>(r2, horner<T>(p, r, 0.5));
}

/** 2ⁿ from n + magic, for n within the exponents of float64. */
// @ts-ignore: decorator
@inline
function power64(t: v128): v128 {
  return i64x2.add(i64x2.shl(t, 52), f64x2.splat(1));
}

/** eˣ. In float32, +0 where the result would lie below the normal range; float64 underflows gradually. */
// @ts-ignore: decorator
@inline
export function expInline<T>(x: v128): v128 {
  const t = shifted<T>(x);
  const n = v128.sub<T>(t, magic<T>());
  const r = reduce<T>(x, n);
  const p = v128.add<T>(v128.add<T>(expTail<T>(r), r), splat<T>(1));
  let y: v128;
  if (sizeof<T>() == 4) {
    y = i32x4.add(p, i32x4.shl(t, 23)); // p · 2ⁿ, exactly
  } else {
    // Two factors: 2¹⁰²⁴ is no float64, and only the last product may round (below the normal range).
    const half = f64x2.floor(f64x2.mul(n, f64x2.splat(0.5)));
    y = f64x2.mul(p, power64(f64x2.add(half, magic<f64>())));
    y = f64x2.mul(y, power64(f64x2.add(f64x2.sub(n, half), magic<f64>())));
  }
  const lowest = splat<T>(sizeof<T>() == 4 ? -87.33654022216797 : -745.1332191019411);
  const highest = splat<T>(sizeof<T>() == 4 ? 88.72283172607422 : 709.782712893384);
  // Above the range and for NaN the result is x + ∞.
  y = select(v128.le<T>(x, highest), y, v128.add<T>(x, splat<T>(Infinity)));
  return v128.andnot(y, v128.lt<T>(x, lowest));
}

/** The same out of line. */
export function exp<T>(x: v128): v128 {
  return expInline<T>(x);
}

/** 1 / (1 + e⁻ˣ) from e = e⁻|ˣ|, which cannot overflow. Where eˣ is +0 so is the result. */
// @ts-ignore: decorator
@inline
export function sigmoidFrom<T>(x: v128, e: v128): v128 {
  const one = splat<T>(1);
  return v128.div<T>(select(v128.ge<T>(x, splat<T>(0)), one, e), v128.add<T>(one, e));
}

/** 1 / (1 + e⁻ˣ). */
// @ts-ignore: decorator
@inline
export function sigmoidInline<T>(x: v128): v128 {
  return sigmoidFrom<T>(x, expInline<T>(minusAbs<T>(x)));
}

/** The same out of line. */
export function sigmoid<T>(x: v128): v128 {
  return sigmoidFrom<T>(x, exp<T>(minusAbs<T>(x)));
}

/**
 * tanh x from t = |x| and e = e²ᵗ; the coefficients for t < 0.625 are those of tanhf and tanh in Cephes (S. L. Moshier,
 * 1984–2000).
 */
// @ts-ignore: decorator
@inline
function tanhFrom<T>(x: v128, t: v128, e: v128): v128 {
  const z = v128.mul<T>(t, t);
  let p: v128;
  if (sizeof<T>() == 4) {
    p = horner<T>(splat<T>(-5.70498872745e-3), z, 2.06390887954e-2);
    p = horner<T>(p, z, -5.37397155531e-2);
    p = horner<T>(p, z, 1.33314422036e-1);
    p = horner<T>(p, z, -3.33332819422e-1);
    p = v128.mul<T>(p, z);
  } else {
    p = horner<T>(splat<T>(-0.9643991794250523), z, -99.28772310019185);
    p = horner<T>(p, z, -1614.6876844170845);
    let q = v128.add<T>(z, splat<T>(112.81167849163293));
    q = horner<T>(q, z, 2235.4883906010045);
    q = horner<T>(q, z, 4844.063053251255);
    p = v128.div<T>(v128.mul<T>(p, z), q);
  }
  const small = mulAdd<T>(p, t, t);
  const large = v128.sub<T>(splat<T>(1), v128.div<T>(splat<T>(2), v128.add<T>(e, splat<T>(1))));
  return withSign<T>(select(v128.lt<T>(t, splat<T>(0.625)), small, large), x);
}

/** tanh x. */
// @ts-ignore: decorator
@inline
export function tanhInline<T>(x: v128): v128 {
  const t = v128.abs<T>(x);
  return tanhFrom<T>(x, t, expInline<T>(v128.add<T>(t, t)));
}

/** The same out of line. */
export function tanh<T>(x: v128): v128 {
  const t = v128.abs<T>(x);
  return tanhFrom<T>(x, t, exp<T>(v128.add<T>(t, t)));
}

/** eˣ − 1 for x ≤ 0, without cancellation near 0: 2t / (1 − t), t = tanh(x / 2). */
// @ts-ignore: decorator
@inline
export function expm1<T>(x: v128): v128 {
  const t = tanh<T>(v128.mul<T>(x, splat<T>(0.5)));
  return v128.div<T>(v128.add<T>(t, t), v128.sub<T>(splat<T>(1), t));
}
