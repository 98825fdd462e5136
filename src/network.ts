import type { BackendName } from './backend/backend';
import type { BackendChoice } from './backend/select';
import { buildArchitecture } from './compile';
import { checkSameRows, type MatrixLike, type Rows, toRows, type VectorLike } from './data/inputs';
import { Engine, type Work } from './engine';
import { describe, fail, inRange, integer, positiveInteger } from './errors';
import { createPace, failNonFinite, passSlices } from './fit';
import type { NetworkJson } from './formats/model';
import { float32, float64 } from './generated/kernels';
import { type InitializerInput, parseInitializer } from './initializers';
import { Printable } from './inspect';
import { type ActivationName, activationNames } from './layers/activations';
import { dense } from './layers/dense';
import { losses } from './losses';
import { type DType, Matrix } from './matrix';
import { optimizers } from './optimizers';
import { choice, is, modelChecks, option, optional, parseOptions } from './options';
import type { Floats } from './plan/layout';
import { printPlan } from './plan/print';
import { shuffle } from './random';
import { getWeight, prepareWeight } from './weights';

/** Options of `new NeuralNetwork`. */
export interface NeuralNetworkOptions<D extends DType = 'float64'> {
  /** An integer 0 … 2⁵³ − 1. Left out, one is drawn; read it from `network.seed`. */
  seed?: number;
  /** Type of all numbers, default `'float64'`, as in NumPy. */
  dtype?: D;
  /** Default `'auto'`: WebAssembly where it can be had, else TypeScript. The results are the same. */
  backend?: BackendChoice;
  /** Of both weight matrices; default `'glorotUniform'`. Biases begin at 0. */
  initializer?: InitializerInput;
  /** Of the hidden layer, default `'sigmoid'`. */
  hiddenActivation?: ActivationName;
  /** Of the output layer, default `'sigmoid'`. */
  outputActivation?: ActivationName;
}

/** Options of `NeuralNetwork.train`. */
export interface TrainOptions {
  /** Passes over the data, default 10,000. */
  epochs?: number;
  /** Factor of every update, default 0.1. */
  learningRate?: number;
  /** Rows per update, shuffled anew each epoch; default: all rows, in their order. */
  batchSize?: number;
  /** Called after each epoch with its number (from 0) and loss; return false to stop. */
  onEpoch?: (epoch: number, loss: number) => unknown;
}

const FORM = 'new NeuralNetwork(inputSize, hiddenSize, outputSize, { seed }), for example new NeuralNetwork(2, 4, 1)';

const checks = {
  ...modelChecks('float64'),
  initializer: option('glorotUniform', (place, name, value) => parseInitializer(value, `${place} ${name}`)),
  hiddenActivation: option('sigmoid', choice, activationNames),
  outputActivation: option('sigmoid', choice, activationNames),
} satisfies Record<keyof NeuralNetworkOptions, unknown>;

const trainChecks = {
  epochs: option(10_000, integer, 0),
  learningRate: option(0.1, inRange, 0),
  batchSize: optional(positiveInteger),
  onEpoch: optional(
    is('a function', (value): value is NonNullable<TrainOptions['onEpoch']> => typeof value === 'function'),
  ),
} satisfies Record<keyof TrainOptions, unknown>;

const weightNames = ['W1', 'b1', 'W2', 'b2'] as const;

function sizeOf(name: string, value: unknown): number {
  if (typeof value === 'object' && value !== null) {
    fail('ERR_KIND', `NeuralNetwork: ${name} must be a number, got ${describe(value)}. Write ${FORM}.`);
  }
  return positiveInteger('NeuralNetwork', name, value);
}

/**
 * A network with one hidden layer, as beginners write it in NumPy:
 *
 *     z1 = X·W1 + b1,  a1 = sigmoid(z1),  z2 = a1·W2 + b2,  a2 = sigmoid(z2)
 *
 * trained by gradient descent on the squared error: with delta2 = (y − a2)·a2·(1 − a2) and
 * delta1 = (delta2·W2ᵀ)·a1·(1 − a1), each update is W2 += a1ᵀ·delta2·lr, b2 += Σ delta2·lr, and so on: gradients are
 * summed over the samples, with no factor 2/n.
 *
 * @example
 * const nn = new NeuralNetwork(2, 4, 1, { seed: 1 });
 * const losses = nn.train([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]);
 * nn.predict([[0, 1]]).round().toArray(); // [[1]]
 */
