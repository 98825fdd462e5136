// The article's network: NumPy's numbers over 10,000 epochs of XOR, and its methods and fields as the article uses them.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Matrix, NeuralNetwork, type NeuralNetworkOptions, NonFiniteError } from '../src/index';
import { shuffle } from '../src/random';
import { close, readXor } from './golden/golden';
import { matrix, uniforms } from './support/probe';

type Rows = number[][];
const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [[0], [1], [1], [0]];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const weightsOf = (nn: NeuralNetwork) => [nn.W1, nn.b1, nn.W2, nn.b2].map((matrix) => matrix.toArray());
const product = (a: Rows, b: Rows) =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));
const transposed = (a: Rows) => a[0]!.map((_, j) => a.map((row) => row[j]!));
const zip = (a: Rows, b: Rows, f: (x: number, y: number) => number) =>
  a.map((row, i) => row.map((x, j) => f(x, b[i]![j]!)));

/** The article's formulas, in plain JavaScript. */
function formulas([W1, b1, W2, b2]: Rows[], x: Rows, t: Rows, rate: number, output?: Rows) {
  const [inputs, layer1, layer2] = [x, W1!, W2!];
  const z1 = product(inputs, layer1).map((row) => row.map((z, j) => z + b1![0]![j]!));
  const a1 = z1.map((row) => row.map(sigmoid));
  const z2 = product(a1, layer2).map((row) => row.map((z, j) => z + b2![0]![j]!));
  const a2 = z2.map((row) => row.map(sigmoid));
  const slope = (a: number) => a * (1 - a);
  const given = output ?? a2;
  const delta2 = zip(
    zip(t, given, (target, o) => target - o),
    given,
    (e, o) => e * slope(o),
  );
  const delta1 = zip(product(delta2, transposed(layer2)), a1, (e, a) => e * slope(a));
  const moved = (w: Rows, step: Rows) => zip(w, step, (value, s) => value + s * rate);
  const sums = (delta: Rows) => [transposed(delta).map((column) => column.reduce((sum, d) => sum + d, 0))];
  const next = [
    moved(layer1, product(transposed(inputs), delta1)),
    moved(b1!, sums(delta1)),
    moved(layer2, product(transposed(a1), delta2)),
    moved(b2!, sums(delta2)),
  ];
  return { z1, a1, z2, a2, next };
}

