/** The unevaluated sum of two float64, about 106 bits: high is the sum rounded, low the rest. */
export type Double = readonly [high: number, low: number];

const LN2: Double = [Math.LN2, 2.3190468138462996e-17];
const TWO_BY_ROOT_PI: Double = [1.1283791670955126, 1.533545961316588e-17];

/** a + b exactly (Knuth). */
export function sum(a: number, b: number): Double {
  const s = a + b;
  const t = s - a;
  return [s, a - (s - t) + (b - t)];
}

/** a + b exactly, for |a| ≥ |b| (Dekker). */
function quickSum(a: number, b: number): Double {
  const s = a + b;
  return [s, b - (s - a)];
}

/** a · b exactly (Veltkamp's split, Dekker), short of overflow and underflow. */
export function product(a: number, b: number): Double {
  const p = a * b;
  const ca = 134217729 * a;
  const cb = 134217729 * b;
  const ah = ca - (ca - a);
  const bh = cb - (cb - b);
  const al = a - ah;
  const bl = b - bh;
  return [p, ah * bh - p + ah * bl + al * bh + al * bl];
}

export function add(a: Double, b: Double): Double {
  const s = sum(a[0], b[0]);
  const t = sum(a[1], b[1]);
  const u = quickSum(s[0], s[1] + t[0]);
  return quickSum(u[0], u[1] + t[1]);
}

export function multiply(a: Double, b: Double): Double {
  const p = product(a[0], b[0]);
  return quickSum(p[0], p[1] + (a[0] * b[1] + a[1] * b[0]));
}

export function divide(a: Double, b: Double): Double {
  const q0 = a[0] / b[0];
  const r0 = add(a, multiply(b, [-q0, 0]));
  const q1 = r0[0] / b[0];
  const r1 = add(r0, multiply(b, [-q1, 0]));
  return add(quickSum(q0, q1), [r1[0] / b[0], 0]);
}

/** a / b for a float64 b. */
function divideBy(a: Double, b: number): Double {
  const q = a[0] / b;
  const p = product(q, b);
  return quickSum(q, (a[0] - p[0] - p[1] + a[1]) / b);
}

/** a · 2ⁿ, exact while it is a normal number. */
export function scale(a: Double, n: number): Double {
  let [high, low] = a;
  for (; n > 0; n -= Math.min(n, 1000)) {
    high *= 2 ** Math.min(n, 1000);
    low *= 2 ** Math.min(n, 1000);
  }
  for (; n < 0; n += Math.min(-n, 1000)) {
    high *= 2 ** -Math.min(-n, 1000);
    low *= 2 ** -Math.min(-n, 1000);
  }
  return [high, low];
}

/** k and exp(r) − 1 of eˣ = 2ᵏ · eʳ with |r| ≤ ½ ln 2. */
function expParts(x: Double): [k: number, p: Double] {
  const k = Math.round(x[0] / LN2[0]);
  let r = add(x, multiply(LN2, [-k, 0]));
  r = [r[0] / 512, r[1] / 512];
  let p: Double = [0, 0];
  for (let i = 11; i >= 1; i--) p = divideBy(multiply(r, add([1, 0], p)), i); // Taylor's series, from the inside out
  for (let i = 0; i < 9; i++) p = multiply(p, add([2, 0], p)); // exp(2r) − 1 = p · (2 + p)
  return [k, p];
}

/** A reference value times 2ⁿ, so that its low part survives below the normal range. */
export type Scaled = readonly [high: number, low: number, n: number];

export function exp(x: number): Scaled {
  const [k, p] = expParts([x, 0]);
  const y = add([1, 0], p);
  return [y[0], y[1], k];
}

function expm1Double(x: Double): Double {
  const [k, p] = expParts(x);
  if (k > 1000) throw new RangeError(`expm1(${x[0]}): too large`);
  return add(scale(p, k), sum(2 ** k, -1));
}

export function expm1(x: number): Scaled {
  if (Math.abs(x) < 1e-150) return [x, 0, 0];
  if (x < 690) return [...expm1Double([x, 0]), 0];
  return exp(x);
}

/** ln x of x = 1 + y, by one Newton step from the built-in function. */
function logNearOne(x: Double, y: Double): Double {
  const guess = Math.log1p(y[0]);
  const z = add(y, multiply(x, expm1Double([-guess, 0]))); // x · exp(−guess) − 1
  return add([guess, 0], add(z, multiply(multiply(z, z), [-0.5, 0])));
}

function logDouble(x: Double): Double {
  let k = 0;
  let m = x;
  for (; m[0] < 2 ** -500; k -= 500) m = scale(m, 500);
  for (; m[0] > 2 ** 500; k += 500) m = scale(m, -500);
  const shift = Math.round(Math.log2(m[0]));
  m = scale(m, -shift);
  return add(multiply(LN2, [k + shift, 0]), logNearOne(m, add(m, [-1, 0])));
}

export function log(x: number): Scaled {
  return [...logDouble([x, 0]), 0];
}

export function log1p(x: number): Scaled {
  if (Math.abs(x) < 1e-150) return [x, 0, 0];
  const u = sum(1, x);
  return [...(Math.abs(x) < 0.4 ? logNearOne(u, [x, 0]) : logDouble(u)), 0];
}

export function sigmoid(x: number): Scaled {
  const [high, low, k] = exp(-Math.abs(x));
  const e: Double = [high, low];
  const below = add([1, 0], k < -1000 ? [0, 0] : scale(e, k));
  return x < 0 ? [...divide(e, below), k] : [...divide([1, 0], below), 0];
}

export function tanh(x: number): Scaled {
  if (Math.abs(x) < 1e-150) return [x, 0, 0];
  if (Math.abs(x) > 40) return [Math.sign(x), 0, 0];
  const e = expm1Double([2 * x, 0]);
  return [...divide(e, add(e, [2, 0])), 0];
}

/** 2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1)): no term is negative, so nothing cancels. */
export function erf(x: number): Scaled {
  if (Math.abs(x) < 1e-150) return [...multiply(TWO_BY_ROOT_PI, scale([x, 0], 600)), -600];
  if (Math.abs(x) > 6.5) return [Math.sign(x), 0, 0];
  const square = product(x, x);
  let term: Double = [x, 0];
  let series = term;
  for (let n = 1; Math.abs(term[0]) > Math.abs(series[0]) * 2 ** -110; n++) {
    term = divideBy(multiply(term, square), n + 0.5);
    series = add(series, term);
  }
  const [k, p] = expParts([-square[0], -square[1]]);
  const e = scale(add([1, 0], p), k);
  return [...multiply(multiply(TWO_BY_ROOT_PI, e), series), 0];
}
