// jax-js on its WebAssembly backend; one thread in Node, where it finds no Web Workers.
import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { crossentropy, meanSquare, permutation, readDigits, readSquares, serve } from './harness/serve.js';

await init('wasm');
defaultDevice('wasm');

const [LEARNING_RATE, BETA1, BETA2] = [0.001, 0.9, 0.999];

const firstWeights = ({ w1, w2 }) => ({
  w1: np.array(w1.slice(), { shape: [784, 128] }),
  b1: np.zeros([128]),
  w2: np.array(w2.slice(), { shape: [128, 10] }),
  b2: np.zeros([10]),
});

// Functions own their arguments: `.ref` where one is used again.
const logits = ({ w1, b1, w2, b2 }, x) => np.dot(nn.relu(np.dot(x, w1).add(b1)), w2).add(b2);
const predict = jit((params, x) => nn.softmax(logits(params, x)));
const loss = (params, x, y) => {
  const rows = x.shape[0];
  return nn
    .logSoftmax(logits(params, x))
    .mul(nn.oneHot(y, 10))
    .sum()
    .mul(-1 / rows);
};

// Two functions: in one, jit would compute the gradients anew for each use of them.
const lossAndGradients = jit((params, x, y) => valueAndGrad(loss)(params, x, y));

/** A step of Adam; its `rate` is the learning rate with both corrections of the bias. */
const makeAdam = (epsilon) =>
  jit((params, m, v, rate, gradients) => {
    const next = [{}, {}, {}];
    for (const name of Object.keys(params)) {
      const g = gradients[name];
      const nextM = m[name].mul(BETA1).add(g.ref.mul(1 - BETA1));
      const nextV = v[name].mul(BETA2).add(np.square(g).mul(1 - BETA2));
      const change = nextM.ref.div(np.sqrt(nextV.ref).add(epsilon));
      next[0][name] = params[name].sub(change.mul(rate.ref));
      next[1][name] = nextM;
      next[2][name] = nextV;
    }
    rate.dispose();
    return next;
  });

await serve({
  train(params) {
    const { batch, rows, shown } = params;
    const adam = makeAdam(params.epsilon);
    const digits = readDigits(params);
    const x = np.array(digits.x, { shape: [rows, 784] });
    const y = np.array(Int32Array.from(digits.y), { dtype: np.int32 });
    let state;
    let steps;
    const reset = () => {
      if (state) tree.dispose(state);
      const zeros = () => tree.map((array) => np.zeros(array.shape), state[0]);
      state = [firstWeights(digits)];
      state.push(zeros(), zeros());
      steps = 0;
    };
    const fit = async (epochs, shuffle) => {
      for (let epoch = 0; epoch < epochs; epoch++) {
        const order = shuffle ? permutation(rows) : Uint32Array.from({ length: rows }, (_, i) => i);
        let total = 0;
        for (let i = 0; i < rows; i += batch) {
          const indices = np.array(Int32Array.from(order.subarray(i, i + batch)), { dtype: np.int32 });
          const [bx, by] = [x.ref.slice(indices.ref), y.ref.slice(indices)];
          steps++;
          const rate = (LEARNING_RATE * Math.sqrt(1 - BETA2 ** steps)) / (1 - BETA1 ** steps);
          const [value, gradients] = lossAndGradients(tree.ref(state[0]), bx, by);
          state = adam(...state, np.array([rate]), gradients);
          total += (await value.jsAsync()) * Math.min(batch, rows - i);
        }
        if (!Number.isFinite(total)) throw new Error(`the loss is ${total}`);
      }
    };
    const value = async () => {
      const first = np.array(digits.x.slice(0, shown * 784), { shape: [shown, 784] });
      return crossentropy(await predict(tree.ref(state[0]), first).data(), digits.y);
    };
    return {
      reset,
      run: () => fit(params.epochs, true),
      value,
      async check() {
        reset();
        await fit(1, false);
        return value();
      },
    };
  },

  predict(params) {
    const { rows, calls } = params;
    const digits = readDigits(params);
    const weights = firstWeights(digits);
    const inputs = Array.from({ length: calls }, (_, i) => digits.x.slice(i * 784, (i + rows) * 784));
    const outputs = [];
    return {
      async run() {
        for (let i = 0; i < calls; i++) {
          outputs[i] = await predict(tree.ref(weights), np.array(inputs[i], { shape: [rows, 784] })).data();
        }
      },
      value: () =>
        crossentropy(
          outputs.flatMap((data) => [...data]),
          digits.y,
        ),
    };
  },

  matmul(params) {
    const { n } = params;
    const [a, b] = Object.values(readSquares(params)).map((data) => np.array(data, { shape: [n, n] }));
    let c;
    return {
      async run() {
        c?.dispose();
        c = np.matmul(a.ref, b.ref);
        await c.blockUntilReady();
      },
      value: async () => meanSquare(await c.ref.data()),
    };
  },
});
