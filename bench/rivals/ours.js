// linnet itself, as one of harness/variants.js: `node ours.js "wasm f32"`.
import { readFileSync } from 'node:fs';
import { loadInternals } from '../internals.js';
import {
  crossentropy,
  epochsFromSecond,
  meanSquare,
  readDigits,
  readSquares,
  serve,
  XOR,
  xorError,
} from './harness/serve.js';
import { variants } from './harness/variants.js';

// By path: rivals/ is a package of its own, so the name would not be found.
const { layers, NeuralNetwork, numericsVersion, optimizers, sequential } = await import('../../dist/index.js');

const { dtype, options, threads } = variants.find(({ name }) => name === process.argv[2]);

const classifier = (weights) => {
  const model = sequential({
    seed: 1,
    dtype,
    threads,
    ...options,
    layers: [
      layers.dense({ units: 128, activation: 'relu', inputShape: [784] }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  if (weights) model.setWeights(shaped(model, weights));
  return model;
};

/** First weights, with biases of 0. */
const shaped = (model, { w1, w2 }) =>
  model.getWeights().map(({ data, rows, cols }, i) => {
    const given = { 0: w1, 2: w2 }[i];
    return { data: given ? data.map((_, j) => given[j]) : data.fill(0), shape: rows === 1 ? [cols] : [rows, cols] };
  });

const part = (x, rows) => ({ data: x.subarray(0, rows * 784), shape: [rows, 784] });

const makers = {
  xor({ epochs, rate, w1, w2 }) {
    let network;
    return {
      reset() {
        network = new NeuralNetwork(2, 4, 1, { seed: 1, dtype, backend: options.backend });
        network.W1 = [w1.slice(0, 4), w1.slice(4)];
        network.W2 = w2.map((w) => [w]);
      },
      run: () => network.train(XOR.x, XOR.y, { epochs, learningRate: rate }),
      value: () => xorError([...network.predict(XOR.x).data]),
    };
  },

  train(params) {
    const { batch: batchSize, rows, shown, epsilon } = params;
    const digits = readDigits(params);
    let model;
    const reset = () => {
      model?.dispose();
      model = classifier(digits);
      model.compile({ optimizer: optimizers.adam({ epsilon }), loss: 'sparseCategoricalCrossentropy' });
    };
    const fit = (epochs, shuffle, callbacks = []) =>
      model.fit(part(digits.x, rows), digits.y, { epochs, batchSize, shuffle, callbacks });
    const value = () => crossentropy(model.predict(part(digits.x, shown), { batchSize: shown }).data, digits.y);
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
    const outputs = [];
    return {
      run() {
        for (let i = 0; i < calls; i++) {
          outputs[i] = model.predict({ data: inputs[i], shape: [rows, 784] }, { batchSize: rows }).data;
        }
      },
      value: () =>
        crossentropy(
          outputs.flatMap((data) => [...data]),
          digits.y,
        ),
    };
  },

  /** The product alone, without the checks and copies of the public API, as in cases/matmul.js. */
  async matmul(params) {
    const { n } = params;
    const internals = await loadInternals();
    const { product } = await import('../cases/matmul.js');
    const backend = options.backend === 'js' ? internals.createJsBackend() : internals.createWasmBackend();
    const { run, tensors } = product(internals, backend, { dtype, form: 'forward', rows: n, inner: n, cols: n });
    const { a, b } = readSquares(params);
    tensors.x.set(a);
    const width = internals.panelWidth(dtype);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const panel = j - (j % width);
        tensors.w[panel * n + i * Math.min(width, n - panel) + j - panel] = b[i * n + j];
      }
    }
    return { run, value: () => meanSquare(tensors.out) };
  },
};

const given = classifier();
const problem = given.threads === threads ? undefined : `a model gets ${given.threads} of ${threads} threads`;
given.dispose();
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
await serve(makers, { unsupported: problem, version, numericsVersion });
