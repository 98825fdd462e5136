// The three trainings that must end in the same weights everywhere. Plain JavaScript without imports: it runs in every
// place as it is.

/** FNV-1a over the bytes of numbers, 64 bits as hexadecimal digits. */
function digestOf(arrays) {
  let hash = 0xcbf29ce484222325n;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    }
  }
  return hash.toString(16).padStart(16, '0');
}

/** XOR in float64, with the article's network. */
function xor({ NeuralNetwork }, options) {
  const network = new NeuralNetwork(2, 4, 1, { seed: 1, ...options });
  const X = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  network.train(X, [[0], [1], [1], [0]], 10_000);
  const rounded = network.predict(X).round().toArray().flat();
  if (rounded.join() !== '0,1,1,0') throw new Error(`XOR is not learnt: ${rounded}`);
  const { W1, b1, W2, b2, backend } = network;
  return { digest: digestOf([W1, b1, W2, b2].map(({ data }) => data)), backend };
}

/** Rows of the handwritten digits, as examples/data/digits.csv has them. */
function parse(csv, count) {
  const rows = csv
    .trim()
    .split('\n', count)
    .map((line) => line.split(',').map(Number));
  if (rows.length < count || rows.some((row) => row.length !== 65)) throw new Error('these are not the digits');
  return { x: rows.map((row) => row.slice(0, 64)), y: rows.map((row) => row[64]) };
}

/** Digits in float32: dropout, Adam, mini-batches. */
async function digits({ layers, sequential }, csv, options) {
  const model = sequential({
    layers: [
      layers.rescaling({ scale: 1 / 16, inputShape: [64] }),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
    seed: 2,
    ...options,
  });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { x, y } = parse(csv, 960);
  await model.fit(x, y, { epochs: 5, batchSize: 96, validationSplit: 0.1 });
  return { digest: digestOf(model.getWeights().map(({ data }) => data)), threads: model.threads };
}

/** A deep network of tanh and gelu in float64. */
async function deep({ layers, optimizers, sequential }, csv, options) {
  const model = sequential({
    layers: [
      layers.dense({ units: 64, activation: 'tanh', inputShape: [64] }),
      layers.dense({ units: 64, activation: 'gelu' }),
      layers.dense({ units: 64, activation: 'tanh' }),
      layers.dense({ units: 64, activation: 'gelu' }),
      layers.dense({ units: 10 }),
    ],
    seed: 3,
    dtype: 'float64',
    ...options,
  });
  const loss = 'sparseCategoricalCrossentropy';
  model.compile({ optimizer: optimizers.sgd({ learningRate: 0.01, momentum: 0.9 }), loss });
  const { x, y } = parse(csv, 320);
  await model.fit(x, y, { epochs: 5, batchSize: 80 });
  return { digest: digestOf(model.getWeights().map(({ data }) => data)) };
}

/** Milliseconds that workers get to come up: until then a model trains on one thread. */
const PATIENCE = 300;

/**
 * Trains all three.
 * @param {object} linnet the module.
 * @param {string} csv the handwritten digits.
 * @param {{ backend?: string, threads?: number }} [options] of models; `threads` for those that take it.
 * @returns {Promise<{ digests: Record<string, string>, backend: string, threads: number, numericsVersion: string,
 *   milliseconds: number }>} what can be sent as JSON; milliseconds are those of XOR, with making its model.
 */
export async function train(linnet, csv, { threads = 1, ...options } = {}) {
  const started = performance.now();
  const first = xor(linnet, options);
  const milliseconds = performance.now() - started;
  const wide = { ...options, threads };
  if (threads > 1) {
    // The first makes the chunk of threads load, the second the workers start.
    for (let i = 0; i < 2; i++) {
      await deep(linnet, csv, wide);
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    }
  }
  const second = await digits(linnet, csv, wide);
  const third = await deep(linnet, csv, wide);
  return {
    digests: { xor: first.digest, digits: second.digest, deep: third.digest },
    backend: first.backend,
    threads: second.threads,
    numericsVersion: linnet.numericsVersion,
    milliseconds: Math.round(milliseconds * 10) / 10,
  };
}
