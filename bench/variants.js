// What of linnet the benches compare. One entry here is all that a new option of models needs.

/**
 * @typedef {object} ModelVariant
 * @property {string} name
 * @property {string} title in charts.
 * @property {string} color in charts; `dash`, if any, in line charts.
 * @property {object} options for `sequential`.
 * @property {string} [against] the variant that it is compared with; one without is only compared with.
 * @property {string} [label] what tables add to the name of what is measured.
 * @property {'dense' | 'skip'} [zeros] what is always done with zeros. Those of `dense` differ from the default only on
 *   data with many zeros; those of `skip` only by not looking first whether it pays.
 */

const WASM = '#4f46c8';
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
    zeros: 'dense',
  },
  {
    name: 'wasm skip',
    title: 'WebAssembly, zeros skipped',
    color: WASM,
    dash: '2,3',
    options: { backend: 'wasm', skipZeros: true },
    against: 'js skip',
    label: 'zeros skipped',
    zeros: 'skip',
  },
  { name: 'js', title: 'TypeScript', color: TYPESCRIPT, options: { backend: 'js' } },
  {
    name: 'js dense',
    title: 'TypeScript, dense',
    color: TYPESCRIPT,
    dash: '5,4',
    options: { backend: 'js', skipZeros: false },
    zeros: 'dense',
  },
  {
    name: 'js skip',
    title: 'TypeScript, zeros skipped',
    color: TYPESCRIPT,
    dash: '2,3',
    options: { backend: 'js', skipZeros: true },
    zeros: 'skip',
  },
];

/** Those worth measuring: the defaults, and those that always do what is named. */
export const variantsFor = (...zeros) => variants.filter((variant) => !variant.zeros || zeros.includes(variant.zeros));

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
