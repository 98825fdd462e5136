import { mulAdd, power } from './arithmetic';
import { F32 } from './dtype';

/** The integer nearest to x / ln 2: adding 1.5 · 2²³ or 1.5 · 2⁵² rounds to an integer, ties to even. */
function quotient(x: number): number {
  return F32
    ? mulAdd(x, 1.4426950216293335, 12582912) - 12582912
    : x * Math.LOG2E + 6755399441055744 - 6755399441055744;
}

/** x − n ln 2, with ln 2 in two parts; n times the first and the first difference are exact. */
function reduce(x: number, n: number): number {
  return F32
    ? Math.fround(x - n * 0.693145751953125 - Math.fround(n * 0.000001428606765330187))
    : x - n * 0.693147180559663 - n * 2.8235290563031577e-13;
}

/**
 * exp(r) − 1 − r for |r| ≤ ½ ln 2, in Estrin's scheme: shorter chains than Horner's. Coefficients of xexpf and xexp in
 * SLEEF (N. Shibata and F. Petrogalli, 2020).
 */
function expTail(r: number): number {
  const r2 = Math.fround(r * r);
  let p: number;
  if (F32) {
    const p0 = mulAdd(0.041666485369205475, r, 0.1666666716337204);
    const p2 = mulAdd(0.0013930435525253415, r, 0.008333360776305199);
    p = mulAdd(mulAdd(0.00019852761761285365, r2, p2), r2, p0);
  } else {
    const r4 = r2 * r2;
    const p0 = mulAdd(0.0416666666666665, r, 0.16666666666666685);
    const p2 = mulAdd(0.0013888888888977449, r, 0.008333333333316527);
    const p4 = mulAdd(0.000024801587159235473, r, 0.0001984126989605092);
    const p6 = mulAdd(2.755739112349005e-7, r, 0.0000027557236291192883);
    const p8 = mulAdd(2.0886062110728369e-9, r, 2.511129308929285e-8);
    p = mulAdd(mulAdd(p8, r4, mulAdd(p6, r2, p4)), r4, mulAdd(p2, r2, p0));
  }
  return Math.fround(r2 * mulAdd(p, r, 0.5));
}

/** eˣ. In float32, +0 where the result would lie below the normal range; float64 underflows gradually. */
export function exp(x: number): number {
  if (x < (F32 ? -87.33654022216797 : -745.1332191019411)) return 0;
  if (x > (F32 ? 88.72283172607422 : 709.782712893384)) return Infinity;
  const n = quotient(x);
  const r = reduce(x, n);
  const p = Math.fround(Math.fround(expTail(r) + r) + 1);
  if (F32) return p * power(n); // exact
  // Two factors: 2¹⁰²⁴ is no float64, and only the last product may round (below the normal range).
  const half = Math.floor(n * 0.5);
  return p * power(half) * power(n - half);
}

/** eˣ − 1 for x ≤ 0, without cancellation near 0: 2t / (1 − t), t = tanh(x / 2). */
export function expm1(x: number): number {
  const t = tanh(Math.fround(x * 0.5));
  return Math.fround(Math.fround(t + t) / Math.fround(1 - t));
}

/** 1 / (1 + e⁻ˣ), by e⁻|ˣ|, which cannot overflow. Where eˣ is +0 so is the result. */
export function sigmoid(x: number): number {
  const e = exp(-Math.abs(x));
  return Math.fround((x >= 0 ? 1 : e) / Math.fround(1 + e));
}

/** tanh x; the coefficients for |x| < 0.625 are those of tanhf and tanh in Cephes (S. L. Moshier, 1984–2000). */
export function tanh(x: number): number {
  const t = Math.abs(x);
  if (t < 0.625) {
    if (x === 0) return x;
    const z = Math.fround(x * x);
    let p: number;
    if (F32) {
      p = mulAdd(-0.0057049887254834175, z, 0.0206390880048275);
      p = mulAdd(p, z, -0.05373971536755562);
      p = mulAdd(p, z, 0.13331441581249237);
      p = Math.fround(mulAdd(p, z, -0.3333328068256378) * z);
    } else {
      p = mulAdd(mulAdd(-0.9643991794250523, z, -99.28772310019185), z, -1614.6876844170845);
      const q = mulAdd(mulAdd(z + 112.81167849163293, z, 2235.4883906010045), z, 4844.063053251255);
      p = (p * z) / q;
    }
    return mulAdd(p, x, x);
  }
  const y = Math.fround(1 - Math.fround(2 / Math.fround(exp(t + t) + 1)));
  return x < 0 ? -y : y;
}