export class NeuralNetwork<D extends DType = 'float64'> extends Printable {
  /** Values per row of X. */
  readonly inputSize: number;
  /** Units of the hidden layer. */
  readonly hiddenSize: number;
  /** Values per row of y. */
  readonly outputSize: number;
  /** What all randomness comes from. */
  readonly seed: number;
  /** Type of all numbers. */
  readonly dtype: D;
  /** What runs this network. */
  readonly backend: BackendName;
  /** Why this backend: one sentence. */
  readonly backendReason: string;
  readonly #engine: Engine;
  readonly #hidden: ActivationName;
  readonly #output: ActivationName;
  #epoch = 0;
  #last: { z1: Matrix<D>; a1: Matrix<D>; z2: Matrix<D>; a2: Matrix<D> } | undefined;
  #disposed = false;

  /**
   * @param inputSize values per row of X
   * @param hiddenSize units of the hidden layer
   * @param outputSize values per row of y
   * @throws TypeError, RangeError for sizes that are not positive integers and for unknown options.
   */
  constructor(inputSize: number, hiddenSize: number, outputSize: number, options?: NeuralNetworkOptions<D>) {
    super();
    this.inputSize = sizeOf('inputSize', inputSize);
    this.hiddenSize = sizeOf('hiddenSize', hiddenSize);
    this.outputSize = sizeOf('outputSize', outputSize);
    const given = parseOptions('NeuralNetwork', options, checks);
    this.dtype = given.dtype as D;
    this.seed = given.seed;
    this.#hidden = given.hiddenActivation;
    this.#output = given.outputActivation;
    const kernelInitializer = given.initializer;
    const architecture = buildArchitecture([
      dense({
        name: 'hidden',
        units: hiddenSize,
        activation: this.#hidden,
        inputShape: [inputSize],
        kernelInitializer,
      }),
      dense({ name: 'output', units: outputSize, activation: this.#output, kernelInitializer }),
    ]);
    this.#engine = new Engine(architecture, this.dtype, this.seed, given.backend);
    this.#engine.compile({
      loss: losses.meanSquaredError(),
      metrics: [],
      optimizer: optimizers.sgd(),
      sum: true,
      guard: true,
    });
    this.backend = this.#engine.runtime.backend.name;
    this.backendReason = this.#engine.reason;
  }

