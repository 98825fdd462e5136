// Dense layers: the three matrix products of training, bias and its gradient.
// Every output element is one chain, acc = +0; for k ascending: acc = acc + a[k]·b[k], so tiles cannot change a bit.
import { Panel } from '../opcodes';
import { pad } from '../record';
import { begin, beginColumns, beginRows, endColumns, endRows, ROWS, TILE } from '../team';
import { row, tile } from './tile';

/** Rows of a tile's column of weights that stay in the first-level cache while all rows of x pass by. */
const DEPTH: i32 = 128;

/** All m rows of a block of C, TILE bytes wide. */
// @ts-ignore: decorator
@inline
function wide<T>(
  c: usize, ldc: usize, a: usize, am: usize, ak: usize, b: usize, bk: usize, k: i32, m: i32, ADD: bool,
): void {
  // Fused, six rows of two vectors: 1.07 × on Node 24 and 26, where 2 × 4 gain nothing.
  if (ASC_FEATURE_RELAXED_SIMD) for (; m > 5; m -= 6, c += 6 * ldc, a += 6 * am) {
    tile<T>(c, ldc, a, am, ak, b, bk, k, ADD, 6, 2);
    tile<T>(c + 32, ldc, a, am, ak, b + 32, bk, k, ADD, 6, 2);
  }
  for (; m > 1; m -= 2, c += 2 * ldc, a += 2 * am) tile<T>(c, ldc, a, am, ak, b, bk, k, ADD, 2, 4);
  if (m) tile<T>(c, ldc, a, am, ak, b, bk, k, ADD, 1, 4);
}

/** All m rows of a block of C, `bytes` (< TILE, whole vectors) wide. */
// @ts-ignore: decorator
@inline
function narrow<T>(
  c: usize, ldc: usize, a: usize, am: usize, ak: usize, b: usize, bk: usize, k: i32, m: i32, bytes: i32, ADD: bool,
): void {
  if (bytes == 48) {
    for (; m > 1; m -= 2, c += 2 * ldc, a += 2 * am) tile<T>(c, ldc, a, am, ak, b, bk, k, ADD, 2, 3);
    if (m) tile<T>(c, ldc, a, am, ak, b, bk, k, ADD, 1, 3);
  } else if (bytes == 32) {
    for (; m > 1; m -= 2, c += 2 * ldc, a += 2 * am) tile<T>(c, ldc, a, am, ak, b, bk, k, ADD, 2, 2);
    if (m) tile<T>(c, ldc, a, am, ak, b, bk, k, ADD, 1, 2);
  } else {
    for (; m > 3; m -= 4, c += 4 * ldc, a += 4 * am) tile<T>(c, ldc, a, am, ak, b, bk, k, ADD, 4, 1);
    for (; m > 0; m--, c += ldc, a += am) tile<T>(c, ldc, a, am, ak, b, bk, k, ADD, 1, 1);
  }
}

/**
 * C = A·B, or with `add` the chains that C holds go on: C [m, cols], A [m, k], B [k, cols]; one of C and B in column
 * panels, the other in rows. Full tiles take `depth` of k at a time. Threads share the columns, so that each has its part
 * of the weights in its own cache, or the rows.
 * One function for all three products, loops and all: V8 unrolls inner loops the more, the deeper they are nested; a
 * function for one block was 10 % slower. So was, by 5 %, one without shares in the core for one thread.
 */
function product<T>(
  c: usize, a: usize, am: usize, ak: usize, b: usize, m: i32, k: i32, cols: i32, depth: i32, panelsInC: bool, add: bool,
  thread: i32, threads: i32,
): void {
  const ld = pad<T>(cols) * sizeof<T>();
  const height = panelsInC ? m : k;
  let from: i32 = 0;
  let to: i32 = ld;
  let first: i32 = 0;
  if (threads > 1) {
    from = beginColumns(m, ld, thread, threads);
    to = endColumns(m, ld, thread, threads);
    first = beginRows(m, ld, thread, threads);
    m = endRows(m, ld, thread, threads) - first;
    if (from == to || !m) return;
    a += <usize>first * am;
  }
  do {
    const j = from & -Panel.Bytes;
    const width = min<i32>(Panel.Bytes, ld - j);
    const end = min<i32>(width, to - j);
    const ldc = panelsInC ? width : ld;
    const bk = panelsInC ? ld : width;
    const cj = c + <usize>(panelsInC ? j * height : j) + <usize>(first * ldc);
    const bj = b + <usize>(panelsInC ? j : j * height);
    if (m == 1 && end - (from - j) == Panel.Bytes && !add) row<T>(cj, a, ak, bj, bk, k);
    else for (let t = from - j; t < end; t += TILE) {
      const bytes = min<i32>(TILE, width - t);
      if (bytes == TILE) {
        let on = add;
        let left = k;
        let pa = a;
        let pb = bj + t;
        do {
          const part = min<i32>(depth, left);
          if (on) wide<T>(cj + t, ldc, pa, am, ak, pb, bk, part, m, true);
          else wide<T>(cj + t, ldc, pa, am, ak, pb, bk, part, m, false);
          on = true;
          pa += <usize>part * ak;
          pb += <usize>part * bk;
          left -= part;
        } while (left > 0);
      } else if (add) narrow<T>(cj + t, ldc, a, am, ak, bj + t, bk, k, m, bytes, true);
      else narrow<T>(cj + t, ldc, a, am, ak, bj + t, bk, k, m, bytes, false);
    }
    from = j + end;
  } while (from < to);
}

