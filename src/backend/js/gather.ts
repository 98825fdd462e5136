// Rows from anywhere in memory, one behind the other.

/**
 * out = x: x pairs of u32 addresses, where a row begins and where it ends. If they are `lists` (sparse.ts), so is out: such
 * pairs, and behind them what they point to.
 */
export function gather(u32: Uint32Array, out: number, x: number, rows: number, lists: number): void {
  const pairs = out >>> 2;
  let to = pairs + (lists && (rows * 2 + 3) & ~3);
  for (let i = 0; i < 2 * rows; i += 2) {
    const [from, end] = [u32[(x >>> 2) + i]! >>> 2, u32[(x >>> 2) + i + 1]! >>> 2];
    u32.copyWithin(to, from, end);
    const next = to + end - from;
    if (lists) {
      u32[pairs + i] = 4 * to;
      u32[pairs + i + 1] = 4 * next;
    }
    to = next;
  }
}