  #open(): Engine {
    if (this.#disposed) {
      fail('ERR_STATE', 'NeuralNetwork: used after dispose(). Make a new network.');
    }
    return this.#engine;
  }

  #rows(name: string, value: unknown, width: number): Rows {
    return toRows(name, value, width, this.dtype);
  }

  #matrix(data: Floats, rows: number, cols: number): Matrix<D> {
    return new Matrix<D>(data as never, rows, cols);
  }

  /** The forward pass. Returns the output [rows, outputSize]; `z1 a1 z2 a2` then hold the steps in between. */
  forward(X: MatrixLike | VectorLike): Matrix<D> {
    const engine = this.#open();
    const x = this.#rows('X', X, this.inputSize);
    const work: Work = { x, from: 0, count: x.rows, batch: x.rows };
    engine.run('predict', work, ({ tensors }) => {
      const read = (name: string, cols: number) => this.#matrix(engine.rows(tensors.get(name)!, x.rows), x.rows, cols);
      const z1 = read('hidden/z', this.hiddenSize);
      const z2 = read('output/z', this.outputSize);
      const a1 = this.#hidden === 'linear' ? z1 : read('hidden/a', this.hiddenSize);
      const a2 = this.#output === 'linear' ? z2 : read('output/a', this.outputSize);
      this.#last = { z1, a1, z2, a2 };
    });
    return this.#last!.a2;
  }

  /** Pre-activations of the hidden layer in the last `forward`, [rows, hiddenSize]. */
  get z1(): Matrix<D> | undefined {
    return this.#last?.z1;
  }
  /** Activations of the hidden layer in the last `forward`, [rows, hiddenSize]. */
  get a1(): Matrix<D> | undefined {
    return this.#last?.a1;
  }
  /** Pre-activations of the output layer in the last `forward`, [rows, outputSize]. */
  get z2(): Matrix<D> | undefined {
    return this.#last?.z2;
  }
  /** Output of the last `forward`, [rows, outputSize]. */
  get a2(): Matrix<D> | undefined {
    return this.#last?.a2;
  }

  /**
   * One update of all weights from the given output, as in the article.
   * @param X inputs [rows, inputSize]
   * @param y targets [rows, outputSize]
   * @param output what `forward(X)` returned
   * @throws NonFiniteError if a gradient becomes NaN or infinite; weights stay as before.
   */
  backward(
    X: MatrixLike | VectorLike,
    y: MatrixLike | VectorLike,
    output: MatrixLike | VectorLike,
    learningRate = 0.1,
  ): void {
    const engine = this.#open();
    const rate = inRange('backward', 'learningRate', learningRate, 0);
    const { x, y: targets } = this.#pair(X, y);
    const given = this.#rows('output', output, this.outputSize);
    checkSameRows('X', x, 'output', given);
    const work: Work = { x, y: targets, from: 0, count: x.rows, batch: x.rows, output: given, learningRate: rate };
    if (engine.run('train', work) < 1) failNonFinite(engine, 0, 0, { loss: [] });
  }

  #pair(X: unknown, y: unknown): { x: Rows; y: Rows } {
    const x = this.#rows('X', X, this.inputSize);
    const targets = toRows('y', y, this.outputSize, this.dtype);
    checkSameRows('X', x, 'y', targets);
    return { x, y: targets };
  }

  /**
   * Trains on all rows for a number of epochs.
   * @param X inputs [rows, inputSize]
   * @param y targets [rows, outputSize]
   * @param epochs their number, or all options
   * @returns the loss of each epoch: mean((y − output)²) before each update.
   * @throws NonFiniteError if the loss or a gradient becomes NaN or infinite; weights stay as before that step.
   * @example
   * nn.train(X, y, { epochs: 5000, learningRate: 0.5, onEpoch: (epoch, loss) => loss > 0.01 });
   */
  train(X: MatrixLike | VectorLike, y: MatrixLike | VectorLike, epochs: number | TrainOptions = {}): number[] {
    const engine = this.#open();
    const options = typeof epochs === 'number' ? { epochs } : epochs;
    const { epochs: count, learningRate, batchSize, onEpoch } = parseOptions('train', options, trainChecks);
    const pair = this.#pair(X, y);
    const { rows } = pair.x;
    const batch = Math.min(batchSize ?? rows, rows);
    const data = { ...pair, batch, learningRate };
    if (batch === rows && !onEpoch) return this.#trainWhole(data, count);
    const pace = createPace(engine, pair.x, batch);
    const losses: number[] = [];
    for (let epoch = 0; epoch < count; epoch++) {
      const order = batch < rows ? shuffle(rows, this.seed, this.#epoch) : undefined;
      const sums = new Float64Array(1);
      for (const slice of passSlices(this.#open(), 'train', { ...data, order, sums, epoch: this.#epoch }, pace)) {
        if (slice.failed) failNonFinite(this.#engine, epoch, slice.done, { loss: losses });
      }
      this.#epoch++;
      losses.push(sums[0]! / rows);
      if (onEpoch?.(epoch, losses[epoch]!) === false) break;
    }
    return losses;
  }

  /** Every epoch is one step on the same batch: thousands of them in one call. */
  #trainWhole(data: Pick<Work, 'x' | 'y' | 'batch' | 'learningRate'>, epochs: number): number[] {
    const engine = this.#open();
    const losses: number[] = [];
    const { rows } = data.x;
    const most = 65_536; // bounds the memory of the trace
    while (losses.length < epochs) {
      const repeat = Math.min(most, epochs - losses.length);
      const trace = new Float64Array(repeat);
      const work: Work = { ...data, from: 0, count: rows, repeat, trace, epoch: this.#epoch };
      const done = engine.run('train', work);
      for (let i = 0; i < done; i++) losses.push(trace[i]! / rows);
      this.#epoch += done;
      if (done < repeat) failNonFinite(engine, losses.length, 0, { loss: losses });
    }
    return losses;
  }

  /** The output for every row of X, [rows, outputSize]. */
  predict(X: MatrixLike | VectorLike): Matrix<D> {
    const engine = this.#open();
    const x = this.#rows('X', X, this.inputSize);
    return this.#matrix(engine.predict(x), x.rows, this.outputSize);
  }

  /** 1 / (1 + e⁻ˣ) of a number, or of every value of a matrix. */
  sigmoid(x: number): number;
  sigmoid(x: MatrixLike): Matrix<D>;
  sigmoid(x: number | MatrixLike): number | Matrix<D> {
    const f = this.dtype === 'float32' ? float32.sigmoid : float64.sigmoid;
    if (typeof x === 'number') return f(this.dtype === 'float32' ? Math.fround(x) : x);
    const m = Matrix.from(x, { dtype: this.dtype as DType });
    return this.#matrix(m.data.map((value) => f(value)) as Floats, m.rows, m.cols);
  }

  /** Weights of the hidden layer, [inputSize, hiddenSize]: a copy; assign to change. */
  get W1(): Matrix<D> {
    return this.#weight(0);
  }
  /** Copies the values; throws, and changes nothing, if the shape does not fit. */
  set W1(value: MatrixLike | VectorLike) {
    this.#assign(0, value);
  }
  /** Biases of the hidden layer, [1, hiddenSize]: a copy; assign to change. */
  get b1(): Matrix<D> {
    return this.#weight(1);
  }
  /** Copies the values; throws, and changes nothing, if the shape does not fit. */
  set b1(value: MatrixLike | VectorLike) {
    this.#assign(1, value);
  }
  /** Weights of the output layer, [hiddenSize, outputSize]: a copy; assign to change. */
  get W2(): Matrix<D> {
    return this.#weight(2);
  }
  /** Copies the values; throws, and changes nothing, if the shape does not fit. */
  set W2(value: MatrixLike | VectorLike) {
    this.#assign(2, value);
  }
  /** Biases of the output layer, [1, outputSize]: a copy; assign to change. */
  get b2(): Matrix<D> {
    return this.#weight(3);
  }
  /** Copies the values; throws, and changes nothing, if the shape does not fit. */
  set b2(value: MatrixLike | VectorLike) {
    this.#assign(3, value);
  }

  #weight(index: number): Matrix<D> {
    return getWeight(this.#open(), index);
  }

  #assign(index: number, value: unknown): void {
    prepareWeight(this.#open(), index, weightNames[index]!, value)();
  }

  /** Sizes, seed and weights as nested arrays, for `JSON.stringify`; assign the weights to a new network to restore. */
  toJSON(): NetworkJson<D> {
    const { inputSize, hiddenSize, outputSize, seed, dtype } = this;
    const weights = { W1: this.W1.toArray(), b1: this.b1.toArray(), W2: this.W2.toArray(), b2: this.b2.toArray() };
    return { inputSize, hiddenSize, outputSize, seed, dtype, ...weights };
  }

  /** `NeuralNetwork 2-4-1 float64, seed 1, wasm`. */
  override toString(): string {
    const { inputSize, hiddenSize, outputSize, seed, dtype, backend } = this;
    return `NeuralNetwork ${inputSize}-${hiddenSize}-${outputSize} ${dtype}, seed ${seed}, ${backend}`;
  }

  /** What one training step over `rows` rows does, op by op, as text. */
  plan(rows = 4): string {
    return printPlan(this.#open().plan('train', positiveInteger('plan', 'rows', rows)), 'not skipped');
  }

  /** Gives the memory back at once; without it, the garbage collector does. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#engine.dispose();
  }

  /** `dispose`, for `using network = new NeuralNetwork(2, 4, 1)`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
