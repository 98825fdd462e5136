// synaptic: gradient descent after every row, with the gradient of cross-entropy at the output.
import synaptic from 'synaptic';
import { serve, XOR, xorError } from './harness/serve.js';

const { Architect, Trainer } = synaptic;

await serve({
  xor({ epochs, rate, w1, w2 }) {
    const rows = XOR.x.map((input, i) => ({ input, output: XOR.y[i] }));
    let net;
    return {
      differs: 'updates after every row, with the gradient of cross-entropy',
      reset() {
        net = new Architect.Perceptron(2, 4, 1);
        const { input, hidden, output } = net.layers;
        const connect = (from, to, weight) => {
          for (const connection of Object.values(from.connections.projected)) {
            if (connection.to === to) connection.weight = weight;
          }
          to.bias = 0;
        };
        hidden[0].list.forEach((unit, j) => {
          input.list.forEach((from, k) => {
            connect(from, unit, w1[4 * k + j]);
          });
          connect(unit, output.list[0], w2[j]);
        });
      },
      // An error of 0 would mean 0.005.
      run: () => new Trainer(net).train(rows, { rate, iterations: epochs, error: 1e-300 }),
      value: () => xorError(XOR.x.map((row) => net.activate(row)[0])),
    };
  },
});