describe.each(['wasm', 'js'] as const)('on %s', (backend) => {
  const network = (options: NeuralNetworkOptions = {}) => new NeuralNetwork(2, 4, 1, { seed: 1, backend, ...options });

  it.each(['article', 'std1'] as const)('10,000 epochs as in NumPy, from the weights of xor-%s', (name) => {
    const golden = readXor(name);
    const nn = network();
    Object.assign(nn, golden.initial);
    expect(weightsOf(nn)).toEqual(Object.values(golden.initial));
    const losses = nn.train(golden.X, golden.y, { epochs: 10_000, learningRate: golden.learning_rate });
    expect(losses).toHaveLength(10_000);
    for (const [epoch, loss] of Object.entries(golden.losses_at)) close(losses[Number(epoch)]!, loss, 1e-11);
    for (const [i, weights] of Object.values(golden.final).entries()) close(weightsOf(nn)[i]!, weights, 1e-11);
    close(nn.predict(golden.X).toArray(), golden.output, 1e-11);
  });

  it('stalls as the article does where it begins with small random numbers', () => {
    for (const seed of backend === 'wasm' ? [0, 1, 2, 3, 4, 5, 6, 7] : [0]) {
      const nn = network({ seed, initializer: { randomNormal: { stddev: 0.01 } } });
      const losses = nn.train(X, y);
      expect(Math.max(...losses.slice(1000).map((loss) => Math.abs(loss - 0.25)))).toBeLessThan(1e-4);
      for (const [value] of nn.predict(X)) expect(value).toBeCloseTo(0.5, 2);
    }
  });

  it('forward leaves z1, a1, z2, a2 behind', () => {
    const nn = network();
    expect([nn.z1, nn.a1, nn.z2, nn.a2]).toEqual([undefined, undefined, undefined, undefined]);
    const output = nn.forward(X);
    const expected = formulas(weightsOf(nn), X, y, 0);
    for (const name of ['z1', 'a1', 'z2', 'a2'] as const) {
      expect(nn[name]!.shape).toEqual([4, name.endsWith('1') ? 4 : 1]);
      close(nn[name]!.toArray(), expected[name], 1e-14);
    }
    expect(output).toEqual(nn.a2);
    expect(nn.predict(X)).toEqual(output);

    const before = nn.a1!.toArray();
    nn.train(X, y, 10);
    nn.predict([[1, 1]]);
    expect(nn.a1!.toArray()).toEqual(before); // of the last forward, whatever came since
    expect(nn.forward([1, 0]).shape).toEqual([1, 1]);
    expect(nn.z1!.shape).toEqual([1, 4]);
  });

  it('backward takes the step of the formulas', () => {
    const random = uniforms(3);
    const data = matrix(random, 7, 2, -2, 2);
    const targets = matrix(random, 7, 1, 0, 1);
    const strange = matrix(random, 7, 1, 0, 1);
    for (const given of [undefined, strange]) {
      const nn = network();
      const expected = formulas(weightsOf(nn), data, targets, 0.3, given).next;
      nn.backward(data, targets, given ?? nn.forward(data), 0.3);
      for (const [i, weights] of expected.entries()) close(weightsOf(nn)[i]!, weights, 1e-13);
    }
    const [ten, ruled] = [network(), network()];
    ten.backward(X, y, ten.forward(X));
    ruled.backward(X, y, ruled.forward(X), 0.1);
    expect(weightsOf(ten)).toEqual(weightsOf(ruled)); // 0.1 is the default
  });

  it.each([
    [2, 4, 1],
    [3, 5, 2],
  ])('a loop of forward and backward is train, bit for bit: %d-%d-%d', (inputs, hidden, outputs) => {
    const random = uniforms(5);
    const [data, targets] = outputs === 1 ? [X, y] : [matrix(random, 7, 3, -1, 1), matrix(random, 7, 2, 0, 1)];
    const make = () => new NeuralNetwork(inputs, hidden, outputs, { seed: 1, backend });
    const [byHand, trained] = [make(), make()];
    const losses: number[] = [];
    for (let epoch = 0; epoch < 200; epoch++) {
      const output = byHand.forward(data);
      const squares = (row: number[], i: number) => row.reduce((sum, t, j) => sum + (t - output.get(i, j)) ** 2, 0);
      losses.push(targets.reduce((sum, row, i) => sum + squares(row, i) / outputs, 0) / data.length);
      byHand.backward(data, targets, output, 0.5);
    }
    expect(trained.train(data, targets, { epochs: 200, learningRate: 0.5 })).toEqual(losses);
    expect(weightsOf(trained)).toEqual(weightsOf(byHand));
  });

  it('trains in batches: shuffled anew each epoch, the last one short', () => {
    const [byHand, trained] = [network({ seed: 9 }), network({ seed: 9 })];
    const pick = <T>(rows: T[], order: Uint32Array, from: number) =>
      Array.from(order.slice(from, from + 3), (i) => rows[i]!);
    const losses: number[] = [];
    for (let epoch = 0; epoch < 30; epoch++) {
      const order = shuffle(4, 9, epoch);
      let sum = 0;
      for (const from of [0, 3]) {
        const [rows, targets] = [pick(X, order, from), pick(y, order, from)];
        const output = byHand.forward(rows);
        targets.forEach(([target], i) => {
          sum += (target! - output.get(i, 0)) ** 2;
        });
        byHand.backward(rows, targets, output, 0.2);
      }
      losses.push(sum / 4);
    }
    const options = { learningRate: 0.2, batchSize: 3 };
    const first = trained.train(X, y, { ...options, epochs: 10 });
    const second = trained.train(X, y, { ...options, epochs: 20 });
    expect([...first, ...second]).toEqual(losses);
    expect(weightsOf(trained)).toEqual(weightsOf(byHand));
  });

  it('takes epochs as a number, 10,000 by default, and a learning rate of 0.1', () => {
    const [plain, named, parts, watched, wide] = [network(), network(), network(), network(), network()];
    const losses = plain.train(X, y);
    expect(losses).toHaveLength(10_000);
    expect(named.train(X, y, { epochs: 10_000, learningRate: 0.1, batchSize: 4 })).toEqual(losses);
    expect([...parts.train(X, y, 4000), ...parts.train(X, y, 0), ...parts.train(X, y, 6000)]).toEqual(losses);
    expect(watched.train(X, y, { epochs: 300, onEpoch: () => undefined })).toEqual(losses.slice(0, 300));
    expect(wide.train(X, y, { epochs: 300, batchSize: 1000 })).toEqual(losses.slice(0, 300));
    expect(weightsOf(named)).toEqual(weightsOf(plain));
    expect(weightsOf(parts)).toEqual(weightsOf(plain));
    expect(weightsOf(watched)).toEqual(weightsOf(wide));
    expect(plain.predict(X).round().toArray()).toEqual(y);

    const idle = network();
    const before = weightsOf(idle);
    expect(idle.train(X, y, { epochs: 0 })).toEqual([]);
    expect(new Set(idle.train(X, y, { epochs: 5, learningRate: 0 })).size).toBe(1);
    expect(weightsOf(idle)).toEqual(before);
  });

  it('calls onEpoch with epoch and loss, and stops where it returns false', () => {
    const seen: [number, number][] = [];
    const nn = network();
    const losses = nn.train(X, y, {
      epochs: 50,
      onEpoch: (epoch, loss) => {
        seen.push([epoch, loss]);
        expect(nn.predict(X).rows).toBe(4); // a look at the network in between changes nothing
        return epoch < 6;
      },
    });
    const other = network();
    expect(other.train(X, y, 7)).toEqual(losses);
    expect(weightsOf(nn)).toEqual(weightsOf(other));
    expect(seen).toEqual(losses.map((loss, epoch) => [epoch, loss]));
    expect(() =>
      nn.train(X, y, {
        onEpoch: () => {
          throw new Error('enough');
        },
      }),
    ).toThrow('enough');
    other.train(X, y, 1);
    expect(nn.train(X, y, 3)).toEqual(other.train(X, y, 3));
  });

  it('copies what is assigned and what is read', () => {
    const nn = network();
    const W1 = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ];
    nn.W1 = W1;
    W1[0]![0] = 99;
    const read = nn.W1;
    expect(read.toArray()[0]).toEqual([1, 2, 3, 4]);
    read.data[0] = 77;
    expect(nn.W1.get(0, 0)).toBe(1);
    nn.b1 = [0.5, 1, 1.5, 2];
    nn.W2 = Matrix.from([[1], [2], [3], [4]]);
    nn.b2 = { data: Float32Array.of(0.25), shape: [1, 1] };
    expect(weightsOf(nn).slice(1)).toEqual([[[0.5, 1, 1.5, 2]], [[1], [2], [3], [4]], [[0.25]]]);

    const data = Float64Array.of(0, 0, 0, 1);
    const output = nn.forward({ data, shape: [2, 2] });
    expect([...data]).toEqual([0, 0, 0, 1]);
    output.data[0] = 5;
    expect(nn.predict([[0, 0]]).get(0, 0)).toBeLessThan(1);
    nn.z1!.data.fill(0);
    expect(nn.predict([[0, 0]]).get(0, 0)).toBe(nn.forward([[0, 0]]).get(0, 0));
  });

  it('sigmoid of a number and of a matrix', () => {
    const nn = network();
    for (const x of [-700, -30, -1.5, -1e-9, 0, 0.3, 2, 40]) close(nn.sigmoid(x), sigmoid(x), 1e-15);
    expect([nn.sigmoid(-1e4), nn.sigmoid(1e4), nn.sigmoid(Infinity)]).toEqual([0, 1, 1]);
    expect(nn.sigmoid(Number.NaN)).toBeNaN();
    expect(nn.sigmoid([[0, 1e4]]).toArray()).toEqual([[0.5, 1]]);
    const single = new NeuralNetwork(2, 4, 1, { backend, dtype: 'float32' });
    expect(single.sigmoid(1)).toBe(Math.fround(sigmoid(1)));
  });

  it.each<[string, (nn: NeuralNetwork) => unknown, RegExp]>([
    ['rows of three values', (nn) => nn.train([[0, 0, 1]], [[1]]), /X: expected rows of 2 values, got \[1, 3\]/],
    ['ragged rows', (nn) => nn.forward([[0, 0], [1]]), /X row 1: expected 2 values as in row 0, got 1/],
    ['NaN', (nn) => nn.train([[0, Number.NaN]], [[1]]), /X\[0\]\[1\] is NaN/],
    ['an infinite target', (nn) => nn.train([[0, 0]], [[Infinity]]), /y\[0\]\[0\] is Infinity/],
    ['too few targets', (nn) => nn.train(X, [[0]]), /y: expected 4 rows as X has, got 1/],
    [
      'too many outputs',
      (nn) => nn.backward(X, y, [[0], [1], [0], [1], [0]]),
      /output: expected 4 rows as X has, got 5/,
    ],
    ['a negative rate', (nn) => nn.backward(X, y, y, -0.1), /backward: learningRate must be/],
    ['a rate that is NaN', (nn) => nn.train(X, y, { learningRate: Number.NaN }), /train: learningRate must be/],
    ['half an epoch', (nn) => nn.train(X, y, 1.5), /train: epochs must be/],
    ['negative epochs', (nn) => nn.train(X, y, { epochs: -1 }), /train: epochs must be/],
    ['batches of nothing', (nn) => nn.train(X, y, { batchSize: 0 }), /train: batchSize must be/],
    ['a misspelt option', (nn) => nn.train(X, y, { epoch: 5 } as object), /unknown option "epoch".*"epochs"/],
    [
      'onEpoch that is no function',
      (nn) => nn.train(X, y, { onEpoch: 5 as never }),
      /onEpoch must be a function, got 5/,
    ],
    [
      'weights of another shape',
      (nn) => Object.assign(nn, { W1: [[1, 2, 3, 4]] }),
      /W1: expected shape \[2, 4\], got \[1, 4\]/,
    ],
    ['weights of another width', (nn) => Object.assign(nn, { W2: [[1, 2, 3, 4]] }), /W2: expected rows of 1 value/],
    ['biases that are NaN', (nn) => Object.assign(nn, { b1: [1, 2, Number.NaN, 4] }), /b1\[2\] is NaN/],
  ])('%s: an error, and the weights stay', (_, call, message) => {
    const nn = network();
    const before = weightsOf(nn);
    expect(() => call(nn)).toThrow(message);
    expect(weightsOf(nn)).toEqual(before);
    expect(nn.train(X, y, 5)).toEqual(network().train(X, y, 5));
  });

  it('NonFiniteError leaves the weights as the step found them', () => {
    const options = { hiddenActivation: 'relu', outputActivation: 'linear' } as const;
    const [nn, other] = [network(options), network(options)];
    const data = X.map((row) => row.map((x) => 100 * x + 1));
    let error: unknown;
    try {
      nn.train(data, y, { epochs: 500, learningRate: 1 });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(NonFiniteError);
    const { epoch, batch, history, layer } = error as NonFiniteError;
    expect(batch).toBe(0);
    expect(['hidden', 'output', 'loss']).toContain(layer);
    expect(history.loss).toHaveLength(epoch);
    expect(other.train(data, y, { epochs: epoch, learningRate: 1 })).toEqual(history.loss);
    expect(weightsOf(nn)).toEqual(weightsOf(other));
    expect(weightsOf(nn).flat(2).every(Number.isFinite)).toBe(true);

    const start = network(options);
    for (const [i, name] of (['W1', 'b1', 'W2', 'b2'] as const).entries()) nn[name] = weightsOf(start)[i]!;
    expect(nn.train(X, y, 20)).toEqual(start.train(X, y, 20));
  });

  it('is of no use after dispose', () => {
    const nn = network();
    nn.dispose();
    nn.dispose();
    expect(() => nn.predict(X)).toThrow(/dispose/);
    expect(() => nn.W1).toThrow(/dispose/);
  });
});

