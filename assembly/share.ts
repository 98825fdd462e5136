// How threads share an op: each takes one stretch of what the op writes.

/** Where the share of thread number `thread` begins, of `count` things in units of `unit`; the share of thread + 1 follows. */
export function begin(count: i32, unit: i32, thread: i32, threads: i32): i32 {
  if (threads < 2) return thread ? count : 0;
  const units = (count + unit - 1) / unit;
  return min<i32>(count, ((units * thread + threads - 1) / threads) * unit);
}

/**
 * Whether a product [rows, `tiles` tiles] is shared by columns, which leaves each thread its own part of the weights, in
 * its own cache; else by rows, where columns would leave threads without work.
 */
export function byColumns(rows: i32, tiles: i32, threads: i32): bool {
  const most = (tiles + threads - 1) / threads;
  return 4 * most * threads <= 5 * tiles || rows < 4 * threads;
}
