import type { BackendName } from './backend/backend';
import { type BackendChoice, selectBackend } from './backend/select';
import type { Training as FitControl, LogName } from './callbacks';
import { type Architecture, buildArchitecture, type Training } from './compile';
import { checkSameRows, type Rows, toLabels, toRows } from './data/inputs';
import { Engine } from './engine';
import { checkOptions, describe, describeKind, fail, oneOf, positiveInteger } from './errors';
import { drain, drainSliced, evaluateSlices, type FitJob, fitSlices, type HistoryRecord } from './fit';
import { type Data, type FitOptions, type FitSettings, type Pair, parseFitOptions, splitRows } from './fit-options';
import { encodeModel, type ModelJson } from './formats/model';
import type { Layer } from './layers/layer';
import { type LossInput, parseLoss, takesLabels } from './losses';
import { type DType, type FloatArray, Matrix } from './matrix';
import { type MetricName, parseMetrics } from './metrics';
import { type OptimizerInput, parseOptimizer } from './optimizers';
import { printPlan } from './plan/print';
import { createProgress } from './progress';
import { parseSeed } from './random';
import { summarize } from './summary';

export interface SequentialOptions<D extends DType = 'float32'> {
  layers?: readonly Layer[];
  /** An integer 0 … 2⁵³ − 1. Left out, one is drawn; read it from `model.seed`. */
  seed?: number;
  /** Default `'float32'`. */
  dtype?: D;
  /** Default `'auto'`: WebAssembly where it can be had, else TypeScript. The results are the same. */
  backend?: BackendChoice;
}

export interface CompileOptions {
  /** Default `'rmsProp'`, as in Keras. */
  optimizer?: OptimizerInput;
  loss: LossInput;
  metrics?: readonly MetricName[];
}

/** What `fit` returns. */
export interface History {
  /** Loss and metrics of each completed epoch; those of the validation data begin with `val_`. */
  readonly history: HistoryRecord;
  /** Numbers of the completed epochs, from 0. */
  readonly epoch: readonly number[];
}

/** Loss and metrics over all rows. */
export type Evaluation = { loss: number } & Partial<Record<MetricName, number>>;

export interface PredictOptions<D extends DType = DType> {
  /** Rows per call of the backend, default 128. Results are the same for any. */
  batchSize?: number;
  /** Receives the values, rows · outputs of them. */
  out?: D extends 'float64' ? Float64Array : Float32Array;
}

const modelKeys = ['layers', 'seed', 'dtype', 'backend'] as const;
const compileKeys = ['optimizer', 'loss', 'metrics'] as const;

/** Key of what `loadModel` restores besides layers. */
export const internals = Symbol('linnet.internals');

/** A stack of layers. Make one with `sequential`. */
export class Sequential<D extends DType = 'float32'> {
  readonly seed: number;
  readonly dtype: D;
  /** Ends a running `fit` after the current batch when set to true; `fit` then resolves. */
  stopTraining = false;
  readonly #choice: BackendChoice;
  readonly #layers: Layer[] = [];
  #architecture: Architecture | undefined;
  #engine: Engine | undefined;
  #training: Training | undefined;
  #epochs = 0;
  #fitting = false;
  #disposed = false;

  constructor(options: SequentialOptions<D> = {}) {
    const given = checkOptions<SequentialOptions<D>>('sequential', options, modelKeys);
    this.dtype = oneOf('sequential dtype', given.dtype ?? 'float32', ['float32', 'float64'] as const) as D;
    this.seed = parseSeed(given.seed, 'sequential');
    this.#choice = oneOf('sequential backend', given.backend ?? 'auto', ['auto', 'wasm', 'js'] as const);
    if (given.layers !== undefined && !Array.isArray(given.layers)) {
      fail(TypeError, 'ERR_KIND', `sequential: layers must be a list of layers, got ${describeKind(given.layers)}.`);
    }
    for (const layer of given.layers ?? []) this.#push(layer);
    if (this.#layers.length > 0) this.#architecture = buildArchitecture(this.#layers);
  }

  #push(layer: unknown): void {
    if (typeof layer !== 'object' || layer === null || !('build' in layer)) {
      const fix = 'Make one with layers.dense({ units: 10 }) and its like.';
      fail(TypeError, 'ERR_KIND', `sequential: expected a layer, got ${describe(layer)}. ${fix}`);
    }
    this.#layers.push(layer as Layer);
  }

