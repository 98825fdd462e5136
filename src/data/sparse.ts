import type { BackendName } from '../backend/backend';
import { type Floats, floatArrays } from '../plan/layout';
import type { DType } from '../plan/tensor';
import type { Rows } from './inputs';

/**
 * Words of 32 bits of an entry (index, value) as it lies in a backend's memory: of float64 the second one is not used.
 */
export const entryWords = (dtype: DType): number => (dtype === 'float32' ? 2 : 4);

/**
 * The density below which a product of `units` outputs is faster without zeros (bench/NOTES.md, "Zeros"): an entry costs
 * as much as 1.6 of a dense number, and as much as 7 vectors besides. TypeScript's dense float64 has no rounding to do.
 */
export function breakEven(units: number, dtype: DType, backend: BackendName): number {
  const vectors = Math.ceil(units / (dtype === 'float32' ? 4 : 2));
  return backend === 'js' && dtype === 'float64' ? 0.2 : 1 / (1.6 + 7 / vectors);
}

/** The share of numbers other than 0, in all rows or in `most` of them, evenly spread. */
export function density({ data, rows, cols }: Rows, most = 256): number {
  const count = Math.min(rows, most);
  let filled = 0;
  for (let s = 0; s < count; s++) {
    const from = Math.floor((s * rows) / count) * cols;
    for (let i = from; i < from + cols; i++) if (data[i] !== 0) filled++;
  }
  return filled / (count * cols);
}

/** The bits of numbers. */
export const bitsOf = ({ buffer, byteOffset, byteLength }: Floats) =>
  new Int32Array(buffer, byteOffset, byteLength / 4);

/** 1 for bits of which any but the sign is set, else 0; without a branch, which would be mispredicted at every edge. */
const isSet = (bits: number): number => ((bits & 0x7fffffff) + 0x7fffffff) >>> 31;

/**
 * The entries of one row at word `at`, each value multiplied by the factors in turn, as the op `rescale` does it. Values
 * that these bring down to 0 stay: entries of 0 change nothing. Returns the word behind the last; the next entry, if
 * there is room for one, is scratch.
 * @param bits those of all rows.
 * @param floats the same memory as `u32`, as numbers of the dtype.
 */
export function writeEntries(
  u32: Uint32Array,
  floats: Floats,
  at: number,
  bits: Int32Array,
  cols: number,
  row: number,
  factors: readonly number[],
): number {
  const single = floats.BYTES_PER_ELEMENT === 4;
  let word = at;
  if (single) {
    for (let c = 0, i = row * cols; c < cols; c++, i++) {
      const value = bits[i]!;
      u32[word] = c;
      u32[word + 1] = value;
      word += isSet(value) * 2;
    }
  } else {
    for (let c = 0, i = row * cols * 2; c < cols; c++, i += 2) {
      const [low, high] = [bits[i]!, bits[i + 1]!];
      u32[word] = c;
      u32[word + 2] = low;
      u32[word + 3] = high;
      word += (isSet(high) | isSet(low) | (low >>> 31)) * 4;
    }
  }
  for (let f = 0; f < factors.length; f++) {
    const factor = factors[f]!;
    const [first, end] = single ? [at + 1, word] : [at / 2 + 1, word / 2];
    for (let i = first; i < end; i += 2) {
      floats[i] = single ? Math.fround(floats[i]! * Math.fround(factor)) : floats[i]! * factor;
    }
  }
  return word;
}

/** All rows without their zeros, as entries; row i has the bytes from `starts[i]` to `starts[i + 1]`. */
export function sparseRows({ data, rows, cols }: Rows, dtype: DType, factors: readonly number[]) {
  const bits = bitsOf(data);
  let filled = 1; // one for scratch
  if (dtype === 'float32') for (let i = 0; i < bits.length; i++) filled += isSet(bits[i]!);
  else for (let i = 0; i < data.length; i++) if (data[i] !== 0) filled++;
  const numbers = new floatArrays[dtype](filled * 2);
  const words = new Uint32Array(numbers.buffer);
  const starts = new Uint32Array(rows + 1);
  for (let r = 0; r < rows; r++) {
    starts[r + 1] = 4 * writeEntries(words, numbers, starts[r]! / 4, bits, cols, r, factors);
  }
  return { numbers, starts };
}
