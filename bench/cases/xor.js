// The article's network, 2-4-1, on XOR: 10,000 epochs as users run them, checks and list of losses included.
import { NeuralNetwork } from 'linnet';
import { measure, result } from '../harness.js';

const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [[0], [1], [1], [0]];

export function xor({ rounds, quick, report }) {
  for (const dtype of ['float64', 'float32']) {
    const variants = ['wasm', 'js'].map((backend) => ({
      name: backend,
      prepare: () => new NeuralNetwork(2, 4, 1, { seed: 1, dtype, backend }),
      run: (network) => network.train(X, y, { epochs: 10_000 }).at(-1),
    }));
    const runs = measure(variants, { rounds: 2 * rounds, milliseconds: quick ? 20 : 100 });
    report(
      result({ group: 'training', name: `XOR 2-4-1, 10,000 epochs, ${dtype}`, unit: 'ms', runs, convert: (t) => t }),
    );
  }
}