  /** Appends a layer; possible until the model is first used. */
  add(layer: Layer): this {
    this.#check('add');
    if (this.#engine) fail(Error, 'ERR_STATE', 'add: the model is in use already. Add all layers before compile.');
    this.#push(layer);
    try {
      this.#architecture = buildArchitecture(this.#layers);
    } catch (error) {
      this.#layers.pop();
      throw error;
    }
    return this;
  }

  /** Throws if the model was disposed of, and, for calls that change it, while `fit` runs. */
  #check(call: string, changes = true): void {
    if (this.#disposed) fail(Error, 'ERR_STATE', `${call}: the model was disposed of. Make a new one.`);
    if (changes && this.#fitting) {
      const text = `${call}: a fit is running. Await it first, or set model.stopTraining = true.`;
      fail(Error, 'ERR_STATE', text);
    }
  }

  #open(): Engine {
    if (!this.#engine) {
      const architecture = this.#architecture ?? buildArchitecture(this.#layers);
      this.#engine = new Engine(architecture, this.dtype, this.seed, this.#choice);
    }
    return this.#engine;
  }

  #compiled(call: string): { engine: Engine; training: Training; names: string[] } {
    const training = this.#training;
    if (!training) {
      const example = "model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })";
      fail(Error, 'ERR_STATE', `${call}: the model is not compiled. Call ${example} first.`);
    }
    return { engine: this.#open(), training, names: ['loss', ...training.metrics] };
  }

  /** The backend that runs this model. */
  get backend(): BackendName {
    return this.#open().runtime.backend.name;
  }
  /** Why this backend. */
  get backendReason(): string {
    return this.#open().reason;
  }
  /** Threads that run this model. */
  get threads(): number {
    return 1;
  }

  /**
   * Chooses what training minimises and how. Compiling again keeps the weights and starts the optimizer anew.
   * @throws TypeError, RangeError for unknown names and options (naming the nearest); nothing has changed then.
   */
  compile(options: CompileOptions): void {
    this.#check('compile');
    const given = checkOptions('compile', options, compileKeys);
    if (given.loss === undefined) fail(TypeError, 'ERR_OPTION', "compile: loss is missing, for example loss: 'mse'.");
    const training: Training = {
      loss: parseLoss(given.loss),
      metrics: parseMetrics(given.metrics, 10),
      optimizer: parseOptimizer(given.optimizer ?? 'rmsProp'),
      sum: false,
      guard: true,
    };
    this.#open().compile(training);
    this.#training = training;
  }

  #x(name: string, value: unknown): Rows {
    return toRows(name, value, this.#open().architecture.inputs, this.dtype);
  }

  #pair(xName: string, x: unknown, yName: string, y: unknown): { x: Rows; y: Rows } {
    const { outputs } = this.#open().architecture;
    const rows = this.#x(xName, x);
    const targets = takesLabels(this.#training!.loss)
      ? toLabels(yName, y, outputs, this.dtype)
      : toRows(yName, y, outputs, this.dtype, { oneDimensional: 'column' });
    checkSameRows(xName, rows, yName, targets);
    return { x: rows, y: targets };
  }

