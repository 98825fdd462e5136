// npm run bench:cold: from `import` to a trained XOR in a process that has done nothing else. Libraries take turns.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Table from 'cli-table3';
import { statistics } from './harness.js';
import { number } from './report.js';

const ROUNDS = 11;
const fileOf = (path) => fileURLToPath(new URL(path, import.meta.url));
const dist = (name) => pathToFileURL(fileOf(`../dist/${name}.js`)).href;
const installed = existsSync(fileOf('rivals/node_modules'));
const { resolve } = createRequire(fileOf('rivals/index.js'));
const rival = (name) => (installed ? pathToFileURL(resolve(name)).href : '');
const X = '[[0, 0], [0, 1], [1, 0], [1, 1]]';

const network = (from) => `
  const { NeuralNetwork } = await import('${from}');
  const network = new NeuralNetwork(2, 4, 1, { seed: 1 });
  network.train(${X}, [[0], [1], [1], [0]], 10_000);
  const out = network.predict(${X}).toArray().flat();`;
/** Each is trained in its own usual way, until it knows XOR. */
const programs = {
  linnet: network(dist('index')),
  'linnet/js': network(dist('js')),
  'brain.js': `
  const { NeuralNetwork } = (await import('${rival('brain.js/dist/browser.js')}')).default;
  const network = new NeuralNetwork({ hiddenLayers: [4] });
  network.train(${X}.map((input) => ({ input, output: [input[0] ^ input[1]] })));
  const out = ${X}.map((input) => network.run(input)[0]);`,
  'TensorFlow.js (cpu)': `
  console.warn = console.log = () => {};
  const { default: tf } = await import('${rival('@tensorflow/tfjs')}');
  await tf.setBackend('cpu');
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 8, activation: 'tanh', inputShape: [2], kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) }));
  model.add(tf.layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }));
  model.compile({ optimizer: tf.train.adam(0.1), loss: 'binaryCrossentropy' });
  await model.fit(tf.tensor2d(${X}), tf.tensor2d([[0], [1], [1], [0]]), { epochs: 100, verbose: 0 });
  const out = [...model.predict(tf.tensor2d(${X})).dataSync()];`,
};

const folder = fileOf('../build/cold');
mkdirSync(folder, { recursive: true });

/** Milliseconds from before the import to after the training, of a program in a file as users have them. */
function measure(name, program) {
  const file = `${folder}/${name.replaceAll(/\W+/g, '-')}.mjs`;
  writeFileSync(
    file,
    `const started = performance.now(); ${program}
    const milliseconds = performance.now() - started;
    if (out.map(Math.round).join() !== '0,1,1,0') throw new Error('XOR is not learnt: ' + out);
    process.stdout.write(String(milliseconds));`,
  );
  return Number(execFileSync(process.execPath, [file], { encoding: 'utf8' }));
}

const chosen = Object.entries(programs).filter(([name]) => installed || name.startsWith('linnet'));
const samples = Object.fromEntries(chosen.map(([name]) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, program] of chosen) samples[name].push(measure(name, program));
}
const table = new Table({
  head: ['Node, cold', 'ms [quartiles]'],
  style: { head: [], border: [] },
  colAligns: ['left', 'right'],
});
for (const [name, values] of Object.entries(samples)) {
  const { median, lower, upper } = statistics(values);
  table.push([name, `${number(median)} [${number(lower)}–${number(upper)}]`]);
}
console.log(`Node ${process.versions.node}: from import to a trained XOR, median of ${ROUNDS} processes in turn`);
console.log(table.toString());
if (!installed) console.log('Others are measured, too, after npm run bench:rivals -- --install.');
