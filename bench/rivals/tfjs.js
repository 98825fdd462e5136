// TensorFlow.js with its layers API: `node tfjs.js cpu` or `node tfjs.js wasm`. In Node both have one thread.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { crossentropy, epochsFromSecond, meanSquare, readDigits, readSquares, serve } from './harness/serve.js';

const { resolve } = createRequire(import.meta.url);
const [, , backend] = process.argv;
console.log = console.warn = console.error; // from here on: it prints when it is loaded
const { default: tf } = await import('@tensorflow/tfjs');
if (backend === 'wasm') {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(resolve('@tensorflow/tfjs-backend-wasm'))}/`);
}
await tf.setBackend(backend);
await tf.ready();

const classifier = ({ w1, w2 }) => {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 128, activation: 'relu', inputShape: [784] }));
  model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
  tf.tidy(() =>
    model.setWeights([tf.tensor2d(w1, [784, 128]), tf.zeros([128]), tf.tensor2d(w2, [128, 10]), tf.zeros([10])]),
  );
  return model;
};

const predict = (model, x) =>
  tf.tidy(() => model.predict(tf.tensor2d(x, [x.length / 784, 784]), { batchSize: x.length / 784 }).dataSync());

await serve({
  train(params) {
    const { batch: batchSize, rows, shown, epsilon } = params;
    const digits = readDigits(params);
    const x = tf.tensor2d(digits.x, [rows, 784]);
    const y = tf.tidy(() => tf.oneHot(tf.tensor1d([...digits.y], 'int32'), 10).toFloat());
    let model;
    const reset = () => {
      model?.dispose();
      model?.optimizer.dispose();
      model = classifier(digits);
      model.compile({ optimizer: tf.train.adam(0.001, 0.9, 0.999, epsilon), loss: 'categoricalCrossentropy' });
    };
    const fit = (epochs, shuffle, callbacks) => model.fit(x, y, { epochs, batchSize, shuffle, callbacks, verbose: 0 });
    const value = () => crossentropy(predict(model, digits.x.subarray(0, shown * 784)), digits.y);
    return {
      reset,
      run: () => epochsFromSecond(params.epochs, (callbacks) => fit(params.epochs, true, callbacks)),
      value,
      async check() {
        reset();
        await fit(1, false);
        return value();
      },
    };
  },

  predict(params) {
    const { rows, calls } = params;
    const digits = readDigits(params);
    const model = classifier(digits);
    const inputs = Array.from({ length: calls }, (_, i) => digits.x.slice(i * 784, (i + rows) * 784));
    let outputs;
    return {
      run() {
        outputs = inputs.map((x) => predict(model, x));
      },
      value: () =>
        crossentropy(
          outputs.flatMap((data) => [...data]),
          digits.y,
        ),
    };
  },

  matmul(params) {
    const { n } = params;
    const [a, b] = Object.values(readSquares(params)).map((data) => tf.tensor2d(data, [n, n]));
    let c;
    return {
      run() {
        c?.dispose();
        c = tf.matMul(a, b); // both backends compute at once, not when asked for the data
      },
      value: () => meanSquare(c.dataSync()),
    };
  },
});
