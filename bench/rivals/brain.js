// brain.js 2: gradient descent after every row; it has no full batch.
import { createRequire } from 'node:module';
import { serve, XOR, xorError } from './harness/serve.js';

// The browser bundle: the one for Node wants gpu.js, which it does not use for this class.
const brain = createRequire(import.meta.url)('brain.js/dist/browser.js');

await serve({
  xor({ epochs, rate, w1, w2 }) {
    const rows = XOR.x.map((input, i) => ({ input, output: XOR.y[i] }));
    let net;
    return {
      differs: 'updates after every row, has no full batch',
      reset() {
        net = new brain.NeuralNetwork({ inputSize: 2, hiddenLayers: [4], outputSize: 1, activation: 'sigmoid' });
        net.initialize();
        net.weights[1].forEach((weights, j) => {
          weights.set([w1[j], w1[4 + j]]);
        });
        net.weights[2][0].set(w2);
        net.biases[1].fill(0);
        net.biases[2].fill(0);
      },
      // Neither momentum nor a threshold may be 0: these are small enough not to matter.
      run: () => net.train(rows, { iterations: epochs, learningRate: rate, momentum: 1e-300, errorThresh: 1e-300 }),
      value: () => xorError(XOR.x.map((row) => net.run(row)[0])),
    };
  },
});
