// Whether time per epoch stays flat: 50 epochs of MNIST, and of a network whose deltas vanish. Numbers that turn
// denormal would make training several times slower as it goes on.
import { optimizers } from 'linnet';
import { loadMnist, random } from '../data.js';
import { result, statistics } from '../harness.js';
import { build, classify, measureFits } from '../models.js';
import { variantsFor } from '../variants.js';

const EPOCHS = 50;
const SATURATING = '16-64-64-8';

/**
 * Patterns of bits, again and again, learned at such a rate that sigmoids run into 0 and 1: by the tenth epoch 91 % of
 * Adam's first moments have been swept to +0, and most others are below 1e-20.
 */
function bits(patterns, rows) {
  const table = (cols, seed) => {
    const next = random(seed);
    const few = Float32Array.from({ length: patterns * cols }, () => (next() < 0.5 ? 0 : 1));
    return { data: Float32Array.from({ length: rows * cols }, (_, i) => few[i % few.length]), shape: [rows, cols] };
  };
  return { x: table(16, 7), y: table(8, 8), rows };
}

export async function epochs({ quick, mnistFolder, report, plot, note }) {
  const images = await loadMnist(mnistFolder);
  const few = quick ? 8 : 1; // a quick run has as many epochs, of fewer rows
  const patterns = bits(32, 2_048 / few);
  const networks = [
    {
      name: 'MNIST 784-128-10, Adam',
      make: (options) => build('784-128-10', options),
      compile: classify(10),
      data: images,
      rows: Math.min(8_192 / few, images.rows),
      slowRows: 1_024 / few,
    },
    {
      name: `saturating sigmoids ${SATURATING}, Adam`,
      make: (options) => build(SATURATING, options, { hidden: 'sigmoid', output: 'sigmoid' }),
      compile: { optimizer: optimizers.adam({ learningRate: 0.3 }), loss: 'binaryCrossentropy' },
      data: patterns,
      rows: patterns.rows,
    },
  ];
  for (const { name, ...fit } of networks) {
    const runs = await measureFits(variantsFor(), { ...fit, batchSize: 32, epochs: EPOCHS });
    const convert = (t) => t * 1000;
    report(result({ group: `training, ${EPOCHS} epochs`, name, unit: 'µs per sample', runs, convert }));
    for (const { name: series, samples, losses } of runs) {
      // The first epoch is not measured.
      for (const [i, t] of samples.entries()) plot({ chart: 'epochs', panel: name, series, x: i + 2, y: convert(t) });
      note(
        `epochs, ${name}, ${series}: ${flatness(samples)}; loss ${losses[0].toPrecision(3)} → ${losses.at(-1).toPrecision(3)}`,
      );
    }
  }
}

/** The best of the last epochs beside that of the first, and how far single ones, disturbed or not, lie from the median. */
function flatness(samples) {
  const { median, min, max } = statistics(samples);
  const ratio = Math.min(...samples.slice(-10)) / Math.min(...samples.slice(0, 10));
  const share = (t) => `${(t / median).toFixed(2)}`;
  return `best of the last ten ÷ of the first ten ${ratio.toFixed(2)}, single epochs ${share(min)}…${share(max)} of the median`;
}
