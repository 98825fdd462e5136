// MNIST, 784-128-10: training with Adam at three batch sizes, and prediction.
import { layers, sequential } from 'linnet';
import { loadMnist } from '../data.js';
import { measure, measureEpochs, result } from '../harness.js';

function build(backend, skipZeros) {
  return sequential({
    seed: 1,
    backend,
    skipZeros,
    layers: [
      layers.dense({ units: 128, activation: 'relu', inputShape: [784] }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
}

const part = ({ x, y }, rows) => ({
  x: { data: x.data.subarray(0, rows * 784), shape: [rows, 784] },
  y: y.subarray(0, rows),
});

/** Thousand samples a second: shuffling, staging, metrics and guard included. */
export async function mnist({ rounds, quick, mnistFolder, report, note }) {
  const all = await loadMnist(mnistFolder);
  const rows = quick ? Math.min(2_000, all.rows) : all.rows;
  note(`fit: ${rows.toLocaleString('en')} rows of ${all.source}`);
  const { x, y } = part(all, rows);
  const cases = [32, 128, 512].flatMap((batchSize) => [false, true].map((skipZeros) => ({ batchSize, skipZeros })));
  for (const { batchSize, skipZeros } of cases) {
    const variants = ['wasm', 'js'].map((backend) => ({
      name: backend,
      fit(callbacks) {
        const model = build(backend, skipZeros);
        model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
        return model.fit(x, y, { epochs: 1 + rounds, batchSize, callbacks });
      },
    }));
    const runs = await measureEpochs(variants);
    const name = `fit 784-128-10, Adam, batch ${batchSize}, ${skipZeros ? 'zeros skipped' : 'dense'}`;
    report(result({ group: 'training', name, unit: 'k samples/s', runs, convert: (t) => rows / t }));
  }
}

/** `predict` as users call it: checks, copies and the result's Matrix included. */
export async function inference({ rounds, quick, mnistFolder, report, note }) {
  const all = await loadMnist(mnistFolder);
  note(`predict: rows of ${all.source}`);
  const milliseconds = quick ? 20 : 60;
  for (const skipZeros of [false, true]) {
    const how = skipZeros ? 'zeros skipped' : 'dense';
    const models = ['wasm', 'js'].map((backend) => ({ name: backend, model: build(backend, skipZeros) }));

    const singles = Array.from({ length: 100 }, (_, i) => all.x.data.slice(i * 784, (i + 1) * 784));
    const one = models.map(({ name, model }) => ({
      name,
      run() {
        let sum = 0;
        for (const row of singles) sum += model.predict(row).data[0];
        return sum;
      },
    }));
    const convert = (t) => (t / singles.length) * 1000;
    const runs = measure(one, { rounds: 2 * rounds, milliseconds });
    report(result({ group: 'prediction', name: `predict 784-128-10, 1 row, ${how}`, unit: 'µs', runs, convert }));

    const { x } = part(all, 1024);
    const many = models.map(({ name, model }) => ({
      name,
      run: () => model.predict(x, { batchSize: 1024 }).data.reduce((sum, value, i) => sum + value * (i % 7), 0),
    }));
    report(
      result({
        group: 'prediction',
        name: `predict 784-128-10, 1,024 rows, ${how}`,
        unit: 'k rows/s',
        runs: measure(many, { rounds, milliseconds }),
        convert: (t) => 1024 / t,
      }),
    );
  }
}
