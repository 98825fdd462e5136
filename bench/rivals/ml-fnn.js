// ml-fnn: full batches, but always tanh and a softmax over the classes.
import FeedForwardNeuralNetworks from 'ml-fnn';
import { serve, XOR, xorError } from './harness/serve.js';

await serve({
  xor({ epochs, rate, w1, w2 }) {
    const labels = XOR.y.map(([label]) => label);
    let net;
    return {
      differs: 'has tanh and two softmax outputs with cross-entropy only',
      reset() {
        // A regularization of 0 would mean 0.01.
        const options = { hiddenLayers: [4], iterations: epochs, learningRate: rate, regularization: 1e-300 };
        net = new FeedForwardNeuralNetworks(options);
        net.buildNetwork(2, 2);
        for (let j = 0; j < 4; j++) {
          for (let k = 0; k < 2; k++) net.model[0].W.set(k, j, w1[4 * k + j]);
          for (let k = 0; k < 2; k++) net.model[1].W.set(j, k, k * w2[j]);
        }
      },
      run: () => net.train(XOR.x, labels),
      value: () => xorError(net.propagate(net.model[0].W.constructor.checkMatrix(XOR.x)).getColumn(1)),
    };
  },
});
