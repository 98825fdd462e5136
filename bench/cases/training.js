// Training over batch sizes: `fit` with Adam on networks from 2-4-1 to 784-512-512-10, thousand samples a second.
import { loadDigits, loadMnist, seeded } from '../data.js';
import { result } from '../harness.js';
import { build, classify, measureFits, parameters } from '../models.js';
import { variantsFor } from '../variants.js';

const BATCHES = [1, 8, 32, 128, 512, 1024];
/** How much longer TypeScript takes, about. */
const SLOWER = 16;

/**
 * Rows of an epoch: whole batches, as many as WebAssembly does in some milliseconds by a rough rule, at least one batch.
 * Six operations a parameter and row at 30 GFLOP/s, Adam's 0.6 ns a parameter and step, 1 µs a step, 0.3 µs a row.
 */
function rowsFor(widths, batchSize, milliseconds, most) {
  const n = parameters(widths);
  const step = batchSize * (n / 5e6 + 3e-4) + n * 0.6e-6 + 1e-3;
  const steps = Math.min(milliseconds / step, most / batchSize);
  return Math.max(1, Math.floor(steps)) * batchSize;
}

/** Epochs of 50 ms (quick: 4), those of TypeScript of a sixteenth of the rows, but at least one batch. */
export async function training({ rounds, quick, mnistFolder, report, note }) {
  const images = await loadMnist(mnistFolder);
  const digits = await loadDigits();
  const architectures = [
    { widths: '784-128-10', data: images, zeros: 'dense', large: true },
    { widths: '64-64-10', data: digits },
    { widths: '30-16-8-1', data: seeded(16_384, 30) },
    { widths: '784-512-512-10', data: images, zeros: 'dense', large: true },
    { widths: '2-4-1', data: seeded(16_384, 2) },
  ];
  note(`training: 784-…: ${images.source}; 64-64-10: handwritten digits; others: seeded numbers`);
  for (const { widths, data, zeros, large } of architectures) {
    for (const batchSize of quick ? [1, 32] : BATCHES) {
      const milliseconds = quick ? 4 : 50;
      const rows = rowsFor(widths, batchSize, milliseconds, data.rows);
      const runs = await measureFits(variantsFor(zeros, large && 'threads'), {
        make: (options) => build(widths, options),
        compile: classify(Number(widths.split('-').at(-1))),
        data,
        batchSize,
        rows,
        slowRows: Math.min(rows, rowsFor(widths, batchSize, milliseconds / SLOWER, data.rows)),
        epochs: 1 + rounds,
      });
      report(
        result({
          group: `training ${widths}, Adam`,
          name: `batch ${batchSize.toLocaleString('en')}`,
          unit: 'k samples/s',
          runs,
          convert: (t) => 1 / t,
        }),
        { chart: 'training', panel: widths, x: batchSize },
      );
    }
  }
}
