import { mulAdd } from './arithmetic';
import { F32 } from './dtype';
import { exp } from './exp';

/** erf(t) / t − 1 for t² = z ≤ 1. */
function erfNear(z: number): number {
  if (F32) {
    let p = mulAdd(-0.0005967617034912109, z, 0.004991194233298302);
    p = mulAdd(p, z, -0.026768134906888008);
    p = mulAdd(p, z, 0.11281992495059967);
    p = mulAdd(p, z, -0.3761253356933594);
    return mulAdd(p, z, 0.12837916612625122);
  }
  const z2 = z * z;
  const z4 = z2 * z2;
  const p1 = mulAdd(0.11283791670954885, z, -0.3761263890318375);
  const p3 = mulAdd(0.005223977624828431, z, -0.026866170645077875);
  const p5 = mulAdd(0.0001205533113295582, z, -0.0008548326981425542);
  const p7 = mulAdd(0.00000164610084778027, z, -0.000014925595772180906);
  const p9 = mulAdd(1.466032872274226e-8, z, -1.6350396222864617e-7);
  const p11 = mulAdd(5.960685338520971e-11, z, -1.137495573607015e-9);
  const p = mulAdd(mulAdd(p11, z2, p9), z4, mulAdd(p7, z2, p5));
  return mulAdd(mulAdd(p, z4, mulAdd(p3, z2, p1)), z, 0.1283791670955126);
}

/** −ln(erfc(t)) / t − 1, weighted for t from about 1 to 4 or 6. */
function erfFar(t: number): number {
  const t2 = Math.fround(t * t);
  if (F32) {
    const p3 = mulAdd(0.003883964382112026, t, -0.02425462193787098);
    const p5 = mulAdd(0.00001728534698486328, t, -0.0003831971262115985);
    let p = mulAdd(p5, t2, p3);
    p = mulAdd(p, t, 0.10677787661552429);
    p = mulAdd(p, t, 0.6348466873168945);
    return mulAdd(p, t, 0.12871751189231873);
  }
  const t4 = t2 * t2;
  const t8 = t4 * t4;
  const p0 = mulAdd(0.6366202772008939, t, 0.1283791081985856);
  const p2 = mulAdd(-0.019124688117747878, t, 0.10277072216630405);
  const p4 = mulAdd(0.0016932776976170464, t, -0.0002125394360285237);
  const p6 = mulAdd(-4.4680539677386115e-7, t, -0.0005753346576943889);
  const p8 = mulAdd(-0.00005588267119592869, t, 0.00009516336612700992);
  const p10 = mulAdd(-0.000005367611643027378, t, 0.00002029214156145959);
  const p12 = mulAdd(-1.623141197990697e-7, t, 0.000001074064928904661);
  const p14 = mulAdd(-1.3944123536372793e-9, t, 1.803996457272166e-8);
  const p16 = mulAdd(-1.5078759222752641e-12, t, 6.701226494891664e-11);
  let p = mulAdd(mulAdd(p14, t2, p12), t4, mulAdd(p10, t2, p8));
  p = mulAdd(p16, t8, p);
  return mulAdd(p, t8, mulAdd(mulAdd(p6, t2, p4), t4, mulAdd(p2, t2, p0)));
}

/**
 * erf x, by one polynomial near 0 and one for the exponent of 1 − exp(−p(|x|)) beyond. Form, and coefficients in
 * float32, by N. Juffa (https://stackoverflow.com/a/35148199); those of float64 are our own minimax fit (Remez).
 */
export function erf(x: number): number {
  const t = Math.abs(x);
  if (t < (F32 ? 0.927734375 : 1)) {
    if (x === 0) return x;
    return mulAdd(erfNear(Math.fround(x * x)), x, x);
  }
  if (t > (F32 ? 4 : 6)) return x < 0 ? -1 : 1; // as it rounds
  const y = Math.fround(1 - exp(-mulAdd(erfFar(t), t, t)));
  return x < 0 ? -y : y;
}
