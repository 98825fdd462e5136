import type { Rows } from './data/inputs';
import { bitsOf, entryWords, writeEntries } from './data/sparse';
import type { Floats } from './plan/layout';
import type { DType } from './plan/tensor';

/** Which rows, in which order, from which place on, and how many. */
export interface Batches {
  readonly order?: Uint32Array;
  readonly from: number;
  readonly count: number;
}

/** Copies rows, in order, to element `at`, `stride` elements apart; pads are +0. */
export function stage(floats: Floats, at: number, rows: Rows, stride: number, { order, from, count }: Batches): void {
  const { data, cols } = rows;
  for (let r = 0; r < count; r++, at += stride) {
    const row = (order ? order[from + r]! : from + r) * cols;
    if (cols >= 32) floats.set(data.subarray(row, row + cols) as never, at);
    else for (let c = 0; c < cols; c++) floats[at + c] = data[row + c]!;
    for (let c = cols; c < stride; c++) floats[at + c] = 0;
  }
}

/** Bytes of the pointers in front of the entries of `count` lists. */
const pointerBytes = (count: number): number => Math.ceil((4 * (count + 1)) / 16) * 16;

/** Bytes that the lists of some rows take at most. */
export function listBytes({ cols, lists }: Rows, { order, from, count }: Batches, dtype: DType): number {
  let words = 0;
  if (typeof lists === 'object') {
    const { starts } = lists;
    for (let r = from; r < from + count; r++) {
      const row = order ? order[r]! : r;
      words += starts[row + 1]! - starts[row]!;
    }
  } else {
    words = count * cols * entryWords(dtype);
  }
  return pointerBytes(count) + 4 * words;
}

/**
 * Writes rows without their zeros as assembly/kernels/sparse.ts reads them: pointers at byte `address`, entries behind
 * them, copied where they have been made before, else made from the rows and the factors.
 */
export function stageLists(
  u32: Uint32Array,
  floats: Floats,
  address: number,
  rows: Rows,
  factors: readonly number[],
  { order, from, count }: Batches,
): void {
  const made = typeof rows.lists === 'object' ? rows.lists : undefined;
  const bits = bitsOf(rows.data);
  let pointer = address / 4;
  let at = (address + pointerBytes(count)) / 4;
  u32[pointer] = 4 * at;
  for (let r = from; r < from + count; r++) {
    const row = order ? order[r]! : r;
    if (made) {
      const words = made.words.subarray(made.starts[row], made.starts[row + 1]);
      u32.set(words, at);
      at += words.length;
    } else {
      at = writeEntries(u32, floats, at, bits, rows.cols, row, factors);
    }
    u32[++pointer] = 4 * at;
  }
}
