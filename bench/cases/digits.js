// Handwritten digits of 8 × 8 pixels: 64-64-10, dropout, Adam, batches of 32.
import { loadDigits } from '../data.js';
import { result } from '../harness.js';
import { build, classify, measureFits } from '../models.js';
import { variantsFor } from '../variants.js';

export async function digits({ rounds, report, note }) {
  const data = await loadDigits();
  const { rows } = data;
  note(`digits: ${rows.toLocaleString('en')} rows of UCI handwritten digits, dropout, Adam`);
  const runs = await measureFits(variantsFor(), {
    make: (options) => build('64-64-10', options, { dropout: 0.2 }),
    compile: classify(10),
    data,
    batchSize: 32,
    rows,
    epochs: 1 + 4 * rounds,
  });
  const name = 'digits 64-64-10, batch 32, an epoch';
  report(result({ group: 'training', name, unit: 'ms', runs, convert: (t) => t * rows }));
}
