import type { BackendName, ThreadChoice } from './backend/backend';
import { type BackendChoice, selectBackend } from './backend/select';
import type { Training as FitControl, LogName } from './callbacks';
import { type Architecture, buildArchitecture, type PlanKind, type Training } from './compile';
import { checkSameRows, checkShares, type Rows, toLabels, toRows } from './data/inputs';
import { Engine } from './engine';
import { describe, describeKind, fail, positiveInteger } from './errors';
import { drain, drainSliced, evaluateSlices, type FitJob, fitSlices, type HistoryRecord } from './fit';
import { type Data, type FitOptions, type Pair, parseFitOptions, splitRows } from './fit-options';
import { encodeModel, encodeTensor, type ModelJson } from './formats/model';
import { Printable } from './inspect';
import type { Layer } from './layers/layer';
import { takesLabels, takesShares } from './losses';
import { type DType, Matrix } from './matrix';
import { choice, option, parseOptions } from './options';
import { printPlan } from './plan/print';
import { createProgress } from './progress';
import {
  type CompileOptions,
  checkOut,
  type Evaluation,
  type History,
  type PredictOptions,
  parseCompileOptions,
  predictChecks,
  predictUsual,
  type SequentialOptions,
  sequentialChecks,
} from './sequential-options';
import { summarize } from './summary';
import { getWeight, prepareWeight } from './weights';

const historyOf = (history: HistoryRecord): History => ({ history, epoch: [...history.loss.keys()] });

/** A stack of layers. Make one with `sequential`. */
export class Sequential<D extends DType = 'float32'> extends Printable {
  readonly #seed: number;
  readonly #dtype: D;
  /** Ends a running `fit` after the current batch when set to true; `fit` then resolves. */
  stopTraining = false;
  readonly #choice: BackendChoice;
  readonly #skipZeros: 'auto' | boolean;
  readonly #threads: ThreadChoice;
  #layers: readonly Layer[] = [];
  #architecture: Architecture | undefined;
  #engine: Engine | undefined;
  #training: Training | undefined;
  /** Epochs begun in the model's life. */
  readonly #clock = { epochs: 0 };
  #fitting = false;
  #disposed = false;

  constructor(options?: SequentialOptions<D>) {
    super();
    const {
      dtype,
      seed,
      backend,
      skipZeros,
      threads,
      layers = [],
    } = parseOptions('sequential', options, sequentialChecks);
    this.#dtype = dtype as D;
    this.#seed = seed;
    this.#choice = backend;
    this.#skipZeros = skipZeros;
    this.#threads = threads;
    if (layers.length > 0) this.#append(layers);
  }

  #append(layers: readonly unknown[]): void {
    for (const layer of layers) {
      if (typeof layer === 'object' && layer !== null && 'build' in layer) continue;
      const fix = 'Make one with layers.dense({ units: 10 }) and its like.';
      fail('ERR_KIND', `sequential: expected a layer, got ${describe(layer)}. ${fix}`);
    }
    const all = [...this.#layers, ...(layers as readonly Layer[])];
    this.#architecture = buildArchitecture(all);
    this.#layers = all;
  }

  /** Appends a layer; possible until the model is first used. */
  add(layer: Layer): this {
    this.#check('add');
    if (this.#engine) fail('ERR_STATE', 'add: the model is in use already. Add all layers before compile.');
    this.#append([layer]);
    return this;
  }

  /** Throws if the model was disposed of, and, for calls that change it, while `fit` runs. */
  #check(call: string, changes = true): void {
    if (this.#disposed) fail('ERR_STATE', `${call}: the model was disposed of. Make a new one.`);
    if (changes && this.#fitting) {
      const text = `${call}: a fit is running. Await it first, or set model.stopTraining = true.`;
      fail('ERR_STATE', text);
    }
  }

  #built(): Architecture {
    return this.#architecture ?? buildArchitecture([]); // which says that layers are missing
  }

