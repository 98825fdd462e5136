import type { BackendName } from './backend/backend';
import type { BackendChoice } from './backend/select';
import { type Architecture, buildArchitecture } from './compile';
import { checkSameRows, type MatrixLike, type Rows, toRows, type VectorLike } from './data/inputs';
import { Engine, type Work } from './engine';
import { checkOptions, describe, fail, inRange, integer, NonFiniteError, oneOf, positiveInteger } from './errors';
import { blame } from './fit';
import { float32, float64 } from './generated/kernels';
import type { InitializerInput } from './initializers';
import { denoInspect, nodeInspect } from './inspect';
import { type ActivationName, activationNames } from './layers/activations';
import { dense } from './layers/dense';
import { losses } from './losses';
import { type DType, Matrix } from './matrix';
import { optimizers } from './optimizers';
import type { Floats } from './plan/layout';
import { printPlan } from './plan/print';
import { parseSeed, shuffle } from './random';

export interface NeuralNetworkOptions<D extends DType = 'float64'> {
  /** An integer 0 … 2⁵³ − 1. Left out, one is drawn; read it from `network.seed`. */
  seed?: number;
  /** Default `'float64'`, as in NumPy. */
  dtype?: D;
  /** Default `'auto'`: WebAssembly where it can be had, else TypeScript. The results are the same. */
  backend?: BackendChoice;
  /** Of both weight matrices; default `'glorotUniform'`. Biases begin at 0. */
  initializer?: InitializerInput;
  /** Default `'sigmoid'`. */
  hiddenActivation?: ActivationName;
  /** Default `'sigmoid'`. */
  outputActivation?: ActivationName;
}

export interface TrainOptions {
  /** Passes over the data, default 10,000. */
  epochs?: number;
  /** Default 0.1. */
  learningRate?: number;
  /** Rows per update, shuffled anew each epoch; default: all rows, in their order. */
  batchSize?: number;
  /** Called after each epoch with its number (from 0) and loss; return false to stop. */
  onEpoch?: (epoch: number, loss: number) => unknown;
}

const FORM = 'new NeuralNetwork(inputSize, hiddenSize, outputSize, { seed }), for example new NeuralNetwork(2, 4, 1)';
const optionKeys = ['seed', 'dtype', 'backend', 'initializer', 'hiddenActivation', 'outputActivation'] as const;
const trainKeys = ['epochs', 'learningRate', 'batchSize', 'onEpoch'] as const;
const weightNames = ['W1', 'b1', 'W2', 'b2'] as const;

