// Where skipping zeros pays: 784-128-10 and a narrow first layer, trained on data of any density, dense against skipped.
import { layers, sequential } from 'linnet';
import { random } from '../data.js';
import { measureEpochs, statistics } from '../harness.js';

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

/** How many times as fast as dense training is zero-skipping, at each density; medians of interleaved epochs. */
export async function zeros({ rounds, quick, note }) {
  const rows = quick ? 1024 : 4096;
  for (const { inputs, units, batchSize } of SHAPES) {
    const cells = [];
    for (const density of DENSITIES) {
      const { x, y } = table(rows, inputs, density);
      const variants = [false, true].map((skipZeros) => ({
        name: String(skipZeros),
        fit(callbacks) {
          const model = sequential({
            seed: 1,
            skipZeros,
            layers: [
              layers.dense({ units, activation: 'relu', inputShape: [inputs] }),
              layers.dense({ units: 10, activation: 'softmax' }),
            ],
          });
          model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
          return model.fit(x, y, { epochs: 1 + 2 * rounds, batchSize, callbacks });
        },
      }));
      const [dense, skipped] = await measureEpochs(variants);
      if (dense.sink !== skipped.sink) throw new Error(`density ${density}: losses ${dense.sink} and ${skipped.sink}`);
      const ratio = statistics(dense.samples.map((time, i) => time / skipped.samples[i])).median;
      cells.push(`${(100 * density).toFixed(0)} %: ${ratio.toFixed(2)}`);
    }
    note(`zeros skipped ÷ dense, ${inputs}-${units}-10, batch ${batchSize}, by density: ${cells.join(' · ')}`);
  }
}