it('shows how it is made where the sizes or options are wrong', () => {
  expect(() => new NeuralNetwork({ hiddenLayers: [3] } as never, 4, 1)).toThrow(/new NeuralNetwork\(2, 4, 1\)/);
  expect(() => new NeuralNetwork(2, 0, 1)).toThrow(/hiddenSize/);
  expect(() => new NeuralNetwork(2, 4, 1.5)).toThrow(/outputSize/);
  expect(() => new NeuralNetwork(2, 4, 1, { sed: 1 } as object)).toThrow(/"seed"/);
});

describe('printing and saving', () => {
  it('prints itself in one line and saves its weights as JSON', () => {
    const nn = new NeuralNetwork(2, 4, 1, { seed: 5, backend: 'js' });
    expect(inspect(nn)).toBe('NeuralNetwork 2-4-1 float64, seed 5, js');
    const saved = JSON.parse(JSON.stringify(nn));
    expect(saved).toMatchObject({ inputSize: 2, hiddenSize: 4, outputSize: 1, seed: 5, dtype: 'float64' });
    const copy = new NeuralNetwork(2, 4, 1);
    Object.assign(copy, { W1: saved.W1, b1: saved.b1, W2: saved.W2, b2: saved.b2 });
    expect(copy.predict(X).equals(nn.predict(X))).toBe(true);
  });
});
