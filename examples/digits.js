// Handwritten digits, 8 × 8 pixels each. Run it with: node examples/digits.js
import { layers, optimizers, readCsv, sequential } from 'linnet';
import { drawDigits, duration, green, isMain, red } from './support/terminal.js';

export const attribution = 'Data: Alpaydin and Kaynak, UCI Machine Learning Repository 1998, CC BY 4.0';

/** Each line of the file is 64 pixels 0…16 and a label 0…9. Every fifth row is held out for the test. */
export async function loadDigits() {
  const all = await readCsv(new URL('data/digits.csv', import.meta.url));
  const split = (rows) => ({ x: rows.columns(0, 64), y: rows.columns(64) });
  return { train: split(all.filterRows((i) => i % 5 !== 4)), test: split(all.filterRows((i) => i % 5 === 4)) };
}

/** 64 pixels, 64 hidden units, 10 classes: trains, then predicts the rows it has never seen. */
export async function trainDigits({ train, test }, { backend, verbose }) {
  const model = sequential({
    seed: 1,
    backend,
    layers: [
      layers.rescaling({ scale: 1 / 16, inputShape: [64] }),
      layers.dense({ units: 64, activation: 'relu' }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  model.compile({
    optimizer: optimizers.adam({ learningRate: 0.005 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const { history } = await model.fit(train.x, train.y, { epochs: 15, batchSize: 32, validationSplit: 0.1, verbose });
  const { accuracy } = model.evaluate(test.x, test.y);
  const classes = model.predict(test.x).argMax();
  return { history, accuracy, classes, weights: model.getWeights() };
}

/** Test accuracy, and a few digits with what the model takes them for: five it knows, then its first two mistakes. */
export function showDigits({ test }, { accuracy, classes }, milliseconds) {
  const labels = Array.from(test.y.data);
  const indices = Array.from(labels.keys());
  const right = indices.filter((i) => classes[i] === labels[i]);
  const wrong = indices.filter((i) => classes[i] !== labels[i]);
  const known = [0, 1, 2, 3, 4].map((digit) => right.find((i) => labels[i] === digit));
  const percent = `${(100 * accuracy).toFixed(2)} %`;
  const hits = `${right.length} of ${labels.length} digits it had never seen`;
  console.log(`test accuracy ${percent} (${hits}) in ${duration(milliseconds)}\n`);
  drawDigits(
    [...known, ...wrong.slice(0, 2)].map((i) => ({
      pixels: Array.from(test.x.data.subarray(64 * i, 64 * i + 64)),
      caption: labels[i] === classes[i] ? `${classes[i]} ✓` : `${classes[i]} ✗ is ${labels[i]}`,
      paint: labels[i] === classes[i] ? green : red,
    })),
  );
}

if (isMain(import.meta)) {
  console.log(attribution);
  const data = await loadDigits();
  const started = performance.now();
  const result = await trainDigits(data, { backend: process.argv[2], verbose: 1 }); // 'wasm' or 'js'
  showDigits(data, result, performance.now() - started);
}
