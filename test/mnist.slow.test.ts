// MNIST's 10,000 test images, where the folder ../shared/data/mnist-10k lies beside the repository: 9,000 to train on.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { layers, readIdx, sequential } from '../src/index';

const folder = new URL('../../shared/data/mnist-10k/', import.meta.url);
const missing = !existsSync(fileURLToPath(folder));
if (missing) console.log(`MNIST skipped: there is no ${fileURLToPath(folder)}`);

async function load() {
  const images = await readIdx(new URL('t10k-images-idx3-ubyte.gz', folder));
  const labels = await readIdx(new URL('t10k-labels-idx1-ubyte.gz', folder));
  return (from: number, to: number) => ({
    x: { data: images.data.slice(from * 784, to * 784), shape: [to - from, 28, 28] },
    y: labels.data.slice(from, to),
  });
}

function build(backend: 'wasm' | 'js') {
  const model = sequential({
    seed: 1,
    backend,
    layers: [
      layers.flatten({ inputShape: [28, 28] }),
      layers.rescaling({ scale: 1 / 255 }),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

describe.skipIf(missing)('784-128-10 on MNIST', () => {
  it('five epochs of Adam: at least 93 % of 1,000 images it has not seen', async () => {
    const rows = await load();
    const [train, test] = [rows(0, 9000), rows(9000, 10_000)];
    const model = build('wasm');
    const started = performance.now();
    const { history } = await model.fit(train.x, train.y, { epochs: 5, batchSize: 32 });
    const seconds = (performance.now() - started) / 1000;
    const { accuracy } = model.evaluate(test.x, test.y);
    console.log(`MNIST: ${(100 * accuracy!).toFixed(1)} % after 5 epochs of 9,000 in ${seconds.toFixed(1)} s`);
    expect(accuracy).toBeGreaterThanOrEqual(0.93);
    expect(history.accuracy!.at(-1)).toBeGreaterThan(0.97);
  }, 60_000);

  it('both backends: the same bits after an epoch of 2,000', async () => {
    const rows = await load();
    const { x, y } = rows(0, 2000);
    const [wasm, js] = (['wasm', 'js'] as const).map((backend) => {
      const model = build(backend);
      const { history } = model.fitSync(x, y);
      const bytes = model.getWeights().map(({ data }) => Buffer.from(data.buffer).toString('base64'));
      return { bytes, history, outputs: model.predict(rows(9000, 9100).x).toArray() };
    });
    expect(js!.bytes.map((text, i) => text === wasm!.bytes[i])).toEqual([true, true, true, true]);
    expect(js!.history).toEqual(wasm!.history);
    expect(js!.outputs).toEqual(wasm!.outputs);
  }, 60_000);
});
