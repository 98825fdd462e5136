// Rows from anywhere in memory, one behind the other.
import { begin } from '../team';

/**
 * out = x: x pairs of u32 addresses, where a row begins and where it ends, multiples of 8 bytes apart. If they are `lists`
 * (sparse.ts), so is out: such pairs, and behind them what they point to. Rows come from all over the data, so most of the
 * time goes into cache misses, which threads share. Products that took lists from where they are were slower: 0.87 on two
 * threads, 0.96 on one (784-128-10, batch 32, a fifth of x filled).
 */
export function gather(out: usize, x: usize, rows: i32, lists: bool, thread: i32, threads: i32): void {
  let first: i32 = 0;
  let end = rows;
  if (ASC_FEATURE_THREADS && threads > 1) {
    first = begin(rows, 1, thread, threads);
    end = begin(rows, 1, thread + 1, threads);
  }
  let to = out;
  if (lists) to += ((<usize>rows << 3) + 15) & ~15;
  for (let i: i32 = 0; i < end; i++, x += 8, out += 8) {
    let from: usize = load<u32>(x);
    const stop = to + load<u32>(x, 4) - from;
    if (i >= first) {
      if (lists) {
        store<u32>(out, to);
        store<u32>(out, stop, 4);
      }
      for (; to + 8 < stop; to += 16, from += 16) v128.store(to, v128.load(from));
      if (to < stop) store<u64>(to, load<u64>(from)); // not more: the next list may be another thread's
    }
    to = stop;
  }
}
