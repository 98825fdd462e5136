import { float64 } from './generated/kernels';

// Coefficients of AS 241, PPND16, highest power first: numerator and denominator for |p − ½| ≤ 0.425, for tails down to
// about 1e-11, and beyond.
const centre = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
] as const;
const tail = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
] as const;
const farTail = [
  [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
] as const;

function ratio([numerator, denominator]: readonly [readonly number[], readonly number[]], x: number): number {
  let n = 0;
  let d = 0;
  for (let i = 0; i < 8; i++) {
    n = n * x + numerator[i]!;
    d = d * x + denominator[i]!;
  }
  return n / d;
}

/**
 * The standard normal distribution's quantile function: x with Φ(x) = p, to about 1e-15 relative.
 *
 * Algorithm AS 241, PPND16 (Wichura: The Percentage Points of the Normal Distribution, Applied Statistics 37, 1988).
 * Made of + − × ÷ √ and our own logarithm, so it gives the same bits on every engine.
 *
 * @param p - Probability, 0 < p < 1.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) return q * ratio(centre, 0.180625 - q * q);
  const r = Math.sqrt(-float64.log(q < 0 ? p : 1 - p));
  const x = r <= 5 ? ratio(tail, r - 1.6) : ratio(farTail, r - 5);
  return q < 0 ? -x : x;
}

/**
 * Quantile function of the standard normal distribution restricted to −2 … 2.
 *
 * @param p - Probability, 0 < p < 1.
 */
export function truncatedNormalQuantile(p: number): number {
  // Φ(−2), and Φ(2) − Φ(−2) = 1 − 2·Φ(−2).
  const x = normalQuantile(0.02275013194817921 + 0.9544997361036416 * p);
  return Math.max(-2, Math.min(2, x)); // the last bit of a quantile may lie beyond
}
