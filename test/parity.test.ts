import { expect, test } from 'vitest';
import { NeuralNetwork } from '../src/index';

const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [[0], [1], [1], [0]];

test.each(['float32', 'float64'] as const)('XOR in %s: both backends reach the same bits', (dtype) => {
  const [wasm, js] = (['wasm', 'js'] as const).map((backend) => {
    const nn = new NeuralNetwork(2, 4, 1, { seed: 1, dtype, backend });
    const losses = nn.train(X, y, 3000);
    return { losses, weights: [nn.W1, nn.b1, nn.W2, nn.b2].map((w) => [...w.data]) };
  });
  expect(wasm).toEqual(js);
  expect(wasm!.losses.at(-1)).toBeLessThan(wasm!.losses[0]!);
});
