// MNIST, 784-128-10, Adam: epochs of all rows at three batch sizes.
import { loadMnist } from '../data.js';
import { result } from '../harness.js';
import { build, classify, measureFits } from '../models.js';
import { scalingNote } from '../scaling.js';
import { variantsFor } from '../variants.js';

const WIDTHS = '784-128-10';

/** Thousand samples a second: shuffling, staging, metrics and guard included. */
export async function mnist({ rounds, quick, mnistFolder, report, note }) {
  const data = await loadMnist(mnistFolder);
  const rows = quick ? Math.min(1_024, data.rows) : data.rows;
  const slowRows = quick ? 128 : 2_048;
  note(`fit: ${rows.toLocaleString('en')} rows of ${data.source}, ${slowRows.toLocaleString('en')} for TypeScript`);
  note(await scalingNote());
  for (const batchSize of quick ? [32, 128] : [32, 128, 512]) {
    const runs = await measureFits(variantsFor('dense', 'threads'), {
      make: (options) => build(WIDTHS, options),
      compile: classify(10),
      data,
      batchSize,
      rows,
      slowRows,
      epochs: 1 + rounds,
    });
    const name = `fit ${WIDTHS}, Adam, batch ${batchSize}`;
    report(result({ group: 'training', name, unit: 'k samples/s', runs, convert: (t) => 1 / t }));
  }
}
