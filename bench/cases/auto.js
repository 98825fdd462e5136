// `threads: 'auto'` against one thread, from networks that no thread helps to wide ones: it should never be the slower.
import { seeded } from '../data.js';
import { statistics } from '../harness.js';
import { build, classify, measureFits } from '../models.js';

const WIDTHS = ['2-4-1', '30-16-8-1', '64-64-10', '784-32-10', '784-128-10', '784-512-512-10'];
const BATCHES = [1, 32, 256];
/** Numbers in an epoch, about: some milliseconds of work. */
const NUMBERS = 1e6;

/** @type {import('../variants.js').ModelVariant[]} */
const compared = [1, 'auto'].map((threads) => ({ name: `${threads}`, options: { backend: 'wasm', threads } }));

/** How many times as fast as one thread is `'auto'`; medians of interleaved epochs. */
export async function auto({ rounds, quick, note }) {
  for (const widths of quick ? ['30-16-8-1', '784-128-10'] : WIDTHS) {
    const inputs = Number(widths.split('-')[0]);
    const cells = [];
    for (const batchSize of quick ? [32] : BATCHES) {
      const steps = Math.max(4, Math.round((quick ? 0.1 : 1) * (NUMBERS / inputs / batchSize)));
      const rows = Math.min(steps, 4096) * batchSize;
      const [one, chosen] = await measureFits(compared, {
        make: (options) => build(widths, options),
        compile: classify(Number(widths.split('-').at(-1))),
        data: seeded(rows, inputs),
        batchSize,
        rows,
        epochs: 1 + 4 * rounds,
      });
      if (one.sink !== chosen.sink) throw new Error(`${widths}: losses ${one.sink} and ${chosen.sink}`);
      const { median, lower, upper } = statistics(one.samples.map((time, i) => time / chosen.samples[i]));
      cells.push(`${batchSize}: ${median.toFixed(2)} [${lower.toFixed(2)}–${upper.toFixed(2)}]`);
    }
    note(`threads 'auto' ÷ 1, ${widths}, by batch size: ${cells.join(' · ')}`);
  }
}
