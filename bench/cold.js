// npm run bench:cold: from `import` to a trained XOR in a process that has done nothing else. Libraries take turns.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Table from 'cli-table3';
import { statistics } from './harness.js';
import { number } from './report.js';

const ROUNDS = 11;
const dist = (name) => pathToFileURL(fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url))).href;
const rivals = fileURLToPath(new URL('rivals', import.meta.url));
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
  const { NeuralNetwork } = (await import('brain.js/dist/browser.js')).default;
  const network = new NeuralNetwork({ hiddenLayers: [4] });
  network.train(${X}.map((input) => ({ input, output: [input[0] ^ input[1]] })));
  const out = ${X}.map((input) => network.run(input)[0]);`,
  'TensorFlow.js (cpu)': `
  console.warn = console.log = () => {};
  const { default: tf } = await import('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 8, activation: 'tanh', inputShape: [2], kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) }));
  model.add(tf.layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }));
  model.compile({ optimizer: tf.train.adam(0.1), loss: 'binaryCrossentropy' });
  await model.fit(tf.tensor2d(${X}), tf.tensor2d([[0], [1], [1], [0]]), { epochs: 100, verbose: 0 });
  const out = [...model.predict(tf.tensor2d(${X})).dataSync()];`,
};

/** Milliseconds from before the import to after the training. */
function measure(program) {
  const code = `const started = performance.now(); ${program}
    const milliseconds = performance.now() - started;
    if (out.map(Math.round).join() !== '0,1,1,0') throw new Error('XOR is not learnt: ' + out);
    process.stdout.write(String(milliseconds));`;
  const args = ['--input-type=module', '--eval', code];
  return Number(
    execFileSync(process.execPath, args, { cwd: existsSync(rivals) ? rivals : undefined, encoding: 'utf8' }),
  );
}

const installed = existsSync(`${rivals}/node_modules`);
const chosen = Object.entries(programs).filter(([name]) => installed || name.startsWith('linnet'));
const samples = Object.fromEntries(chosen.map(([name]) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, program] of chosen) samples[name].push(measure(program));
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
