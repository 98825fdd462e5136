import { horner, mulAdd, select, splat, withSign } from '../simd';
import { exp } from './exp';

/** erf(t) / t − 1 for t² = z ≤ 1. */
// @ts-ignore: decorator
@inline
function erfNear<T>(z: v128): v128 {
  if (sizeof<T>() == 4) {
    let p = horner<T>(splat<T>(-0.0005967617034912109), z, 0.004991194233298302);
    p = horner<T>(p, z, -0.026768134906888008);
    p = horner<T>(p, z, 0.11281992495059967);
    p = horner<T>(p, z, -0.3761253356933594);
    return horner<T>(p, z, 0.12837916612625122);
  }
  const z2 = v128.mul<T>(z, z);
  const z4 = v128.mul<T>(z2, z2);
  const p1 = horner<T>(splat<T>(0.11283791670954885), z, -0.3761263890318375);
  const p3 = horner<T>(splat<T>(0.005223977624828431), z, -0.026866170645077875);
  const p5 = horner<T>(splat<T>(0.0001205533113295582), z, -0.0008548326981425542);
  const p7 = horner<T>(splat<T>(0.00000164610084778027), z, -0.000014925595772180906);
  const p9 = horner<T>(splat<T>(1.466032872274226e-8), z, -1.6350396222864617e-7);
  const p11 = horner<T>(splat<T>(5.960685338520971e-11), z, -1.137495573607015e-9);
  const p = mulAdd<T>(mulAdd<T>(p11, z2, p9), z4, mulAdd<T>(p7, z2, p5));
  return horner<T>(mulAdd<T>(p, z4, mulAdd<T>(p3, z2, p1)), z, 0.1283791670955126);
}

/** −ln(erfc(t)) / t − 1, weighted for t from about 1 to 4 or 6. */
// @ts-ignore: decorator
@inline
function erfFar<T>(t: v128): v128 {
  const t2 = v128.mul<T>(t, t);
  if (sizeof<T>() == 4) {
    const p3 = horner<T>(splat<T>(0.003883964382112026), t, -0.02425462193787098);
    const p5 = horner<T>(splat<T>(0.00001728534698486328), t, -0.0003831971262115985);
    let p = mulAdd<T>(p5, t2, p3);
    p = horner<T>(p, t, 0.10677787661552429);
    p = horner<T>(p, t, 0.6348466873168945);
    return horner<T>(p, t, 0.12871751189231873);
  }
  const t4 = v128.mul<T>(t2, t2);
  const t8 = v128.mul<T>(t4, t4);
  const p0 = horner<T>(splat<T>(0.6366202772008939), t, 0.1283791081985856);
  const p2 = horner<T>(splat<T>(-0.019124688117747878), t, 0.10277072216630405);
  const p4 = horner<T>(splat<T>(0.0016932776976170464), t, -0.0002125394360285237);
  const p6 = horner<T>(splat<T>(-4.4680539677386115e-7), t, -0.0005753346576943889);
  const p8 = horner<T>(splat<T>(-0.00005588267119592869), t, 0.00009516336612700992);
  const p10 = horner<T>(splat<T>(-0.000005367611643027378), t, 0.00002029214156145959);
  const p12 = horner<T>(splat<T>(-1.623141197990697e-7), t, 0.000001074064928904661);
  const p14 = horner<T>(splat<T>(-1.3944123536372793e-9), t, 1.803996457272166e-8);
  const p16 = horner<T>(splat<T>(-1.5078759222752641e-12), t, 6.701226494891664e-11);
  let p = mulAdd<T>(mulAdd<T>(p14, t2, p12), t4, mulAdd<T>(p10, t2, p8));
  p = mulAdd<T>(p16, t8, p);
  return mulAdd<T>(p, t8, mulAdd<T>(mulAdd<T>(p6, t2, p4), t4, mulAdd<T>(p2, t2, p0)));
}

/**
 * erf x, by one polynomial near 0 and one for the exponent of 1 − exp(−p(|x|)) beyond. Form, and coefficients in
 * float32, by N. Juffa (https://stackoverflow.com/a/35148199); those of float64 are our own minimax fit (Remez).
 */
export function erf<T>(x: v128): v128 {
  const limit = splat<T>(sizeof<T>() == 4 ? 4 : 6); // where erf rounds to 1
  const t = v128.pmin<T>(v128.abs<T>(x), limit);
  const near = mulAdd<T>(erfNear<T>(v128.mul<T>(t, t)), t, t);
  const far = v128.sub<T>(splat<T>(1), exp<T>(v128.neg<T>(mulAdd<T>(erfFar<T>(t), t, t))));
  return withSign<T>(select(v128.lt<T>(t, splat<T>(sizeof<T>() == 4 ? 0.927734375 : 1)), near, far), x);
}
