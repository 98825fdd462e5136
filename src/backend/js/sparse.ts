// Products that skip the zeros of x, which comes as lists: for each row the entries (index, value) of its other numbers,
// indices ascending. Pointers are u32 addresses: two for each row, where its list begins and where it ends; lists of
// columns lie one behind the other and have one each, list i ends where list i + 1 begins. An entry is a u32 index and a
// number. Where b is not finite (0·∞ is NaN) zeros are not skipped: the result is that of the dense product.
import { Panel, Reg } from '../../../assembly/opcodes';
import type { Views } from '../backend';
import { type Floats, LANES, SHIFT } from './dtype';

const PANEL = Panel.Bytes >> SHIFT;
const ENTRY = 2 << SHIFT;
const pad = (cols: number) => (cols + LANES - 1) & -LANES;

/** Whether all of B [k, n], rows bk apart, is finite. */
function finite(f: Floats, b: number, bk: number, k: number, n: number): boolean {
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < n; j++) if (!Number.isFinite(f[b + i * bk + j])) return false;
  }
  return true;
}

/** C[j] += x·B[j] for n elements. */
function axpy(f: Floats, c: number, x: number, b: number, n: number): void {
  for (let j = 0; j < n; j++) f[c + j] = Math.fround(f[c + j]! + Math.fround(x * f[b + j]!));
}

/**
 * C [m, n] = lists·B, n a panel's width at most, B [k, n], known to be finite if `skip`. Returns if it is.
 * @param step pointers from one list to the next.
 */
function product(
  f: Floats,
  c: number,
  ldc: number,
  lists: number,
  step: number,
  b: number,
  bk: number,
  m: number,
  k: number,
  n: number,
  known: boolean,
  u32: Uint32Array,
): boolean {
  const skip = known || finite(f, b, bk, k, n);
  for (let i = 0; i < m; i++) {
    const row = c + i * ldc;
    let e = u32[(lists >>> 2) + i * step]!;
    const end = u32[(lists >>> 2) + i * step + 1]!;
    f.fill(0, row, row + n);
    for (let at = 0; at < k && (e < end || !skip); at++) {
      if (skip) at = u32[e >>> 2]!;
      const given = e < end && u32[e >>> 2] === at;
      axpy(f, row, given ? f[(e >>> SHIFT) + 1]! : 0, b + at * bk, n);
      if (given) e += ENTRY;
    }
  }
  return skip;
}

/** out = x·w: out [rows, cols], x [rows, inner] in lists, w [inner, cols] in panels. */
export function matmulSparse(
  f: Floats,
  out: number,
  x: number,
  w: number,
  rows: number,
  cols: number,
  inner: number,
  { u32 }: Views,
  base: number,
): void {
  const ld = pad(cols);
  const known = u32[(base + Reg.WeightsFinite) >>> 2] !== 0;
  let all = true;
  for (let j = 0; j < ld; j += PANEL) {
    const width = Math.min(PANEL, ld - j);
    all = product(f, out + j, ld, x, 2, w, width, rows, inner, width, known, u32) && all;
    w += width * inner;
  }
  u32[(base + Reg.WeightsFinite) >>> 2] = Number(all);
}

/** dw = xᵀ·delta: dw [inner, cols] in panels, x [rows, inner] in lists, delta [rows, cols]; rows ascending. */
export function matmulBackwardWeightsSparse(
  f: Floats,
  dw: number,
  x: number,
  delta: number,
  scratch: number,
  rows: number,
  cols: number,
  inner: number,
  u32: Uint32Array,
): void {
  transpose(f, scratch, x, rows, inner, u32);
  const ld = pad(cols);
  for (let j = 0; j < ld; j += PANEL) {
    const width = Math.min(PANEL, ld - j);
    product(f, dw, width, scratch, 1, delta + j, ld, inner, rows, width, false, u32);
    dw += width * inner;
  }
}

/** The lists of the columns of x: pointers to `inner` lists at `lists`, entries behind them. */
function transpose(f: Floats, lists: number, x: number, rows: number, inner: number, u32: Uint32Array): void {
  const pointers = lists >>> 2;
  const from = x >>> 2;
  let at = lists + (((inner + 1) * 4 + 15) & ~15);
  u32[pointers] = at;
  // Pointer k + 1 counts the entries of column k, then it is where its next entry goes.
  u32.fill(0, pointers + 1, pointers + 1 + inner);
  for (let r = 0; r < 2 * rows; r += 2) {
    for (let e = u32[from + r]!; e < u32[from + r + 1]!; e += ENTRY) u32[pointers + 1 + u32[e >>> 2]!]! += ENTRY;
  }
  for (let k = 1; k <= inner; k++) {
    const count = u32[pointers + k]!;
    u32[pointers + k] = at;
    at += count;
  }
  for (let r = 0; r < rows; r++) {
    for (let e = u32[from + 2 * r]!; e < u32[from + 2 * r + 1]!; e += ENTRY) {
      const next = pointers + 1 + u32[e >>> 2]!;
      const to = u32[next]!;
      u32[to >>> 2] = r;
      f[(to >>> SHIFT) + 1] = f[(e >>> SHIFT) + 1]!;
      u32[next] = to + ENTRY;
    }
  }
}
