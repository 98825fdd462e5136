// What of linnet the benches compare. One entry here is all that a new option of models needs.

import os from 'node:os';

/**
 * @typedef {object} ModelVariant
 * @property {string} name
 * @property {string} title in charts.
 * @property {string} color in charts; `dash`, if any, in line charts.
 * @property {object} options for `sequential`.
 * @property {string} [against] the variant that it is compared with; one without is only compared with.
 * @property {string} [label] what tables add to the name of what is measured.
 * @property {string} [only] kinds, with a space between them: it is measured where all of these are asked for. `dense`
 *   differs from the default only on data with many zeros, `skip` only by not looking first whether it pays; `threads` is
 *   for what takes long enough.
 */

const WASM = '#4f46c8';
const THREADS = '#2b8a5e';
const threads = os.availableParallelism();
const TYPESCRIPT = '#d99a2b';

/** @type {ModelVariant[]} */
export const variants = [
  { name: 'wasm', title: 'WebAssembly', color: WASM, options: { backend: 'wasm' }, against: 'js' },
  {
    name: 'wasm dense',
    title: 'WebAssembly, dense',
    color: WASM,
    dash: '5,4',
    options: { backend: 'wasm', skipZeros: false },
    against: 'js dense',
    label: 'dense',
    only: 'dense',
  },
  {
    name: 'wasm skip',
    title: 'WebAssembly, zeros skipped',
    color: WASM,
    dash: '2,3',
    options: { backend: 'wasm', skipZeros: true },
    against: 'js skip',
    label: 'zeros skipped',
    only: 'skip',
  },
  {
    name: 'wasm threads',
    title: `WebAssembly, ${threads} threads`,
    color: THREADS,
    options: { backend: 'wasm', threads },
    against: 'js',
    label: `${threads} threads`,
    only: 'threads',
  },
  {
    name: 'wasm dense threads',
    title: `WebAssembly, dense, ${threads} threads`,
    color: THREADS,
    dash: '5,4',
    options: { backend: 'wasm', skipZeros: false, threads },
    against: 'js dense',
    label: `dense, ${threads} threads`,
    only: 'dense threads',
  },
  { name: 'js', title: 'TypeScript', color: TYPESCRIPT, options: { backend: 'js' } },
  {
    name: 'js dense',
    title: 'TypeScript, dense',
    color: TYPESCRIPT,
    dash: '5,4',
    options: { backend: 'js', skipZeros: false },
    only: 'dense',
  },
  {
    name: 'js skip',
    title: 'TypeScript, zeros skipped',
    color: TYPESCRIPT,
    dash: '2,3',
    options: { backend: 'js', skipZeros: true },
    only: 'skip',
  },
];

/** The defaults, and those of the kinds asked for. */
export const variantsFor = (...kinds) =>
  variants.filter(({ only }) => !only || only.split(' ').every((kind) => kinds.includes(kind)));

const byName = Object.fromEntries(variants.map((variant) => [variant.name, variant]));

/** What is compared in a result: each variant with its opponent, where both were measured. */
export function pairsOf({ name, backends, ratios }) {
  return Object.keys(ratios).map((variant) => {
    const { against, label } = byName[variant];
    return {
      label: label ? `${name}, ${label}` : name,
      measured: backends[variant],
      opponent: backends[against],
      ratio: ratios[variant],
    };
  });
}

/** The variant that `name` is compared with. */
export const opponentOf = (name) => byName[name]?.against;
