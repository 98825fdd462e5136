// What happens to gradients on their way to the optimizer: penalties, clipping, flushing, and the guard.
import { Panel, Reg, Sum } from '../opcodes';
import { pad } from '../record';
import { select, splat } from '../simd';

/** g += l1·sign(w), then g += 2·l2·w; a term without coefficient is left out. */
export function regularize<T>(g: usize, w: usize, n: i32, l1: f64, l2: f64): void {
  const bytes = <usize>n * sizeof<T>();
  if (l1 != 0) {
    const plus = splat<T>(l1);
    const minus = splat<T>(-l1);
    const zero = splat<T>(0);
    let i: usize = 0;
    do {
      // ±l1; zeros and NaN stand for themselves.
      const x = v128.load(w + i);
      const signed = select(v128.gt<T>(x, zero), plus, select(v128.lt<T>(x, zero), minus, x));
      v128.store(g + i, v128.add<T>(v128.load(g + i), signed));
      i += 16;
    } while (i < bytes);
  }
  if (l2 != 0) {
    const c = splat<T>(2 * l2);
    let i: usize = 0;
    do {
      v128.store(g + i, v128.add<T>(v128.load(g + i), v128.mul<T>(c, v128.load(w + i))));
      i += 16;
    } while (i < bytes);
  }
}

/** Adds the penalty rows·(l1·Σ|w| + l2·Σw²) to a cell whose final value is divided by the rows: w [inner, cols]. */
export function penalty<T>(
  w: usize,
  scratch: usize,
  rows: i32,
  inner: i32,
  cols: i32,
  cell: usize,
  l1: f64,
  l2: f64,
): void {
  let sum: f64 = 0;
  if (l1 != 0) sum += l1 * total<T>(w, scratch, inner, cols, false, 0);
  if (l2 != 0) sum += l2 * total<T>(w, scratch, inner, cols, true, 0);
  store<f64>(cell, load<f64>(cell) + <f64>rows * sum);
}

/** g = g limited to ±limit; NaN stays. */
export function clipValue<T>(g: usize, n: i32, limit: f64): void {
  const high = splat<T>(limit);
  const low = splat<T>(-limit);
  const bytes = <usize>n * sizeof<T>();
  let i: usize = 0;
  do {
    v128.store(g + i, v128.pmin<T>(v128.pmax<T>(v128.load(g + i), low), high));
    i += 16;
  } while (i < bytes);
}

/** Adds Σ g² of one tensor g [inner, cols] to the step's squared norm, which begins with the first one. */
export function squaredNorm<T>(g: usize, scratch: usize, inner: i32, cols: i32, first: i32, base: usize): void {
  const norm = base + Reg.SquaredNorm;
  store<f64>(norm, total<T>(g, scratch, inner, cols, true, first ? 0 : load<f64>(norm)));
}

/** Scales all gradients by limit/norm where their global norm exceeds the limit. */
export function clipNorm<T>(g: usize, n: i32, limit: f64, base: usize): void {
  const norm = sqrt<f64>(load<f64>(base + Reg.SquaredNorm));
  // An infinite norm would turn gradients into zeros and hide them from the guard.
  if (!(norm > limit) || norm == Infinity) return;
  const scale = splat<T>(limit / norm);
  const bytes = <usize>n * sizeof<T>();
  let i: usize = 0;
  do {
    v128.store(g + i, v128.mul<T>(v128.load(g + i), scale));
    i += 16;
  } while (i < bytes);
}

/** x = |x| < threshold ? +0 : x, in place; NaN stays. Keeps denormals, which are slow, away. */
export function flushDelta<T>(delta: usize, n: i32, threshold: f64): void {
  const limit = splat<T>(threshold);
  const magnitude = v128.not(splat<T>(-0.0));
  const bytes = <usize>n * sizeof<T>();
  let i: usize = 0;
  if (bytes >= 32) {
    do {
      const d0 = v128.load(delta + i);
      const d1 = v128.load(delta + i, 16);
      v128.store(delta + i, v128.andnot(d0, v128.lt<T>(v128.and(d0, magnitude), limit)));
      v128.store(delta + i, v128.andnot(d1, v128.lt<T>(v128.and(d1, magnitude), limit)), 16);
      i += 32;
    } while (i + 32 <= bytes);
  }
  if (i < bytes) {
    const d0 = v128.load(delta + i);
    v128.store(delta + i, v128.andnot(d0, v128.lt<T>(v128.and(d0, magnitude), limit)));
  }
}

/**
 * Stops the run, which a register says, unless every |g| ≤ limit (a finite number, so NaN and Infinity fail) and the loss
 * is finite.
 */
