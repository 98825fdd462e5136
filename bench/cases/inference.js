// `predict` of MNIST's 784-128-10 as users call it: checks, copies and the result's Matrix included.
import { loadMnist } from '../data.js';
import { measure, result } from '../harness.js';
import { build, part } from '../models.js';
import { variantsFor } from '../variants.js';

const WIDTHS = '784-128-10';
/** Calls of one row: different ones, as the time that zeros take depends on where they are. */
const SINGLES = 100;

export async function inference({ sampling, mnistFolder, report, note }) {
  const data = await loadMnist(mnistFolder);
  note(`predict: rows of ${data.source}`);
  const models = variantsFor('dense', 'skip').map(({ name, options }) => ({ name, model: build(WIDTHS, options) }));
  for (const rows of [1, 32, 1024]) {
    const calls = rows === 1 ? SINGLES : 1;
    const inputs = Array.from({ length: calls }, (_, i) => ({
      data: data.x.data.slice(i * 784, (i + rows) * 784),
      shape: [rows, 784],
    }));
    const variants = models.map(({ name, model }) => ({
      name,
      run() {
        let sum = 0;
        for (const x of inputs) sum += model.predict(x, { batchSize: rows }).data[0];
        return sum;
      },
      digest: () => model.predict(part(data, rows).x).data.reduce((sum, value, i) => sum + value * (i % 7), 0),
    }));
    const runs = measure(variants, sampling);
    const name = `predict ${WIDTHS}, ${rows.toLocaleString('en')} row${rows > 1 ? 's' : ''}`;
    const how =
      rows === 1 ? { unit: 'µs', convert: (t) => (t / calls) * 1000 } : { unit: 'k rows/s', convert: (t) => rows / t };
    report(result({ group: 'prediction', name, runs, ...how }));
  }
}