  #open(): Engine {
    this.#engine ??= new Engine(this.#built(), this.dtype, this.seed, this.#choice, this.#skipZeros, this.#threads);
    return this.#engine;
  }

  #compiled(call: string): { engine: Engine; training: Training; names: string[] } {
    const training = this.#training;
    if (!training) {
      const example = "model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })";
      fail('ERR_STATE', `${call}: the model is not compiled. Call ${example} first.`);
    }
    return { engine: this.#open(), training, names: ['loss', ...training.metrics] };
  }

  /** What all randomness comes from. */
  get seed(): number {
    return this.#seed;
  }
  /** The type numbers are stored and computed in. */
  get dtype(): D {
    return this.#dtype;
  }
  /** The backend that runs this model. */
  get backend(): BackendName {
    return (this.#engine ?? selectBackend(this.#choice)).runtime.backend.name;
  }
  /** Why this backend. */
  get backendReason(): string {
    return (this.#engine ?? selectBackend(this.#choice)).reason;
  }
  /** Threads that long calls run on: as asked for, or 1 where there are none to be had. */
  get threads(): number {
    const wish = this.#threads;
    return this.#engine?.threads ?? selectBackend(this.#choice, wish).runtime.backend.threads?.(wish) ?? 1;
  }

  /**
   * Chooses what training minimises and how. Compiling again keeps the weights and starts the optimizer anew.
   * @throws TypeError, RangeError for unknown names and options (naming the nearest); nothing has changed then.
   */
  compile(options: CompileOptions): void {
    this.#check('compile');
    const training = parseCompileOptions(options);
    this.#open().compile(training);
    this.#training = training;
  }

  /** Rows of inputs; they may be the caller's own array. */
  #x(name: string, value: unknown): Rows {
    return toRows(name, value, this.#open().architecture.inputs, this.dtype, { borrow: true });
  }

  #pair(xName: string, x: unknown, yName: string, y: unknown): Pair {
    const { outputs } = this.#open().architecture;
    const { loss } = this.#training!;
    const rows = this.#x(xName, x);
    const targets = takesLabels(loss)
      ? toLabels(yName, y, outputs, this.dtype)
      : toRows(yName, y, outputs, this.dtype, { oneDimensional: 'column' });
    if (takesShares(loss)) checkShares(yName, targets, loss.name);
    checkSameRows(xName, rows, yName, targets);
    return { x: rows, y: targets };
  }

  /** Begins a `fit`. Everything that can be wrong with the call is found here, before anything changes. */
  #begin(call: string, x: Data, y: Data, options: FitOptions | undefined): FitJob {
    this.#check(call);
    const settings = parseFitOptions(call, options);
    const { validationData: given, validationSplit, epochs, batchSize } = settings;
    settings.signal?.throwIfAborted();
    const { engine, training, names } = this.#compiled(call);
    if (engine.architecture.params.length === 0) {
      fail('ERR_STATE', `${call}: the model has no weights to train. Add a dense layer.`);
    }
    let kept = this.#pair('x', x, 'y', y);
    let validation = given && this.#pair('validationData[0]', given[0], 'validationData[1]', given[1]);
    if (!validation && validationSplit > 0) [kept, validation] = splitRows(call, kept, validationSplit);
    const batch = Math.min(batchSize, kept.x.rows);
    // What is the caller's may change while training goes on.
    const own = ({ x, y }: Pair): Pair => ({ x: engine.hold(x, batch), y });
    if (validation) validation = own(validation);
    kept = own(kept);
    engine.begin(settings.onNonFinite !== 'ignore');
    this.stopTraining = false;
    this.#fitting = true;
    return {
      settings, // nested: spreading them took half the time of a small model's fit
      rows: kept,
      engine,
      validation,
      batch,
      learningRate: training.optimizer.learningRate,
      names,
      clock: this.#clock,
      progress: createProgress(settings.verbose, epochs),
      owned: call === 'fit',
      stopped: () => this.stopTraining,
      training: this.#control([...names, ...(validation ? names.map((name) => `val_${name}`) : [])] as LogName[]),
    };
  }

  #end(job: FitJob): void {
    this.#fitting = false;
    job.engine.release();
    job.progress?.end();
  }

  /** What callbacks may do. */
  #control(names: readonly LogName[]): FitControl {
    return {
      names,
      stop: () => {
        this.stopTraining = true;
      },
      saveWeights: () => {
        const engine = this.#open();
        const saved = engine.architecture.params.map((_, i) => engine.getParam(i));
        return () => {
          saved.forEach((values, i) => {
            engine.setParam(i, values);
          });
        };
      },
    };
  }

  /**
   * Trains the model, giving the event loop a turn about every 10 ms; with threads on a page, whose main thread must not
   * wait, workers do all of it.
   *
   * @param x inputs, one row a sample
   * @param y targets: rows, a column, or class labels for a sparse loss. Both are copied.
   * @returns loss and metrics of each epoch.
   * @throws NonFiniteError if the loss or a gradient becomes NaN or infinite; `signal.reason` when aborted. Weights and
   * optimizer state are then those of the last completed step.
   * @example
   * const { history } = await model.fit(images, labels, { epochs: 5, batchSize: 32, validationSplit: 0.1 });
   */
  async fit(x: Data, y: Data, options?: FitOptions): Promise<History> {
    const job = this.#begin('fit', x, y, options);
    try {
      return historyOf(await drainSliced(fitSlices(job), job.settings.signal));
    } finally {
      this.#end(job);
    }
  }

  /** Trains the model without giving way; the same results as `fit`. Callbacks must not return promises. */
  fitSync(x: Data, y: Data, options?: FitOptions): History {
    const job = this.#begin('fitSync', x, y, options);
    try {
      return historyOf(drain(fitSlices(job)));
    } finally {
      this.#end(job);
    }
  }

  /**
   * Loss (with penalties) and metrics over all rows, without dropout.
   * @example
   * model.evaluate(testImages, testLabels); // { loss: 0.07, accuracy: 0.98 }
   */
  evaluate(x: Data, y: Data, options?: { batchSize?: number }): Evaluation {
    this.#check('evaluate', false);
    const { engine, names } = this.#compiled('evaluate');
    const { batchSize } = parseOptions('evaluate', options, { batchSize: option(32, positiveInteger) });
    const { x: rows, y: targets } = this.#pair('x', x, 'y', y);
    const pair = { x: engine.skipZeros(rows, batchSize), y: targets };
    return drain(evaluateSlices(engine, pair, batchSize, names)) as Evaluation;
  }

  /**
   * The outputs for every row of x, without dropout.
   * @example
   * model.predict(testImages).argMax(); // [7, 2, 1, 0, …]
   */
  predict(x: Data, options?: PredictOptions<D>): Matrix<D> {
    this.#check('predict', false);
    const engine = this.#open();
    const given = options === undefined ? predictUsual : parseOptions('predict', options, predictChecks);
    const { batchSize, out } = given;
    const rows = engine.skipZeros(this.#x('x', x), batchSize);
    const { outputs } = engine.architecture;
    const values = engine.predict(rows, batchSize, checkOut(out, this.dtype, rows.rows * outputs));
    return new Matrix<D>(values as never, rows.rows, outputs);
  }

  /** Copies of all weights: kernel [inputs, units] and bias [1, units] of each layer, in order. */
  getWeights(): Matrix<D>[] {
    this.#check('getWeights', false);
    const engine = this.#open();
    return engine.architecture.params.map((_, i) => getWeight(engine, i));
  }

  /** Sets all weights, in the order of `getWeights`. Throws before anything changes if a shape does not fit. */
  setWeights(weights: readonly Data[]): void {
    this.#check('setWeights');
    const engine = this.#open();
    const { params } = engine.architecture;
    if (!Array.isArray(weights) || weights.length !== params.length) {
      const got = Array.isArray(weights) ? `${weights.length}` : describeKind(weights);
      fail('ERR_SHAPE', `setWeights: expected a list of ${params.length} matrices, got ${got}.`);
    }
    const prepared = params.map(({ name }, i) => prepareWeight(engine, i, name, weights[i]));
    for (const set of prepared) set();
  }

  /** The layers with their output widths and numbers of weights, as a table. */
  summary(): string {
    this.#check('summary', false);
    return summarize(this.#built());
  }

  /** The summary. */
  override toString(): string {
    return this.#architecture ? summarize(this.#architecture) : 'Sequential, no layers yet';
  }

  /** What one step does, op by op: of training if the model is compiled, else of prediction. */
  plan(options?: { batchSize?: number; kind?: PlanKind }): string {
    this.#check('plan', false);
    const { batchSize, kind } = parseOptions('plan', options, {
      batchSize: option(32, positiveInteger),
      kind: option(this.#training ? 'train' : 'predict', choice, ['train', 'evaluate', 'predict'] as const),
    });
    if (kind !== 'predict') this.#compiled('plan');
    const engine = this.#open();
    return printPlan(engine.plan(kind, batchSize), engine.zeros);
  }

  /** @internal What `loadModel` restores besides layers. */
  internals() {
    return { engine: this.#open(), training: this.#training, clock: this.#clock };
  }

  /** Architecture, weights, optimizer state and counters as plain JSON; `loadModel` reads it. */
  toJSON(): ModelJson {
    this.#check('toJSON', false);
    const engine = this.#open();
    const training = this.#training;
    return encodeModel({
      dtype: this.dtype,
      seed: this.seed,
      layers: this.#layers.map(({ type, config }) => ({ type, config })),
      ...(training && {
        compiled: { optimizer: training.optimizer, loss: training.loss, metrics: training.metrics },
      }),
      epochs: this.#clock.epochs,
      counters: engine.counters,
      params: engine.architecture.params.map(({ name, shape }, i) => {
        const states = Array.from({ length: engine.layout.states }, (_, s) => engine.getParam(i, s + 1));
        return encodeTensor(name, shape, engine.getParam(i), states);
      }),
    });
  }

  /** Gives the memory back at once; without it, the garbage collector does. */
  dispose(): void {
    if (this.#disposed) return;
    this.#check('dispose');
    this.#engine?.dispose();
    this.#disposed = true;
  }

  /** `dispose`, for `using model = sequential(…)`. */
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
export function sequential<D extends DType = 'float32'>(options?: SequentialOptions<D>): Sequential<D> {
  return new Sequential(options);
}
