// Where skipping zeros pays: 784-128-10 and a narrow first layer, trained on data of any density, dense against skipped.
import { random } from '../data.js';
import { statistics } from '../harness.js';
import { build, measureFits } from '../models.js';
import { variants } from '../variants.js';

const DENSITIES = [0, 0.05, 0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.7, 1];
const SHAPES = [
  { inputs: 784, units: 128, batchSize: 32 },
  { inputs: 784, units: 128, batchSize: 256 },
  { inputs: 200, units: 16, batchSize: 32 },
];

function table(rows, cols, density) {
  const next = random(1);
  const data = Float32Array.from({ length: rows * cols }, () => (next() < density ? next() : 0));
  return { x: { data, shape: [rows, cols] }, y: Uint8Array.from({ length: rows }, () => Math.floor(next() * 10)) };
}

const compared = ['wasm dense', 'wasm skip'].map((name) => variants.find((variant) => variant.name === name));

/** How many times as fast as dense training is zero-skipping, at each density; medians of interleaved epochs. */
export async function zeros({ rounds, quick, note, plot }) {
  const rows = quick ? 512 : 4096;
  const densities = quick ? DENSITIES.filter((_, i) => i % 3 === 0) : DENSITIES;
  for (const { inputs, units, batchSize } of SHAPES) {
    const name = `${inputs}-${units}-10`;
    const cells = [];
    for (const density of densities) {
      const [dense, skipped] = await measureFits(compared, {
        make: (options) => build(name, options),
        compile: { optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' },
        data: table(rows, inputs, density),
        batchSize,
        rows,
        epochs: 1 + 2 * rounds,
      });
      if (dense.sink !== skipped.sink) throw new Error(`density ${density}: losses ${dense.sink} and ${skipped.sink}`);
      const ratio = statistics(dense.samples.map((time, i) => time / skipped.samples[i]));
      cells.push(`${(100 * density).toFixed(0)} %: ${ratio.median.toFixed(2)}`);
      const { median: y, lower, upper } = ratio;
      plot({
        chart: 'zeros',
        panel: 'By the share of numbers that are not 0',
        series: `${name}, batch ${batchSize}`,
        x: 100 * density,
        y,
        lower,
        upper,
      });
    }
    note(`zeros skipped ÷ dense, ${name}, batch ${batchSize}, by density: ${cells.join(' · ')}`);
  }
}
