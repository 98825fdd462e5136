// ConvNetJS, a row at a time; an update after four rows is the full batch.
import convnetjs from 'convnetjs';
import { serve, XOR, xorError } from './harness/serve.js';

await serve({
  xor({ epochs, rate, w1, w2 }) {
    const rows = XOR.x.map((row) => new convnetjs.Vol(row));
    let net;
    let trainer;
    return {
      reset() {
        net = new convnetjs.Net();
        net.makeLayers([
          { type: 'input', out_sx: 1, out_sy: 1, out_depth: 2 },
          { type: 'fc', num_neurons: 4, activation: 'sigmoid' },
          { type: 'fc', num_neurons: 1, activation: 'sigmoid' },
          { type: 'regression', num_neurons: 1 },
        ]);
        // `regression` brings a linear layer of its own, which the others do not have.
        net.layers.splice(-2, 1);
        const [hidden, output] = net.layers.filter(({ layer_type }) => layer_type === 'fc');
        hidden.filters.forEach(({ w }, j) => {
          w.set([w1[j], w1[4 + j]]);
        });
        output.filters[0].w.set(w2);
        // It divides gradients by the batch's size.
        const options = { method: 'sgd', learning_rate: 4 * rate, momentum: 0, batch_size: 4 };
        trainer = new convnetjs.Trainer(net, options);
      },
      run() {
        for (let epoch = 0; epoch < epochs; epoch++) for (let i = 0; i < 4; i++) trainer.train(rows[i], XOR.y[i]);
      },
      value: () => xorError(rows.map((row) => net.forward(row).w[0])),
    };
  },
});
