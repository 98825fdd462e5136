// XOR: the smallest problem that needs a hidden layer. Run it with: node examples/xor.js
import { NeuralNetwork } from 'linnet';
import { terminalChart } from './support/chart.js';
import { dim, duration, green, isMain, red, table } from './support/terminal.js';

export const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
export const y = [[0], [1], [1], [0]];

/** 2 inputs, 4 hidden units, 1 output: learns all four rows, 10,000 times over. */
export function trainXor(backend) {
  const nn = new NeuralNetwork(2, 4, 1, { seed: 1, backend });
  const losses = nn.train(X, y, { epochs: 10_000, learningRate: 0.1 });
  const output = nn.predict(X);
  return { losses, output, weights: [nn.W1, nn.b1, nn.W2, nn.b2] };
}

/** Predictions beside labels. */
export function showXor({ losses, output }, milliseconds) {
  const rows = X.map((inputs, i) => {
    const rounded = output.round().get(i, 0);
    const [label] = y[i];
    const verdict = rounded === label ? green('✓') : red('✗');
    return [inputs.join(' xor '), label, output.get(i, 0).toFixed(4), `${rounded} ${verdict}`];
  });
  console.log(table(['input', 'label', 'output', 'rounded'], rows));
  const epochs = losses.length.toLocaleString('en-US');
  console.log(`loss ${losses.at(-1).toFixed(6)} after ${epochs} epochs in ${duration(milliseconds)}`);
}

export function showLosses(losses) {
  console.log(`\n${dim('loss')}\n${terminalChart(losses, { max: 0.4 })}`);
}

if (isMain(import.meta)) {
  const started = performance.now();
  const result = trainXor(process.argv[2]); // 'wasm' or 'js'; left out, the faster one
  showXor(result, performance.now() - started);
  showLosses(result.losses);
}
