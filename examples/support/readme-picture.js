// Draws the README's picture of loss curves: node examples/support/readme-picture.js
import { mkdirSync, writeFileSync } from 'node:fs';
import { NeuralNetwork } from 'linnet';
import { loadDigits, trainDigits } from '../digits.js';
import { trainXor, X, y } from '../xor.js';
import { svgChart } from './chart.js';

const xor = trainXor().losses;
// Weights this small make all hidden units alike: the output is 0.5 for every input, and stays so.
const small = new NeuralNetwork(2, 4, 1, { seed: 1, initializer: { randomNormal: { stddev: 0.01 } } }).train(X, y);
const { history } = await trainDigits(await loadDigits(), { verbose: 0 });

const picture = svgChart([
  {
    title: 'XOR, 2-4-1, seed 1',
    yMax: 0.4,
    lines: [
      { name: 'glorotUniform (default)', values: xor },
      { name: 'randomNormal, 0.01', values: small },
    ],
  },
  {
    title: 'Handwritten digits, 64-64-10, Adam',
    yMax: 1.6,
    lines: [
      { name: 'training', values: history.loss },
      { name: 'validation', values: history.val_loss },
    ],
  },
]);
mkdirSync(new URL('../../docs/', import.meta.url), { recursive: true });
writeFileSync(new URL('../../docs/loss.svg', import.meta.url), picture);
console.log('docs/loss.svg');
