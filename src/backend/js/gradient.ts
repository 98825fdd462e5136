import { Panel, Reg, Sum } from '../../../assembly/opcodes';
import type { Views } from '../backend';
import { type Floats, LANES, SHIFT } from './dtype';

/** g += l1·sign(w), then g += 2·l2·w; a term without coefficient is left out. */
export function regularize(f: Floats, g: number, w: number, n: number, l1: number, l2: number): void {
  const c1 = Math.fround(l1);
  const c2 = Math.fround(2 * l2);
  for (let i = 0; i < n; i++) {
    const x = f[w + i]!;
    // ±l1; zeros and NaN stand for themselves.
    if (l1 !== 0) f[g + i] = Math.fround(f[g + i]! + (x > 0 ? c1 : x < 0 ? -c1 : x));
    if (l2 !== 0) f[g + i] = Math.fround(f[g + i]! + Math.fround(c2 * x));
  }
}

/** Adds the penalty rows·(l1·Σ|w| + l2·Σw²) to a cell whose final value is divided by the rows: w [inner, cols]. */
export function penalty(
  f: Floats,
  w: number,
  scratch: number,
  rows: number,
  inner: number,
  cols: number,
  f64: Float64Array,
  cell: number,
  l1: number,
  l2: number,
): void {
  let sum = 0;
  if (l1 !== 0) sum += l1 * total(f, w, scratch, inner, cols, false, 0);
  if (l2 !== 0) sum += l2 * total(f, w, scratch, inner, cols, true, 0);
  f64[cell] = f64[cell]! + rows * sum;
}

/** g = g limited to ±limit; NaN stays. */
export function clipValue(f: Floats, g: number, n: number, limit: number): void {
  const high = Math.fround(limit);
  for (let i = 0; i < n; i++) {
    const x = f[g + i]!;
    if (x < -high) f[g + i] = -high;
    else if (high < x) f[g + i] = high;
  }
}

/** Adds Σ g² of one tensor g [inner, cols] to the step's squared norm, which begins with the first one. */
export function squaredNorm(
  f: Floats,
  g: number,
  scratch: number,
  inner: number,
  cols: number,
  first: number,
  r: Views,
  base: number,
): void {
  const norm = (base + Reg.SquaredNorm) >>> 3;
  r.f64[norm] = total(f, g, scratch, inner, cols, true, first ? 0 : r.f64[norm]!);
}

/** Scales all gradients by limit/norm where their global norm exceeds the limit. */
export function clipNorm(f: Floats, g: number, n: number, limit: number, r: Views, base: number): void {
  const norm = Math.sqrt(r.f64[(base + Reg.SquaredNorm) >>> 3]!);
  // An infinite norm would turn gradients into zeros and hide them from the guard.
  if (!(norm > limit) || norm === Infinity) return;
  const scale = Math.fround(limit / norm);
  for (let i = 0; i < n; i++) f[g + i] = Math.fround(f[g + i]! * scale);
}

/** x = |x| < threshold ? +0 : x, in place; NaN stays. Keeps denormals, which are slow, away. */
export function flushDelta(f: Floats, delta: number, n: number, threshold: number): void {
  const limit = Math.fround(threshold);
  for (let i = 0; i < n; i++) if (Math.abs(f[delta + i]!) < limit) f[delta + i] = 0;
}

/**
 * Stops the run, which a register says, unless every |g| ≤ limit (a finite number, so NaN and Infinity fail) and the loss
 * is finite.
 */
export function guard(f: Floats, g: number, n: number, limit: number, r: Views, base: number): void {
  const high = Math.fround(limit);
  let i = 0;
  while (i < n && Math.abs(f[g + i]!) <= high) i++;
  const loss = r.f64[(base + Reg.Accumulators) >>> 3]!;
  if (i === n && loss - loss === 0) return;
  r.i32[(base + Reg.Stopped) >>> 2] = 1;
}

/**
 * `sum` + Σ|x| or Σx² of x [inner, cols] in panels. Elements in logical row-major order, blocks of Sum.Block: element
 * e of a block goes to accumulator e mod Sum.Ways, a fixed tree joins these, the blocks' sums form one float64 chain.
 */
function total(
  f: Floats,
  x: number,
  scratch: number,
  inner: number,
  cols: number,
  squared: boolean,
  sum: number,
): number {
  const columns = Panel.Bytes >> SHIFT;
  const padded = (cols + LANES - 1) & -LANES;
  f.fill(0, scratch, scratch + Sum.Ways);
  let e = 0;
  for (let i = 0; i < inner; i++) {
    for (let j = 0; j < cols; j++, e++) {
      if (e === Sum.Block) {
        sum += tree(f, scratch);
        f.fill(0, scratch, scratch + Sum.Ways);
        e = 0;
      }
      const panel = j & -columns;
      const v = f[x + panel * inner + i * Math.min(columns, padded - panel) + j - panel]!;
      const way = scratch + (e & (Sum.Ways - 1));
      f[way] = Math.fround(f[way]! + (squared ? Math.fround(v * v) : Math.abs(v)));
    }
  }
  return sum + tree(f, scratch);
}

/** k + (k + 8), then k + (k + 4), k + (k + 2), k + (k + 1). */
function tree(f: Floats, ways: number): number {
  for (let half = Sum.Ways / 2; half >= 1; half /= 2) {
    for (let k = 0; k < half; k++) f[ways + k] = Math.fround(f[ways + k]! + f[ways + k + half]!);
  }
  return f[ways]!;
}
