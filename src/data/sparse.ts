import type { DType } from '../plan/tensor';
import type { Rows } from './inputs';

/**
 * The numbers of a table other than 0, row by row: entries (index, value) as they lie in a backend's memory, in words of
 * 32 bits. float32 entries have two words, float64 entries four: the index, one unused, the value.
 */
export interface SparseRows {
  readonly words: Uint32Array;
  /** Row i has the words from `starts[i]` to `starts[i + 1]`. */
  readonly starts: Uint32Array;
}

/** Words of an entry. */
export const entryWords = (dtype: DType): number => (dtype === 'float32' ? 2 : 4);

/** Rows looked at for an estimate. */
const SAMPLE = 256;

/** The share of numbers other than 0, in all rows or in 256 of them, evenly spread. */
export function density({ data, rows, cols }: Rows): number {
  const count = Math.min(rows, SAMPLE);
  let filled = 0;
  for (let s = 0; s < count; s++) {
    const from = Math.floor((s * rows) / count) * cols;
    for (let i = from; i < from + cols; i++) if (data[i] !== 0) filled++;
  }
  return filled / (count * cols);
}

/**
 * The rows without their zeros, each value multiplied by the scales in turn, as the op `rescale` does it. Values that
 * these bring down to 0 stay: entries of 0 change nothing.
 */
export function sparseRows({ data, rows, cols }: Rows, dtype: DType, scales: readonly number[]): SparseRows {
  const size = entryWords(dtype);
  const starts = new Uint32Array(rows + 1);
  let filled = 0;
  for (let r = 0, i = 0; r < rows; r++) {
    for (const end = i + cols; i < end; i++) if (data[i] !== 0) filled++;
    starts[r + 1] = filled * size;
  }
  const words = new Uint32Array(filled * size);
  const single = dtype === 'float32';
  const values = single ? new Float32Array(words.buffer) : new Float64Array(words.buffer);
  const factors = scales.map((scale) => (single ? Math.fround(scale) : scale));
  for (let r = 0, i = 0, entry = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) {
      let value = data[i]!;
      if (value === 0) continue;
      for (const factor of factors) value = single ? Math.fround(value * factor) : value * factor;
      words[entry * size] = c;
      values[2 * entry + 1] = value;
      entry++;
    }
  }
  return { words, starts };
}