export function guard<T>(g: usize, n: i32, limit: f64, base: usize): void {
  const high = splat<T>(limit);
  // v128.abs would build this constant again and again: 0.06 instead of 0.10 ns per float32.
  const magnitude = v128.not(splat<T>(-0.0));
  const end = g + <usize>n * sizeof<T>();
  let a = v128.le<T>(high, high);
  let b = a;
  let c = a;
  let d = a;
  if (g + 64 <= end) {
    do {
      a = v128.and(a, v128.le<T>(v128.and(v128.load(g), magnitude), high));
      b = v128.and(b, v128.le<T>(v128.and(v128.load(g, 16), magnitude), high));
      c = v128.and(c, v128.le<T>(v128.and(v128.load(g, 32), magnitude), high));
      d = v128.and(d, v128.le<T>(v128.and(v128.load(g, 48), magnitude), high));
      g += 64;
    } while (g + 64 <= end);
  }
  for (; g < end; g += 16) a = v128.and(a, v128.le<T>(v128.and(v128.load(g), magnitude), high));
  const loss = load<f64>(base + Reg.Accumulators);
  if (i32x4.all_true(v128.and(v128.and(a, b), v128.and(c, d))) && loss - loss == 0) return;
  store<i32>(base + Reg.Stopped, 1);
}

/**
 * `sum` + Σ|x| or Σx² of x [inner, cols] in panels. Elements in logical row-major order, blocks of Sum.Block: element
 * e of a block goes to accumulator e mod Sum.Ways, a fixed tree joins these, the blocks' sums form one float64 chain.
 */
function total<T>(x: usize, scratch: usize, inner: i32, cols: i32, squared: bool, sum: f64): f64 {
  const columns = <i32>(Panel.Bytes / sizeof<T>());
  const padded = pad<T>(cols);
  let filled: usize = 0;
  for (let i = 0; i < inner; i++) {
    for (let j = 0; j < cols; ) {
      const panel = j & -columns;
      const width = min<i32>(columns, padded - panel);
      const room = Sum.Block - <i32>(filled / sizeof<T>());
      const count = min<i32>(min<i32>(panel + columns, cols) - j, room);
      copy<T>(scratch + filled, x + <usize>(panel * inner + i * width + (j - panel)) * sizeof<T>(), count);
      filled += <usize>count * sizeof<T>();
      j += count;
      if (count == room) {
        sum += block<T>(scratch, filled, squared);
        filled = 0;
      }
    }
  }
  return filled ? sum + block<T>(scratch, filled, squared) : sum;
}

/** Sum of one block; fills it up to whole rounds of accumulators with +0, which changes no sum of values ≥ +0. */
function block<T>(scratch: usize, filled: usize, squared: bool): f64 {
  const round: usize = Sum.Ways * sizeof<T>();
  const bytes = (filled + round - 1) & ~(round - 1);
  memory.fill(scratch + filled, 0, bytes - filled);
  return squared ? accumulate<T>(scratch, bytes, true) : accumulate<T>(scratch, bytes, false);
}

// @ts-ignore: decorator
@inline
function accumulate<T>(p: usize, bytes: usize, squared: bool): f64 {
  const end = p + bytes;
  const magnitude = v128.not(splat<T>(-0.0));
  let a0 = splat<T>(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  let a7 = a0;
  do {
    a0 = add<T>(a0, v128.load(p), magnitude, squared);
    a1 = add<T>(a1, v128.load(p, 16), magnitude, squared);
    a2 = add<T>(a2, v128.load(p, 32), magnitude, squared);
    a3 = add<T>(a3, v128.load(p, 48), magnitude, squared);
    if (sizeof<T>() == 8) {
      a4 = add<T>(a4, v128.load(p, 64), magnitude, squared);
      a5 = add<T>(a5, v128.load(p, 80), magnitude, squared);
      a6 = add<T>(a6, v128.load(p, 96), magnitude, squared);
      a7 = add<T>(a7, v128.load(p, 112), magnitude, squared);
    }
    p += Sum.Ways * sizeof<T>();
  } while (p < end);
  // The tree: k + (k + 8), then k + (k + 4), k + (k + 2), k + (k + 1).
  if (sizeof<T>() == 8) {
    a0 = v128.add<T>(v128.add<T>(a0, a4), v128.add<T>(a2, a6));
    a1 = v128.add<T>(v128.add<T>(a1, a5), v128.add<T>(a3, a7));
    a0 = v128.add<T>(a0, a1);
  } else {
    a0 = v128.add<T>(v128.add<T>(a0, a2), v128.add<T>(a1, a3));
    a0 = v128.add<T>(a0, v128.shuffle<i64>(a0, a0, 1, 0));
  }
  return <f64>(<T>(v128.extract_lane<T>(a0, 0) + v128.extract_lane<T>(a0, 1)));
}

// @ts-ignore: decorator
@inline
function add<T>(sum: v128, x: v128, magnitude: v128, squared: bool): v128 {
  return v128.add<T>(sum, squared ? v128.mul<T>(x, x) : v128.and(x, magnitude));
}

/** Whole vectors, then single elements: what lies behind the last one may be the end of the memory. */
// @ts-ignore: decorator
@inline
function copy<T>(to: usize, from: usize, count: i32): void {
  const end = from + <usize>count * sizeof<T>();
  for (; from + 16 <= end; from += 16, to += 16) v128.store(to, v128.load(from));
  for (; from < end; from += sizeof<T>(), to += sizeof<T>()) store<T>(to, load<T>(from));
}