function sizeOf(name: string, value: unknown): number {
  if (typeof value === 'object' && value !== null) {
    fail(TypeError, 'ERR_KIND', `NeuralNetwork: ${name} must be a number, got ${describe(value)}. Write ${FORM}.`);
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
 * @throws TypeError, RangeError for sizes that are not positive integers and for unknown options.
 * @example
 * const nn = new NeuralNetwork(2, 4, 1, { seed: 1 });
 * const losses = nn.train([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]);
 * nn.predict([[0, 1]]).round().toArray(); // [[1]]
 */
export class NeuralNetwork<D extends DType = 'float64'> {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputSize: number;
  readonly seed: number;
  readonly dtype: D;
  readonly backend: BackendName;
  /** Why this backend. */
  readonly backendReason: string;
  readonly #engine: Engine;
  readonly #hidden: ActivationName;
  readonly #output: ActivationName;
  #epoch = 0;
  #last: { z1: Matrix<D>; a1: Matrix<D>; z2: Matrix<D>; a2: Matrix<D> } | undefined;
  #disposed = false;

  constructor(inputSize: number, hiddenSize: number, outputSize: number, options: NeuralNetworkOptions<D> = {}) {
    this.inputSize = sizeOf('inputSize', inputSize);
    this.hiddenSize = sizeOf('hiddenSize', hiddenSize);
    this.outputSize = sizeOf('outputSize', outputSize);
    const given = checkOptions<NeuralNetworkOptions<D>>('NeuralNetwork', options, optionKeys);
    const { dtype = 'float64', backend = 'auto', initializer = 'glorotUniform' } = given;
    const { hiddenActivation = 'sigmoid', outputActivation = 'sigmoid' } = given;
    this.dtype = oneOf('NeuralNetwork dtype', dtype, ['float64', 'float32'] as const) as D;
    this.seed = parseSeed(given.seed, 'NeuralNetwork');
    this.#hidden = oneOf('NeuralNetwork hiddenActivation', hiddenActivation, activationNames);
    this.#output = oneOf('NeuralNetwork outputActivation', outputActivation, activationNames);
    const choice = oneOf('NeuralNetwork backend', backend, ['auto', 'wasm', 'js'] as const);
    const architecture = this.#architecture(initializer);
    this.#engine = new Engine(architecture, this.dtype, this.seed, choice);
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

  #architecture(kernelInitializer: InitializerInput): Architecture {
    const { inputSize, hiddenSize, outputSize } = this;
    return buildArchitecture([
      dense({
        name: 'hidden',
        units: hiddenSize,
        activation: this.#hidden,
        inputShape: [inputSize],
        kernelInitializer,
      }),
      dense({ name: 'output', units: outputSize, activation: this.#output, kernelInitializer }),
    ]);
  }

  #open(): Engine {
    if (this.#disposed) {
      fail(Error, 'ERR_STATE', 'NeuralNetwork: used after dispose(). Make a new network.');
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
  /** Activations of the hidden layer in the last `forward`. */
  get a1(): Matrix<D> | undefined {
    return this.#last?.a1;
  }
  /** Pre-activations of the output layer in the last `forward`, [rows, outputSize]. */
  get z2(): Matrix<D> | undefined {
    return this.#last?.z2;
  }
  /** Output of the last `forward`. */
  get a2(): Matrix<D> | undefined {
    return this.#last?.a2;
  }

  /**
   * One update of all weights from the given output, as in the article.
   * @param X inputs [rows, inputSize], y targets [rows, outputSize], output what `forward(X)` returned.
   */
  backward(
    X: MatrixLike | VectorLike,
    y: MatrixLike | VectorLike,
    output: MatrixLike | VectorLike,
    learningRate = 0.1,
  ): void {
    const engine = this.#open();
    const rate = inRange('backward', 'learningRate', learningRate, 0, Number.POSITIVE_INFINITY);
    const { x, y: targets } = this.#pair(X, y);
    const given = this.#rows('output', output, this.outputSize);
    checkSameRows('X', x, 'output', given);
    const work: Work = { x, y: targets, from: 0, count: x.rows, batch: x.rows, output: given, learningRate: rate };
    if (engine.run('train', work) < 1) this.#failNonFinite(work, 0, 0, []);
  }

  #pair(X: unknown, y: unknown): { x: Rows; y: Rows } {
    const x = this.#rows('X', X, this.inputSize);
    const targets = toRows('y', y, this.outputSize, this.dtype);
    checkSameRows('X', x, 'y', targets);
    return { x, y: targets };
  }

  /**
   * Trains on all rows for a number of epochs.
   * @param epochs their number, or all options.
   * @returns the loss of each epoch: mean((y − output)²) before each update.
   * @throws NonFiniteError if the loss or a gradient becomes NaN or infinite; weights stay as before that step.
   * @example
   * nn.train(X, y, { epochs: 5000, learningRate: 0.5, onEpoch: (epoch, loss) => loss > 0.01 });
   */
  train(X: MatrixLike | VectorLike, y: MatrixLike | VectorLike, epochs: number | TrainOptions = {}): number[] {
    this.#open();
    const given = checkOptions('train', typeof epochs === 'number' ? { epochs } : epochs, trainKeys);
    const { epochs: wanted = 10_000, learningRate: rate = 0.1, onEpoch } = given;
    const count = integer('train', 'epochs', wanted, 0);
    const learningRate = inRange('train', 'learningRate', rate, 0, Number.POSITIVE_INFINITY);
    const { x, y: targets } = this.#pair(X, y);
    const { batchSize = x.rows } = given;
    const batch = Math.min(positiveInteger('train', 'batchSize', batchSize), x.rows);
    if (onEpoch !== undefined && typeof onEpoch !== 'function') {
      fail(TypeError, 'ERR_KIND', `train: onEpoch must be a function, got ${describe(onEpoch)}.`);
    }
    const data = { x, y: targets, batch, learningRate };
    if (batch === x.rows && !onEpoch) return this.#trainWhole(data, count);
    const losses: number[] = [];
    for (let epoch = 0; epoch < count; epoch++) {
      losses.push(this.#trainEpoch(data, epoch, losses));
      if (onEpoch?.(epoch, losses[epoch]!) === false) break;
    }
    return losses;
  }

  /** Every epoch is one step on the same batch: thousands of them in one call. */
  #trainWhole(data: Pick<Work, 'x' | 'y' | 'batch' | 'learningRate'>, epochs: number): number[] {
    const losses: number[] = [];
    const { rows } = data.x;
    const most = 65_536; // bounds the memory of the trace
    while (losses.length < epochs) {
      const repeat = Math.min(most, epochs - losses.length);
      const trace = new Float64Array(repeat);
      const work: Work = { ...data, from: 0, count: rows, repeat, trace, epoch: this.#epoch };
      const done = this.#open().run('train', work);
      for (let i = 0; i < done; i++) losses.push(trace[i]! / rows);
      this.#epoch += done;
      if (done < repeat) this.#failNonFinite(work, losses.length, 0, losses);
    }
    return losses;
  }

  #trainEpoch(data: Pick<Work, 'x' | 'y' | 'batch' | 'learningRate'>, epoch: number, losses: number[]): number {
    const engine = this.#open();
    const { rows } = data.x;
    const { batch } = data;
    const order = batch < rows ? shuffle(rows, this.seed, this.#epoch) : undefined;
    const sums = new Float64Array(1);
    const slice = engine.stageRows(batch);
    for (let from = 0; from < rows; from += slice) {
      const count = Math.min(slice, rows - from);
      const work: Work = { ...data, order, from, count, sums, epoch: this.#epoch, step: from / batch };
      const done = engine.run('train', work);
      if (done < Math.ceil(count / batch)) this.#failNonFinite(work, epoch, from / batch + done, losses);
    }
    this.#epoch++;
    return sums[0]! / rows;
  }

  #failNonFinite(work: Work, epoch: number, batch: number, loss: number[]): never {
    const layer = blame(this.#engine, work);
    throw new NonFiniteError({ epoch, batch, layer, history: { loss: loss.slice() } });
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
  set W1(value: MatrixLike | VectorLike) {
    this.#assign(0, value);
  }
  /** Biases of the hidden layer, [1, hiddenSize]. */
  get b1(): Matrix<D> {
    return this.#weight(1);
  }
  set b1(value: MatrixLike | VectorLike) {
    this.#assign(1, value);
  }
  /** Weights of the output layer, [hiddenSize, outputSize]. */
  get W2(): Matrix<D> {
    return this.#weight(2);
  }
  set W2(value: MatrixLike | VectorLike) {
    this.#assign(2, value);
  }
  /** Biases of the output layer, [1, outputSize]. */
  get b2(): Matrix<D> {
    return this.#weight(3);
  }
  set b2(value: MatrixLike | VectorLike) {
    this.#assign(3, value);
  }

  #shape(index: number): [rows: number, cols: number] {
    const { inputSize, hiddenSize, outputSize } = this;
    const shapes = [
      [inputSize, hiddenSize],
      [1, hiddenSize],
      [hiddenSize, outputSize],
      [1, outputSize],
    ] as const;
    return [...shapes[index]!];
  }

  #weight(index: number): Matrix<D> {
    return this.#matrix(this.#open().getParam(index), ...this.#shape(index));
  }

  #assign(index: number, value: unknown): void {
    const name = weightNames[index]!;
    const [rows, cols] = this.#shape(index);
    const given = toRows(name, value, cols, this.dtype);
    if (given.rows !== rows) {
      fail(RangeError, 'ERR_SHAPE', `${name}: expected shape [${rows}, ${cols}], got [${given.rows}, ${cols}].`);
    }
    this.#open().setParam(index, given.data);
  }

  /** Sizes, seed and weights as nested arrays, for `JSON.stringify`; assign the weights to a new network to restore. */
  toJSON() {
    const { inputSize, hiddenSize, outputSize, seed, dtype } = this;
    const weights = { W1: this.W1.toArray(), b1: this.b1.toArray(), W2: this.W2.toArray(), b2: this.b2.toArray() };
    return { inputSize, hiddenSize, outputSize, seed, dtype, ...weights };
  }

  /** `NeuralNetwork 2-4-1 float64, seed 1, wasm`. */
  toString(): string {
    const { inputSize, hiddenSize, outputSize, seed, dtype, backend } = this;
    return `NeuralNetwork ${inputSize}-${hiddenSize}-${outputSize} ${dtype}, seed ${seed}, ${backend}`;
  }

  [nodeInspect](): string {
    return this.toString();
  }

  [denoInspect](): string {
    return this.toString();
  }

  /** What one training step over `rows` rows does, op by op. */
  plan(rows = 4): string {
    return printPlan(this.#open().plan('train', positiveInteger('plan', 'rows', rows)));
  }

  /** Gives the memory back at once; without it, the garbage collector does. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#engine.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