  #job(call: string, x: Data, y: Data, options: FitOptions, sliced: boolean): FitJob {
    this.#check(call);
    const { engine, training, names } = this.#compiled(call);
    if (engine.architecture.params.length === 0)
      fail(Error, 'ERR_STATE', `${call}: the model has no weights to train.`);
    const given = checkOptions('fit', options, fitKeys);
    const all = this.#pair('x', x, 'y', y);
    const split = inRange('fit', 'validationSplit', given.validationSplit ?? 0, 0, 1, '[)');
    const epochs = integer('fit', 'epochs', given.epochs ?? 1, 0);
    const batchSize = positiveInteger('fit', 'batchSize', given.batchSize ?? 32);
    const verbose = given.verbose ?? 0;
    if (![0, 1, 2].includes(verbose)) {
      fail(RangeError, 'ERR_VALUE', `fit: verbose must be 0, 1 or 2, got ${describe(verbose)}.`);
    }
    const { signal } = given;
    if (signal !== undefined && !(typeof signal === 'object' && 'aborted' in signal)) {
      fail(TypeError, 'ERR_KIND', `fit: signal must be an AbortSignal, got ${describeKind(signal)}.`);
    }
    const { kept, validation } = this.#validation(all, split, given.validationData);
    const onNonFinite = oneOf('fit onNonFinite', given.onNonFinite ?? 'throw', ['throw', 'stop', 'ignore'] as const);
    const shuffle = boolean('fit', 'shuffle', given.shuffle ?? true);
    const callbacks = parseCallbacks(given.callbacks);
    engine.guard(onNonFinite !== 'ignore');
    let saved: Floats[] | undefined;
    this.stopTraining = false;
    return {
      engine,
      ...kept,
      validation,
      epochs,
      batch: Math.min(batchSize, kept.x.rows),
      shuffle,
      callbacks,
      onNonFinite,
      learningRate: training.optimizer.learningRate,
      names,
      sliced,
      progress: createProgress(verbose, epochs),
      beginEpoch: () => this.#epochs++,
      stopped: () => this.stopTraining,
      training: {
        stop: () => {
          this.stopTraining = true;
        },
        saveWeights: () => {
          saved = engine.architecture.params.map((_, i) => engine.getParam(i));
        },
        restoreWeights: () => {
          saved?.forEach((values, i) => {
            engine.setParam(i, values);
          });
        },
      },
    };
  }

  #validation(all: { x: Rows; y: Rows }, split: number, data: FitOptions['validationData']) {
    if (data !== undefined) {
      if (!Array.isArray(data) || data.length !== 2) {
        fail(TypeError, 'ERR_KIND', `fit: validationData must be [x, y], got ${describeKind(data)}.`);
      }
      return { kept: all, validation: this.#pair('validationData[0]', data[0], 'validationData[1]', data[1]) };
    }
    if (split === 0) return { kept: all, validation: undefined };
    const { rows } = all.x;
    const cut = Math.floor(rows * (1 - split));
    if (cut === 0 || cut === rows) {
      const text = `fit: validationSplit ${split} of ${rows} rows leaves ${cut} to train on and ${rows - cut} to validate.`;
      fail(RangeError, 'ERR_VALUE', text);
    }
    const part = ({ data: values, cols }: Rows, from: number, to: number): Rows => ({
      data: values.subarray(from * cols, to * cols) as Rows['data'],
      rows: to - from,
      cols,
    });
    return {
      kept: { x: part(all.x, 0, cut), y: part(all.y, 0, cut) },
      validation: { x: part(all.x, cut, rows), y: part(all.y, cut, rows) },
    };
  }

  #history(history: HistoryRecord): History {
    return { history, epoch: history.loss.map((_, i) => i) };
  }

  /**
   * Trains the model, giving the event loop a turn about every 10 ms.
   *
   * @param x inputs, one row a sample; y targets: rows, a column, or class labels for a sparse loss. Both are copied.
   * @returns loss and metrics of each epoch.
   * @throws NonFiniteError if the loss or a gradient becomes NaN or infinite; `signal.reason` when aborted. Weights and
   * optimizer state are then those of the last completed step.
   * @example
   * const { history } = await model.fit(images, labels, { epochs: 5, batchSize: 32, validationSplit: 0.1 });
   */
  async fit(x: Data, y: Data, options: FitOptions = {}): Promise<History> {
    const job = this.#job('fit', x, y, options, true);
    const { signal } = options;
    signal?.throwIfAborted();
    this.#fitting = true;
    const yielder = createYielder();
    try {
      const slices = fitSlices(job);
      let turned = performance.now();
      for (;;) {
        const { done, value } = slices.next();
        if (done) return this.#history(value);
        if (isPromise(value)) await value;
        if (performance.now() - turned >= SLICE / 2) {
          await yielder.turn();
          turned = performance.now();
        }
        signal?.throwIfAborted();
      }
    } finally {
      yielder.close();
      this.#fitting = false;
    }
  }

  /** Trains the model without giving way; the same results as `fit`. Callbacks must not return promises. */
  fitSync(x: Data, y: Data, options: FitOptions = {}): History {
    const job = this.#job('fitSync', x, y, options, false);
    options.signal?.throwIfAborted();
    this.#fitting = true;
    try {
      return this.#history(drain(fitSlices(job)));
    } finally {
      this.#fitting = false;
    }
  }

  /**
   * Loss (with penalties) and metrics over all rows, without dropout.
   * @example
   * model.evaluate(testImages, testLabels); // { loss: 0.07, accuracy: 0.98 }
   */
  evaluate(x: Data, y: Data, options: { batchSize?: number } = {}): Evaluation {
    this.#check('evaluate', false);
    const { engine, names } = this.#compiled('evaluate');
    const given = checkOptions('evaluate', options, ['batchSize']);
    const batch = positiveInteger('evaluate', 'batchSize', given.batchSize ?? 32);
    const pair = this.#pair('x', x, 'y', y);
    return evaluateRows(engine, pair.x, pair.y, batch, names) as Evaluation;
  }

  /**
   * The outputs for every row of x, without dropout.
   * @example
   * model.predict(testImages).argMax(); // [7, 2, 1, 0, …]
   */
  predict(x: Data, options: PredictOptions<D> = {}): Matrix<D> {
    this.#check('predict', false);
    const engine = this.#open();
    const given = checkOptions<PredictOptions<D>>('predict', options, ['batchSize', 'out']);
    const batch = positiveInteger('predict', 'batchSize', given.batchSize ?? 128);
    const rows = this.#x('x', x);
    const { outputs } = engine.architecture;
    const length = rows.rows * outputs;
    const { out } = given;
    if (out !== undefined) {
      const right = this.dtype === 'float64' ? out instanceof Float64Array : out instanceof Float32Array;
      if (!right || out.length !== length) {
        const wanted = `a ${this.dtype === 'float64' ? 'Float64Array' : 'Float32Array'} of ${length}`;
        fail(RangeError, 'ERR_SHAPE', `predict: out must be ${wanted} (rows · outputs), got ${describeKind(out)}.`);
      }
    }
    return new Matrix<D>(engine.predict(rows, batch, out) as never, rows.rows, outputs);
  }

  /** Copies of all weights: kernel [inputs, units] and bias [1, units] of each layer, in order. */
  getWeights(): Matrix<D>[] {
    this.#check('getWeights', false);
    const engine = this.#open();
    return engine.architecture.params.map(({ shape }, i) => {
      const rows = shape.length === 2 ? shape[0] : 1;
      return new Matrix<D>(engine.getParam(i) as never, rows, shape.at(-1)!);
    });
  }

  /** Sets all weights, in the order of `getWeights`. Throws before anything changes if a shape does not fit. */
  setWeights(weights: readonly Data[]): void {
    this.#check('setWeights');
    const engine = this.#open();
    const { params } = engine.architecture;
    if (!Array.isArray(weights) || weights.length !== params.length) {
      const got = Array.isArray(weights) ? `${weights.length}` : describeKind(weights);
      fail(RangeError, 'ERR_SHAPE', `setWeights: expected a list of ${params.length} matrices, got ${got}.`);
    }
    const values = params.map(({ name, shape }, i) => {
      const cols = shape.at(-1)!;
      const rows = toRows(name, weights[i], cols, this.dtype);
      const expected = shape.length === 2 ? shape[0] : 1;
      if (rows.rows !== expected) {
        fail(RangeError, 'ERR_SHAPE', `${name}: expected shape [${expected}, ${cols}], got [${rows.rows}, ${cols}].`);
      }
      return rows.data;
    });
    values.forEach((data, i) => {
      engine.setParam(i, data);
    });
  }

  /** The layers with their output widths and numbers of weights, as a table. */
  summary(): string {
    this.#check('summary', false);
    return summarize(this.#architecture ?? buildArchitecture(this.#layers));
  }

  /** What one step does, op by op: of training if the model is compiled, else of prediction. */
  plan(options: { batchSize?: number; kind?: 'train' | 'evaluate' | 'predict' } = {}): string {
    this.#check('plan', false);
    const given = checkOptions('plan', options, ['batchSize', 'kind']);
    const batch = positiveInteger('plan', 'batchSize', given.batchSize ?? 32);
    const kind = oneOf('plan kind', given.kind ?? (this.#training ? 'train' : 'predict'), [
      'train',
      'evaluate',
      'predict',
    ] as const);
    if (kind !== 'predict') this.#compiled('plan');
    return printPlan(this.#open().plan(kind, batch));
  }

  /** @internal For `loadModel`. */
  [internals]() {
    return {
      engine: this.#open(),
      training: this.#training,
      restoreEpochs: (epochs: number) => {
        this.#epochs = epochs;
      },
    };
  }

  /** Architecture, weights, optimizer state and counters as plain JSON; `loadModel` reads it. */
  toJSON(): ModelJson {
    this.#check('toJSON', false);
    const engine = this.#open();
    const training = this.#training;
    return {
      format: 'linnet-model',
      version: 1,
      numericsVersion,
      dtype: this.dtype,
      seed: this.seed,
      layers: this.#layers.map(({ type, config }) => ({ type, config })),
      ...(training && {
        compiled: { optimizer: training.optimizer, loss: training.loss, metrics: training.metrics },
      }),
      epochs: this.#epochs,
      counters: engine.counters,
      params: engine.architecture.params.map(({ name, shape }, i) => {
        const states = Array.from({ length: engine.layout.states }, (_, s) => engine.getParam(i, s + 1));
        return encodeTensor(name, shape, engine.getParam(i), states);
      }),
    };
  }

  /** Gives the memory back at once; without it, the garbage collector does. */
  dispose(): void {
    if (this.#disposed) return;
    this.#check('dispose');
    this.#engine?.dispose();
    this.#disposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * A model that is a stack of layers.
 *
 * @throws TypeError, RangeError for unknown options and layers whose widths do not fit.
 * @example
 * const model = sequential({ layers: [
 *   layers.dense({ units: 128, activation: 'relu', inputShape: [784] }),
 *   layers.dense({ units: 10, activation: 'softmax' }),
 * ], seed: 1 });
 */
export function sequential<D extends DType = 'float32'>(options: SequentialOptions<D> = {}): Sequential<D> {
  return new Sequential(options);
}
