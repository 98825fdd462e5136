// Products that skip the zeros of x, which comes as lists: for each row the entries (index, value) of its other numbers,
// indices ascending. Pointers are u32 addresses: two for each row, where its list begins and where it ends; lists of
// columns, made here, lie one behind the other and have one each, list i ends where list i + 1 begins. An entry is a u32
// index and a T, 2·sizeof<T>() bytes.
//
// What is skipped is acc + 0·b, which changes no bit as long as b is finite: chains start at +0 and never become −0.
// Where b is not finite (0·∞ is NaN), every index is walked, and the result is that of the dense product, in the strict core.
import { Panel, Reg } from '../opcodes';
import { pad } from '../record';
import { beginColumns, beginRows, endColumns, endRows, panelOf } from '../team';

// @ts-ignore: decorator
@inline
function entryBytes<T>(): usize {
  return 2 * sizeof<T>();
}

/** Two roundings also where numerics are relaxed: fused, each sum waits longer for the one before, 0.91 to 0.96 × on Node 24. */
// @ts-ignore: decorator
@inline
function madd<T>(acc: v128, x: v128, b: usize, offset: usize): v128 {
  return v128.add<T>(acc, v128.mul<T>(x, v128.load(b + offset)));
}

/**
 * NV vectors of one row of C: Σ value·B[index, :] over the entries from e to end. NV is a constant, 1, 2 or 4.
 * Four vectors take two entries at a time. Eight and one entry are 8 % faster from Node 24 on, but V8 of Node 20 moves all
 * loads to the front, runs out of registers and takes 1.8 times as long.
 */
// @ts-ignore: decorator
@inline
function combine<T>(c: usize, e: usize, end: usize, b: usize, bk: usize, NV: i32): void {
  const zero = v128.splat<T>(<T>0);
  let c0 = zero, c1 = zero, c2 = zero, c3 = zero;
  if (NV == 4) {
    const last = end - entryBytes<T>();
    if (e < last) do {
      const p = b + <usize>load<u32>(e) * bk;
      const x = v128.load_splat<T>(e + sizeof<T>());
      const q = b + <usize>load<u32>(e + entryBytes<T>()) * bk;
      const y = v128.load_splat<T>(e + entryBytes<T>() + sizeof<T>());
      e += 2 * entryBytes<T>();
      c0 = madd<T>(madd<T>(c0, x, p, 0), y, q, 0);
      c1 = madd<T>(madd<T>(c1, x, p, 16), y, q, 16);
      c2 = madd<T>(madd<T>(c2, x, p, 32), y, q, 32);
      c3 = madd<T>(madd<T>(c3, x, p, 48), y, q, 48);
    } while (e < last);
  }
  if (e < end) do {
    const p = b + <usize>load<u32>(e) * bk;
    const x = v128.load_splat<T>(e + sizeof<T>());
    e += entryBytes<T>();
    c0 = madd<T>(c0, x, p, 0);
    if (NV > 1) c1 = madd<T>(c1, x, p, 16);
    if (NV > 2) {
      c2 = madd<T>(c2, x, p, 32);
      c3 = madd<T>(c3, x, p, 48);
    }
  } while (e < end);
  v128.store(c, c0);
  if (NV > 1) v128.store(c, c1, 16);
  if (NV > 2) {
    v128.store(c, c2, 32);
    v128.store(c, c3, 48);
  }
}

/** One vector of one row of C, all k indices walked: the dense chain, zeros included. */
// @ts-ignore: decorator
@inline
function walk<T>(c: usize, e: usize, end: usize, b: usize, bk: usize, k: i32): void {
  let acc = v128.splat<T>(<T>0);
  for (let i: i32 = 0; i < k; i++, b += bk) {
    let x: T = 0;
    if (e < end && load<i32>(e) == i) {
      x = load<T>(e + sizeof<T>());
      e += entryBytes<T>();
    }
    acc = madd<T>(acc, v128.splat<T>(x), b, 0);
  }
  v128.store(c, acc);
}

/** x − x: zero bits where x is finite, else NaN. */
// @ts-ignore: decorator
@inline
function flaw<T>(p: usize, offset: usize): v128 {
  const x = v128.load(p + offset);
  return v128.sub<T>(x, x);
}

/** Whether all of B [k, bytes], rows bk bytes apart, is finite. */
// @ts-ignore: decorator
@inline
function finite<T>(b: usize, bk: usize, k: i32, bytes: usize): bool {
  if (bk == bytes) {
    bytes *= k; // one run
    k = 1;
  }
  let bad = v128.splat<T>(<T>0);
  do {
    let t: usize = 0;
    for (; t + 64 <= bytes; t += 64) {
      const p = b + t;
      const left = v128.or(flaw<T>(p, 0), flaw<T>(p, 16));
      bad = v128.or(bad, v128.or(left, v128.or(flaw<T>(p, 32), flaw<T>(p, 48))));
    }
    for (; t < bytes; t += 16) bad = v128.or(bad, flaw<T>(b + t, 0));
    b += bk;
  } while (--k);
  return !v128.any_true(bad);
}

/**
 * C [m, bytes] = lists·B, `bytes` a panel's width at most, B [k, bytes], known to be finite if `skip`. Returns if it is.
 * From the pointer to a list to the next one it is `step` bytes.
 */
