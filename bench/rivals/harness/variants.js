// linnet's own side: what of it is compared. One entry here is all that a new option needs.

/**
 * @typedef {object} Variant
 * @property {string} name
 * @property {string[]} works kinds of work.
 * @property {number} threads compared with rivals of as many threads. A variant whose model does not get as many is
 *   left out; where there is none of as many threads, those of one thread are compared.
 * @property {'float32' | 'float64'} dtype
 * @property {object} options for `sequential`, or of these `backend` for `NeuralNetwork`. A variant whose options the
 *   library refuses is left out.
 */

/** @type {Variant[]} */
export const variants = [
  { name: 'wasm f32', works: ['xor', 'matmul'], threads: 1, dtype: 'float32', options: { backend: 'wasm' } },
  {
    name: 'wasm f32, dense',
    works: ['train', 'predict'],
    threads: 1,
    dtype: 'float32',
    options: { backend: 'wasm', skipZeros: false },
  },
  {
    name: 'wasm f32, zero-skip',
    works: ['train', 'predict'],
    threads: 1,
    dtype: 'float32',
    options: { backend: 'wasm', skipZeros: true },
  },
  { name: 'wasm f64', works: ['xor'], threads: 1, dtype: 'float64', options: { backend: 'wasm' } },
  { name: 'js f32', works: ['matmul'], threads: 1, dtype: 'float32', options: { backend: 'js' } },
  {
    name: 'wasm f32, dense, 2 threads',
    works: ['train'],
    threads: 2,
    dtype: 'float32',
    options: { backend: 'wasm', skipZeros: false, threads: 2 },
  },
  {
    name: 'wasm f32, zero-skip, 2 threads',
    works: ['train'],
    threads: 2,
    dtype: 'float32',
    options: { backend: 'wasm', skipZeros: true, threads: 2 },
  },
];

/** Those of `usable` that are set beside a rival of so many threads. */
export function opponents(usable, kind, threads) {
  const able = usable.filter(({ works }) => works.includes(kind));
  const alike = able.filter((variant) => variant.threads === threads);
  return alike.length > 0 ? alike : able.filter((variant) => variant.threads === 1);
}