/**
 * out = x·w: out [rows, cols], x [rows, inner], w [inner, cols] in panels. Long chains in even parts of up to DEPTH:
 * 1.07 × at 32×784·784×128.
 */
export function matmul<T>(
  out: usize, x: usize, w: usize, rows: i32, cols: i32, inner: i32, thread: i32, threads: i32,
): void {
  let depth = inner;
  if (inner > DEPTH && rows > 2) {
    const parts = (inner + DEPTH - 1) / DEPTH;
    depth = (inner + parts - 1) / parts;
  }
  const ldx: usize = pad<T>(inner) * sizeof<T>();
  product<T>(out, x, ldx, sizeof<T>(), w, rows, inner, cols, depth, false, false, thread, threads);
}

/**
 * dw = xᵀ·delta: dw [inner, cols] in panels, x [rows, inner], delta [rows, cols]; rows ascending. Many rows in parts
 * whose lines stay together in a first-level cache of 32 KiB, 8 ways (the larger the power of two in the distance
 * between rows, the fewer of its sets they fall into): 1.2 × at 784×128·128×128, 1.3 × at 512×512·512×512.
 */
export function matmulBackwardWeights<T>(
  dw: usize, x: usize, delta: usize, rows: i32, cols: i32, inner: i32, thread: i32, threads: i32,
): void {
  const ldd: usize = pad<T>(cols) * sizeof<T>();
  const ldx: usize = pad<T>(inner) * sizeof<T>();
  const depth = max<i32>(8, min<i32>(64, 16384 >> <i32>max<usize>(ctz<usize>(ldx), ctz<usize>(ldd))));
  product<T>(dw, x, sizeof<T>(), ldx, delta, inner, rows, cols, depth, true, false, thread, threads);
}

/**
 * dx = delta·wᵀ: dx [rows, inner], delta [rows, cols], w [inner, cols] in panels; columns ascending.
 * Lanes run over rows: dxᵀ = w·deltaᵀ, since turning rows·(cols + inner) numbers is cheaper than turning the weights.
 * A panel's width of rows at a time, so that both transposes, in `scratch` ((cols + inner)·32 elements of float32, or
 * ·16 of float64) for each thread, stay in cache: 1.3 × to 1.7 × for 256 rows and more. Threads share the rows.
 */
export function matmulBackwardInput<T>(
  dx: usize, delta: usize, w: usize, scratch: usize, rows: i32, cols: i32, inner: i32, thread: i32, threads: i32,
): void {
  const most = <i32>(Panel.Bytes / sizeof<T>());
  const ldd: usize = pad<T>(cols) * sizeof<T>();
  const ldx: usize = pad<T>(inner) * sizeof<T>();
  if (ASC_FEATURE_THREADS && threads > 1) {
    const first = begin(rows, ROWS, thread, threads);
    rows = begin(rows, ROWS, thread + 1, threads) - first;
    if (!rows) return;
    dx += <usize>first * ldx;
    delta += <usize>first * ldd;
    scratch += (ldd + ldx) * <usize>(thread * most);
  }
  const deltaT = scratch;
  do {
    const count = min<i32>(rows, most);
    const ldr: usize = pad<T>(count) * sizeof<T>();
    const dxT = scratch + ldd / sizeof<T>() * ldr;
    transpose<T>(deltaT, ldr, delta, ldd, count, cols);
    let from = w;
    let b = deltaT;
    let left = cols;
    do {
      const width = min<usize>(Panel.Bytes, pad<T>(left) * sizeof<T>());
      const k = min<i32>(left, most);
      product<T>(dxT, from, width, sizeof<T>(), b, inner, k, count, k, false, left < cols, 0, 1);
      from += width * inner;
      b += <usize>k * ldr;
      left -= k;
    } while (left > 0);
    // Rows that become the pads of dx.
    const end = dxT + ldx / sizeof<T>() * ldr;
    for (let p = dxT + <usize>inner * ldr; p < end; p += 16) v128.store(p, v128.splat<T>(<T>0));
    untranspose<T>(dx, ldx, dxT, ldr, inner, count);
    dx += <usize>most * ldx;
    delta += <usize>most * ldd;
    rows -= most;
  } while (rows > 0);
}