function product<T>(
  c: usize, ldc: usize, lists: usize, step: usize, b: usize, bk: usize, m: i32, k: i32, bytes: usize, skip: bool,
): bool {
  skip = skip || finite<T>(b, bk, k, bytes);
  let t: usize = 0;
  do {
    const left = skip ? bytes - t : 16;
    const width: usize = left >= 64 ? 64 : left >= 32 ? 32 : 16;
    let o = c + t;
    const from = b + t;
    let p = lists;
    for (let i: i32 = 0; i < m; i++, o += ldc, p += step) {
      const e = load<u32>(p);
      const end = load<u32>(p, 4);
      if (!skip) walk<T>(o, e, end, from, bk, k);
      else if (width == 64) combine<T>(o, e, end, from, bk, 4);
      else if (width == 32) combine<T>(o, e, end, from, bk, 2);
      else combine<T>(o, e, end, from, bk, 1);
    }
    t += width;
  } while (t < bytes);
  return skip;
}

/**
 * C [m, cols] = lists·B [k, cols], B known to be finite if `skip`; one of C and B in column panels, the other in rows.
 * Threads share as in the dense product. Returns whether the part of B that was needed is finite.
 */
function shared<T>(
  c: usize, lists: usize, b: usize, m: i32, k: i32, cols: i32, panelsInC: bool, skip: bool, thread: i32, threads: i32,
): bool {
  const ld: i32 = pad<T>(cols) * sizeof<T>();
  const height = panelsInC ? m : k;
  const step: usize = panelsInC ? 4 : 8;
  let from: i32 = 0;
  let to = ld;
  let first: i32 = 0;
  if (ASC_FEATURE_THREADS && threads > 1) {
    from = beginColumns(m, ld, thread, threads);
    to = endColumns(m, ld, thread, threads);
    first = beginRows(m, ld, thread, threads);
    m = endRows(m, ld, thread, threads) - first;
    if (from == to || !m) return skip;
    lists += <usize>first * step;
  }
  let all = true;
  do {
    const j = panelOf(from);
    const width = min<i32>(Panel.Bytes, ld - j);
    const bytes = ASC_FEATURE_THREADS ? min<i32>(width, to - j) - (from - j) : width;
    const ldc = panelsInC ? width : ld;
    const bk = panelsInC ? ld : width;
    const cj = c + <usize>((panelsInC ? j * height : j) + first * ldc + from - j);
    const bj = b + <usize>((panelsInC ? j : j * height) + from - j);
    all = product<T>(cj, ldc, lists, step, bj, bk, m, k, bytes, skip) && all;
    from += bytes;
  } while (from < to);
  return all;
}

/**
 * out = x·w: out [rows, cols], x [rows, inner] in lists, w [inner, cols] in panels. Weights are looked through once until
 * they change: a pass over them takes as long as a row's product.
 */
export function matmulSparse<T>(
  out: usize, x: usize, w: usize, rows: i32, cols: i32, inner: i32, base: usize, thread: i32, threads: i32,
): void {
  const known = load<i32>(base + Reg.WeightsFinite) != 0;
  const all = shared<T>(out, x, w, rows, inner, cols, false, known, thread, threads);
  if (!ASC_FEATURE_THREADS || threads < 2) store<i32>(base + Reg.WeightsFinite, i32(all)); // of several, none has seen all
}

/**
 * dw = xᵀ·delta: dw [inner, cols] in panels, x [rows, inner] in lists, delta [rows, cols]; rows ascending. The lists of
 * x's columns are made in `scratch` by counting: inner + 1 pointers, padded to 16 bytes, then the entries. Each thread
 * makes all of them, in scratch of its own: fetching those that another had made took longer (784×32·32×128, a fifth of x
 * filled, two threads: 44 instead of 29 µs; one thread 46).
 */
export function matmulBackwardWeightsSparse<T>(
  dw: usize, x: usize, delta: usize, scratch: usize, rows: i32, cols: i32, inner: i32, thread: i32, threads: i32,
): void {
  if (ASC_FEATURE_THREADS) scratch += <usize>thread * listBytes<T>(rows, inner);
  transpose<T>(scratch, x, rows, inner);
  shared<T>(dw, scratch, delta, inner, rows, cols, true, false, thread, threads);
}

/** Bytes that the lists of `inner` columns of so many rows take at most; a multiple of a cache line. */
// @ts-ignore: decorator
@inline
function listBytes<T>(rows: i32, inner: i32): usize {
  return (((<usize>inner + 1) << 2) + <usize>rows * inner * entryBytes<T>() + 127) & ~63;
}

/** The lists of the columns of x: pointers to `inner` lists at `lists`, entries behind them. */
function transpose<T>(lists: usize, x: usize, rows: i32, inner: i32): void {
  let at = <u32>(lists + (((<usize>inner + 1) * 4 + 15) & ~15));
  store<u32>(lists, at);
  // Pointer k + 1 counts the entries of column k, then it is where its next entry goes.
  const counts = lists + 4;
  memory.fill(counts, 0, <usize>inner << 2);
  for (let r: i32 = 0, p = x; r < rows; r++, p += 8) {
    const end = load<u32>(p, 4);
    for (let e: usize = load<u32>(p); e < end; e += entryBytes<T>()) {
      const count = counts + (<usize>load<u32>(e) << 2);
      store<u32>(count, load<u32>(count) + <u32>entryBytes<T>());
    }
  }
  for (let k: i32 = 0, p = counts; k < inner; k++, p += 4) {
    const count = load<u32>(p);
    store<u32>(p, at);
    at += count;
  }
  for (let r: i32 = 0; r < rows; r++, x += 8) {
    const end = load<u32>(x, 4);
    for (let e: usize = load<u32>(x); e < end; e += entryBytes<T>()) {
      const next = counts + (<usize>load<u32>(e) << 2);
      const to = load<u32>(next);
      store<i32>(to, r);
      store<T>(to + sizeof<T>(), load<T>(e + sizeof<T>()));
      store<u32>(next, to + <u32>entryBytes<T>());
    }
  }
}
