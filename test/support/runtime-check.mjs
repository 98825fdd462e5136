// Run by Node, Deno and Bun alike: node runtime-check.mjs URL-of-the-bundle [URL-of-linnet/node]. Prints one line of JSON.
const argument = globalThis.Deno ? globalThis.Deno.args[0] : globalThis.process.argv[2];
const { layers, loadModel, NeuralNetwork, sequential } = await import(argument);
// A second URL is that of linnet/node: the experimental option is tried first.
const second = globalThis.process?.argv[3];
const revectorize = second && (await import(second)).enableRevectorize();

const digests = {};
const threads = {};
const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const hex = (data) => [...new Uint8Array(data.buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const rows = Array.from({ length: 300 }, () => Array.from({ length: 20 }, random));
const labels = rows.map((row) => Math.floor(10 * row[0]));

for (const backend of ['wasm', 'js']) {
  // On three threads where there are any: they come up after the first epoch at the latest.
  const wide = sequential({
    layers: [
      layers.dense({ units: 500, activation: 'tanh', inputDim: 20 }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
    seed: 4,
    backend,
    threads: 3,
  });
  wide.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  for (let epoch = 0; epoch < 3; epoch++) {
    await wide.fit(rows, labels, { batchSize: 150 });
    if (backend === 'wasm') await new Promise((resolve) => setTimeout(resolve, 200));
  }
  digests[`threads ${backend}`] = hex(wide.getWeights()[0].data);
  threads[backend] = wide.threads;
  for (const dtype of ['float32', 'float64']) {
    const nn = new NeuralNetwork(2, 4, 1, { seed: 1, backend, dtype });
    nn.train(X, [[0], [1], [1], [0]], backend === 'wasm' ? 10_000 : 2000);
    nn.train(X, [[0], [1], [1], [0]], { epochs: backend === 'wasm' ? 0 : 8000, onEpoch: () => true });
    digests[`xor ${dtype} ${backend}`] = [nn.W1, nn.b1, nn.W2, nn.b2].map(({ data }) => hex(data)).join(' ');

    const make = () =>
      sequential({
        layers: [
          layers.dense({ units: 33, activation: 'gelu', inputDim: 20, kernelInitializer: 'heNormal' }),
          layers.dropout({ rate: 0.3 }),
          layers.dense({ units: 9, activation: 'tanh', kernelRegularizer: 'l1l2' }),
          layers.dense({ units: 10, activation: 'softmax' }),
        ],
        seed: 2,
        backend,
        dtype,
      });
    const model = make();
    model.compile({ optimizer: 'adamW', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    await model.fit(rows, labels, { epochs: 8, validationSplit: 0.1 });
    const copy = loadModel(JSON.stringify(model), { backend });
    copy.fitSync(rows, labels, { epochs: 2 });
    digests[`classes ${dtype} ${backend}`] = copy.toJSON().checksum;
  }
}

/** Milliseconds that timers of 50 ms take while a model is trained. */
async function timers() {
  const many = { data: Float32Array.from({ length: 20_000 * 64 }, random), shape: [20_000, 64] };
  const targets = Array.from({ length: 20_000 }, () => Math.floor(10 * random()));
  const model = sequential({
    layers: [
      layers.dense({ units: 64, activation: 'relu', inputDim: 64 }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const waited = [];
  const control = new AbortController();
  const watch = async () => {
    while (waited.length < 9) {
      const set = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 50));
      waited.push(Math.round(performance.now() - set));
    }
    control.abort();
  };
  const watching = watch();
  await model.fit(many, targets, { epochs: 1e6, signal: control.signal }).catch(() => {});
  await watching;
  return waited.sort((a, b) => a - b);
}

console.log(JSON.stringify({ digests, threads, revectorize, waited: await timers() }));
