// Thousands of models at once, and 100,000 (of the slower kinds 20,000) dropped without a word.
import { describe, expect, it } from 'vitest';
import { layers, NeuralNetwork, optimizers, sequential } from '../src/index';
import { backends } from './support/models';

const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [[0], [1], [1], [0]];
const MIB = 2 ** 20;

describe.each(backends)('on %s', (backend) => {
  it('10,000 networks at once, trained in turns, are each as if alone', () => {
    const make = (seed: number) => new NeuralNetwork(2, 4, 1, { seed, backend });
    const weights = ({ W1, b1, W2, b2 }: NeuralNetwork) => [W1, b1, W2, b2].flatMap(({ data }) => [...data]);
    const all = Array.from({ length: 10_000 }, (_, seed) => make(seed));
    for (let round = 0; round < 3; round++) for (const nn of all) nn.train(X, y, 2);
    for (let seed = 0; seed < all.length; seed++) {
      const alone = make(seed);
      alone.train(X, y, 6);
      expect(weights(all[seed]!)).toEqual(weights(alone));
      alone.dispose();
    }
  });

  it('models larger than the memory keeps, trained in turns, are each as if alone', async () => {
    const make = (seed: number) => {
      const stack = [layers.dense({ units: 512, inputDim: 512 }), layers.dense({ units: 512 })];
      const model = sequential({ layers: stack, seed, backend });
      model.compile({ loss: 'mse', optimizer: optimizers.adam() });
      return model;
    };
    const rows = Array.from({ length: 4 }, (_, i) => new Float32Array(512).map((_, j) => Math.sin(i * 512 + j)));
    const all = Array.from({ length: 12 }, (_, seed) => make(seed)); // 6 MiB each with their state, 72 in all
    for (let round = 0; round < 2; round++) for (const model of all) model.fitSync(rows, rows);
    for (const [seed, model] of all.entries()) {
      if (seed % 4 > 0) continue; // saving takes most of the time
      const alone = make(seed);
      alone.fitSync(rows, rows, { epochs: 2 });
      expect(model.toJSON().checksum).toBe(alone.toJSON().checksum);
    }
  });

  const kinds = {
    'networks of the article': (seed: number) => new NeuralNetwork(2, 4, 1, { seed, backend }).train(X, y, 1),
    'sequential models': (seed: number) => {
      const stack = [layers.dense({ units: 4, activation: 'sigmoid', inputDim: 2 }), layers.dense({ units: 1 })];
      const model = sequential({ layers: stack, seed, backend });
      model.compile({ loss: 'mse', optimizer: 'adam' });
      model.fitSync(X, y);
    },
  };
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

  describe.each(Object.entries(kinds))('ever new %s, trained one step and dropped', (kind, make) => {
    it.each([false, true])('with awaits: %s', async (awaits) => {
      const peaks: number[] = [];
      const part = backend === 'wasm' && kind.startsWith('networks') ? 12_500 : 2_500;
      for (let i = 0; i < 8; i++) {
        let peak = 0;
        for (let k = 0; k < part; k++) {
          make(i * part + k);
          if (awaits && k % 10 === 0) await (k % 100 === 0 ? turn() : undefined);
          if (k % 1000 > 0) continue;
          const { heapUsed, external } = process.memoryUsage(); // WebAssembly memories and ArrayBuffers are external
          peak = Math.max(peak, heapUsed + external);
        }
        peaks.push(peak);
      }
      const level = Math.max(...peaks.slice(0, 4));
      expect(Math.max(...peaks.slice(4)), `MiB: ${peaks.map((n) => Math.round(n / MIB))}`).toBeLessThan(1.5 * level);
      expect(level).toBeLessThan(400 * MIB);
    });
  });
});
