import { Purpose } from '../assembly/opcodes';
import { integer } from './errors';
import { float64 } from './generated/kernels';
import { normalQuantile, truncatedNormalQuantile } from './normal';
import { twoTo } from './plan/powers';
import type { DType } from './plan/tensor';

const [M24, M32, M52, M53] = [twoTo(-24), twoTo(-32), twoTo(-52), twoTo(-53)];

/** Names a stream of 32-bit random words. */
export type Key = readonly [word0: number, word1: number];

const pair = new Uint32Array(2);

/** Puts a block of Threefry-2x32-20, the one source of randomness, into `pair`: see src/backend/js/threefry.ts. */
function fill(key: Key, counter0: number, counter1 = 0): void {
  float64.threefry(pair, key[0], key[1], counter0, counter1);
}

/** A block of Threefry-2x32-20 as a key. */
export function threefry2x32(key: Key, counter0: number, counter1: number): Key {
  fill(key, counter0, counter1);
  return [pair[0]!, pair[1]!];
}

/**
 * Returns the seed if it is an integer in 0 … 2⁵³ − 1; `undefined` gives one drawn from `crypto`, so that a run can be
 * replayed from the seed that was used.
 *
 * @throws TypeError if it is no number, RangeError if it is no such integer. Seeds are never truncated.
 */
export function parseSeed(seed: unknown, place = 'options'): number {
  if (seed === undefined) {
    const [high, low] = crypto.getRandomValues(new Uint32Array(2));
    return (high! >>> 11) / M32 + low!;
  }
  return integer(place, 'seed', seed, 0) + 0; // −0 is 0
}

/** The seed as the key it stands for: high and low 32 bits. */
export function seedWords(seed: number): Key {
  return [Math.floor(seed * M32), seed >>> 0];
}

/**
 * The key of a random stream: k₁ = TF(seed, (purpose, layer)), k₂ = TF(k₁, (epoch, step)). Element i of the stream is
 * word `i & 1` of TF(k₂, (i >> 1, 0)), whatever the memory layout, thread or batch split that needs it.
 */
export function stream(seed: number, purpose: Purpose, layer: number, epoch: number, step: number): Key {
  return threefry2x32(threefry2x32(seedWords(seed), purpose, layer), epoch, step);
}

/** Word i of a stream: an unsigned 32-bit integer. */
export function word(key: Key, i: number): number {
  fill(key, Math.floor(i / 2));
  return pair[i & 1]!;
}

/**
 * Element i of a stream as a number of the dtype, uniform in [0, 1): float32 takes the top 24 bits of word i, float64
 * the top 53 bits of word 2i followed by word 2i + 1, which are one block.
 */
export function uniform(key: Key, i: number, dtype: DType): number {
  if (dtype === 'float32') return (word(key, i) >>> 8) * M24;
  fill(key, i);
  return pair[0]! * M32 + (pair[1]! >>> 11) * M53;
}

/**
 * Element i of a stream as a float64 number uniform in (0, 1) and symmetric about ½: the middle of one of 2³² intervals
 * (all bits of word i) for float32, of 2⁵² intervals (words 2i and 2i + 1) for float64.
 */
function probability(key: Key, i: number, dtype: DType): number {
  if (dtype === 'float32') return (word(key, i) + 0.5) * M32;
  fill(key, i);
  return pair[0]! * M32 + ((pair[1]! >>> 12) + 0.5) * M52;
}

/** Element i of a stream as a standard normal in float64, by inverse CDF: no rejection, one element per index. */
export function normal(key: Key, i: number, dtype: DType): number {
  return normalQuantile(probability(key, i, dtype));
}

/** Element i of a stream as a standard normal restricted to −2 … 2, in float64. Its standard deviation is 0.8796. */
export function truncatedNormal(key: Key, i: number, dtype: DType): number {
  return truncatedNormalQuantile(probability(key, i, dtype));
}

/**
 * The order in which epoch `epoch` visits `count` samples: a permutation of 0 … count − 1 by Fisher–Yates.
 *
 * Index i swaps with ⌊u·(i + 1)⌋, u from 53 bits of its own Threefry block. Some indices get one more of the 2⁵³ values
 * than others, a relative bias below count / 2⁵³ (1e-10 for a million samples): no test could find it, and without
 * rejection every swap needs exactly one block. The product cannot round up to i + 1 as u ≤ 1 − 2⁻⁵³.
 */
export function shuffle(count: number, seed: number, epoch: number): Uint32Array {
  const key = stream(seed, Purpose.Shuffle, 0, epoch, 0);
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform(key, i, 'float64') * (i + 1));
    const moved = order[i]!;
    order[i] = order[j]!;
    order[j] = moved;
  }
  return order;
}
