// XOR on both backends: predictions, time, and whether the weights are the same bits.
import { NeuralNetwork } from 'linnet';

const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [[0], [1], [1], [0]];
const weights = ['wasm', 'js'].map((backend) => {
  const nn = new NeuralNetwork(2, 4, 1, { seed: 1, backend });
  const started = performance.now();
  const losses = nn.train(X, y);
  console.log(`${backend}: loss ${losses.at(-1).toFixed(5)} in ${(performance.now() - started).toFixed(1)} ms`);
  console.log(nn.predict(X).toString());
  return [nn.W1, nn.b1, nn.W2, nn.b2];
});
console.log('same bits:', weights[0].every((w, i) => w.equals(weights[1][i])) ? 'yes' : 'NO');
