import type { Slot } from './backend/memory';
import type { Rows } from './data/inputs';
import { bitsOf, entryWords, writeEntries } from './data/sparse';
import { type Floats, floatArrays } from './plan/layout';
import { bytesPerElement, type DType, pad } from './plan/tensor';

/** Which rows, in which order, from which place on, and how many. */
export interface Batches {
  readonly order?: Uint32Array;
  readonly from: number;
  readonly count: number;
}

/** All rows of some data in a backend's memory, to be picked by their addresses. */
export interface Held {
  readonly slot: Slot;
  /** Row i has the bytes from `starts[i]` to `starts[i + 1]` of the slot. */
  readonly starts: Uint32Array;
}

/** Rows of inputs, and where all of them are held in memory if they are. */
export type Inputs = Rows & { readonly held?: Held };

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

/** All rows as they lie in memory, padded; row i has the bytes from `starts[i]` to `starts[i + 1]`. */
export function paddedRows(rows: Rows, dtype: DType) {
  const count = rows.rows;
  const stride = pad(rows.cols, dtype);
  const numbers = new floatArrays[dtype](count * stride);
  stage(numbers, 0, rows, stride, { from: 0, count });
  return { numbers, starts: new Uint32Array(count + 1).map((_, r) => r * stride * bytesPerElement(dtype)) };
}

/** Bytes of two addresses. */
export const PAIR = 8;

/** Bytes of `count` pairs, rounded up. */
const pairBytes = (count: number): number => Math.ceil((PAIR * count) / 16) * 16;

/** Bytes that the lists of so many rows take at most. */
export const listBytes = (count: number, cols: number, dtype: DType): number =>
  pairBytes(count) + 4 * count * cols * entryWords(dtype);

/**
 * Writes where rows begin and end to byte `address`: those that are held, or else lists as assembly/kernels/sparse.ts reads
 * them, which are written behind that.
 */
export function stagePairs(
  u32: Uint32Array,
  floats: Floats,
  address: number,
  { data, cols, held }: Inputs,
  factors: readonly number[],
  { order, from, count }: Batches,
): void {
  const bits = bitsOf(data);
  let pair = address / 4;
  let end = address + pairBytes(count);
  for (let r = from; r < from + count; r++) {
    const row = order ? order[r]! : r;
    u32[pair++] = held ? held.slot.address + held.starts[row]! : end;
    if (held) end = held.slot.address + held.starts[row + 1]!;
    else end = 4 * writeEntries(u32, floats, end / 4, bits, cols, row, factors);
    u32[pair++] = end;
  }
}
