// How often XOR is learnt: 2,000 consecutive seeds with default settings.
import { expect, it } from 'vitest';
import { NeuralNetwork } from '../src/index';

const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [[0], [1], [1], [0]];

it('at least 99 % of the seeds 0 … 1999 solve XOR in 10,000 epochs', () => {
  const seeds = 2000;
  const unsolved: number[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const nn = new NeuralNetwork(2, 4, 1, { seed });
    nn.train(X, y);
    if (!nn.predict(X).round().equals(y)) unsolved.push(seed);
    nn.dispose();
  }
  const rate = (100 * (seeds - unsolved.length)) / seeds;
  console.log(`XOR: ${rate.toFixed(2)} % of ${seeds} seeds solved; unsolved: ${unsolved.join(', ')}`);
  expect(rate).toBeGreaterThanOrEqual(99);
}, 120_000);