/** outᵀ = in, in whole vectors both ways; reads rows up to the next whole vector (buffers have them). */
function transpose<T>(out: usize, ldo: usize, x: usize, ldi: usize, rows: i32, cols: i32): void {
  const lanes: usize = 16 / sizeof<T>();
  do {
    let o = out;
    let from = x;
    let left = cols;
    do {
      turn<T>(o, ldo, from, ldi, <i32>lanes);
      o += lanes * ldo;
      from += 16;
      left -= <i32>lanes;
    } while (left > 0);
    out += 16;
    x += lanes * ldi;
    rows -= <i32>lanes;
  } while (rows > 0);
}

/** As `transpose`, but writes only the `cols` rows that out has. */
function untranspose<T>(out: usize, ldo: usize, x: usize, ldi: usize, rows: i32, cols: i32): void {
  const lanes: usize = 16 / sizeof<T>();
  do {
    let o = out;
    let from = x;
    let left = rows;
    do {
      turn<T>(o, ldo, from, ldi, cols);
      o += 16;
      from += lanes * ldi;
      left -= <i32>lanes;
    } while (left > 0);
    out += lanes * ldo;
    x += 16;
    cols -= <i32>lanes;
  } while (cols > 0);
}

/** Transposes one block of lanes × lanes elements; stores the first `count` rows. */
// @ts-ignore: decorator
@inline
function turn<T>(out: usize, ldo: usize, x: usize, ldi: usize, count: i32): void {
  const a = v128.load(x), b = v128.load(x + ldi);
  if (sizeof<T>() == 8) {
    v128.store(out, v128.shuffle<f64>(a, b, 0, 2));
    if (count > 1) v128.store(out + ldo, v128.shuffle<f64>(a, b, 1, 3));
  } else {
    const c = v128.load(x + 2 * ldi), d = v128.load(x + 3 * ldi);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7), CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<f64>(ab, cd, 0, 2));
    if (count > 1) v128.store(out + ldo, v128.shuffle<f64>(ab, cd, 1, 3));
    if (count > 2) v128.store(out + 2 * ldo, v128.shuffle<f64>(AB, CD, 0, 2));
    if (count > 3) v128.store(out + 3 * ldo, v128.shuffle<f64>(AB, CD, 1, 3));
  }
}

/** out += bias: out [rows, cols], bias [cols]. Threads share as in the product before. */
export function addBias<T>(out: usize, bias: usize, rows: i32, cols: i32, thread: i32, threads: i32): void {
  const ld: i32 = pad<T>(cols) * sizeof<T>();
  let from: i32 = 0;
  let to = ld;
  if (ASC_FEATURE_THREADS && threads > 1) {
    from = beginColumns(rows, ld, thread, threads);
    to = endColumns(rows, ld, thread, threads);
    const first = beginRows(rows, ld, thread, threads);
    rows = endRows(rows, ld, thread, threads) - first;
    out += <usize>(first * ld);
    if (from == to || !rows) return;
  }
  do {
    let o = out + from;
    let b = bias + from;
    const end = bias + to;
    do {
      v128.store(o, v128.add<T>(v128.load(o), v128.load(b)));
      o += 16;
      b += 16;
    } while (b < end);
    out += ld;
  } while (--rows);
}

/** sums[j] = Σ_r delta[r, j], rows ascending from +0: delta [rows, cols]. Threads share the columns. */
export function columnSums<T>(
  sums: usize, delta: usize, rows: i32, cols: i32, thread: i32, threads: i32,
): void {
  const ld: i32 = pad<T>(cols) * sizeof<T>();
  let j: i32 = 0;
  let to = ld;
  if (ASC_FEATURE_THREADS && threads > 1) {
    j = begin(ld, TILE, thread, threads);
    to = begin(ld, TILE, thread + 1, threads);
    if (j == to) return;
  }
  do {
    let acc = v128.splat<T>(<T>0);
    let p = delta + j;
    let left = rows;
    do {
      acc = v128.add<T>(acc, v128.load(p));
      p += ld;
    } while (--left);
    v128.store(sums + j, acc);
    j += 16;
  } while (j < to);
}
