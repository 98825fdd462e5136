// How threads share an op, each one stretch of what it writes, and where they meet.
import { Panel, Team } from './opcodes';

/** Where the share of thread number `thread` begins, of `count` things in units of `unit`; the share of thread + 1 follows. */
export function begin(count: i32, unit: i32, thread: i32, threads: i32): i32 {
  const units = (count + unit - 1) / unit;
  return min<i32>(count, ((units * thread + threads - 1) / threads) * unit);
}

/** Where the panel begins that a thread's share of columns begins in: its own begin, for one thread alone. */
// @ts-ignore: decorator
@inline
export function panelOf(from: i32): i32 {
  return ASC_FEATURE_THREADS ? from & -Panel.Bytes : from;
}

/** Bytes of a row of a product that a thread takes together: four vectors, a tile's width and a cache line. */
export const TILE: i32 = 64;

/**
 * Rows that threads take together, in all ops alike, so that they need not meet between two that share by rows: those of
 * the tallest tile of a product, as many as random words come at once; of the narrowest panel they fill a cache line.
 */
export const ROWS: i32 = 4;

/**
 * Whether a product of so many rows of `ld` bytes is shared by columns, which leaves each thread its own part of the weights, in
 * its own cache; else by rows, where columns would leave threads without work.
 */
function byColumns(rows: i32, ld: i32, threads: i32): bool {
  const tiles = (ld + TILE - 1) / TILE;
  const most = (tiles + threads - 1) / threads;
  return 4 * most * threads <= 5 * tiles || rows < 4 * threads;
}

/**
 * Where a thread's part of a product begins among the `ld` bytes of its rows; the part of the next thread follows. Sparse
 * or dense, and for the bias that is added, parts are the same: threads need not meet in between.
 */
export function beginColumns(rows: i32, ld: i32, thread: i32, threads: i32): i32 {
  return byColumns(rows, ld, threads) ? begin(ld, TILE, thread, threads) : 0;
}

/** Where it ends. */
export function endColumns(rows: i32, ld: i32, thread: i32, threads: i32): i32 {
  return byColumns(rows, ld, threads) ? begin(ld, TILE, thread + 1, threads) : ld;
}

/** Where it begins among the rows. */
export function beginRows(rows: i32, ld: i32, thread: i32, threads: i32): i32 {
  return byColumns(rows, ld, threads) ? 0 : begin(rows, ROWS, thread, threads);
}

/** Where it ends. */
export function endRows(rows: i32, ld: i32, thread: i32, threads: i32): i32 {
  return byColumns(rows, ld, threads) ? rows : begin(rows, ROWS, thread + 1, threads);
}

/**
 * Waits until all threads are here: looks at the counter again and again for a while, about as long as waking a thread
 * takes, then sleeps. Returns false if the others did not come: thread 0 waits for Team.Patience seconds at most.
 *
 * One word that only ever grows: with a second one, the turn that the last to come moves on, a barrier took 0.49 instead
 * of 0.26 µs, as each thread had to fetch two cache lines.
 */
export function barrier(thread: i32, threads: i32): bool {
  const start = load<i32>(Team.Start);
  const before = atomic.add<i32>(Team.Arrived, 1) - start;
  const last = start + (before / threads + 1) * threads; // of this meeting, there have been before / threads
  if (last - start == before + 1) {
    if (atomic.load<i32>(Team.Sleeping)) atomic.notify(Team.Arrived, -1);
    return true;
  }
  for (let spins = load<i32>(Team.Spins); spins; spins--) {
    if (last - atomic.load<i32>(Team.Arrived) <= 0) return true;
  }
  let patience = thread ? -1 : load<i32>(Team.Patience);
  // A page's main thread must not sleep.
  const awake = !thread && load<i32>(Team.Awake) != 0;
  atomic.add<i32>(Team.Sleeping, 1);
  let seen = atomic.load<i32>(Team.Arrived);
  while (last - seen > 0 && patience) {
    if (awake) {
      for (let spins = SECOND; spins && atomic.load<i32>(Team.Arrived) == seen; spins--) {}
    } else if (atomic.wait<i32>(Team.Arrived, seen, 1_000_000_000) != 2) {
      patience++; // not a second
    }
    patience--;
    seen = atomic.load<i32>(Team.Arrived);
  }
  atomic.sub<i32>(Team.Sleeping, 1);
  return last - seen <= 0;
}

/** Looks at the counter that take about a second. */
const SECOND: i32 = 500_000_000;
