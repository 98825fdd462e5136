import type { ThreadChoice } from './backend/backend';
import type { BackendChoice } from './backend/select';
import type { Training } from './compile';
import { boolean, checkOptions, fail, failWanted, positiveInteger } from './errors';
import type { HistoryRecord } from './fit';
import type { Layer } from './layers/layer';
import { type LossInput, parseLoss } from './losses';
import type { DType, FloatArray } from './matrix';
import { type MetricName, parseMetrics } from './metrics';
import { type OptimizerInput, parseOptimizer } from './optimizers';
import { is, modelChecks, option, optional } from './options';
import { floatArrays } from './plan/layout';

/** Options of `sequential`. */
export interface SequentialOptions<D extends DType = 'float32'> {
  /** The layers from first to last; `add` appends more. */
  layers?: readonly Layer[];
  /** An integer 0 … 2⁵³ − 1. Left out, one is drawn; read it from `model.seed`. */
  seed?: number;
  /** Type of all numbers, default `'float32'`. */
  dtype?: D;
  /** Default `'auto'`: WebAssembly where it can be had, else TypeScript. The results are the same. */
  backend?: BackendChoice;
  /**
   * Whether the first layer skips the zeros of its inputs: same bits, much faster for pixels, one-hot columns or bags of
   * words. Default `'auto'`: where that is faster, for wide layers with up to half of the numbers not 0. `model.plan()`
   * says what was done.
   */
  skipZeros?: 'auto' | boolean;
  /**
   * Threads that share long calls; `'auto'`: as many as the machine has room for, as long as that is faster. Default 1,
   * at most 255.
   * The results are the same for any number. Workers start when there is enough to do for them, and join as soon as they are
   * up. No call waits for them, or for their code, which is loaded when a model first asks for threads: a program that
   * never awaits runs on one. They do not keep a process alive. Pages must be cross-origin isolated; their main thread is
   * left alone by an asynchronous `fit`, which workers own. Where threads cannot be had, `model.threads` is 1.
   */
  threads?: ThreadChoice;
}

/** Options of `compile`: names, or what their factories return. */
export interface CompileOptions {
  /** How weights are updated. Default `'rmsProp'`, as in Keras. */
  optimizer?: OptimizerInput;
  /** What training minimises. */
  loss: LossInput;
  /** What else is reported, default nothing. */
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
export type Evaluation = {
  /** Mean over the rows, penalties included. */
  loss: number;
} & Partial<Record<MetricName, number>>;

/** Options of `predict`. */
export interface PredictOptions<D extends DType = DType> {
  /** Rows per call of the backend, default 128. Results are the same for any. */
  batchSize?: number;
  /** Receives the values, rows · outputs of them. */
  out?: D extends 'float64' ? Float64Array : Float32Array;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

export const sequentialChecks = {
  layers: optional(is('a list of layers', isList)), // the layers themselves are looked into when they are added
  ...modelChecks('float32'),
  skipZeros: option('auto', (place, name, value): 'auto' | boolean =>
    value === 'auto' ? value : boolean(place, name, value),
  ),
  threads: option(
    1,
    (place, name, value): ThreadChoice => (value === 'auto' ? value : positiveInteger(place, name, value)),
  ),
} satisfies Record<keyof SequentialOptions, unknown>;

/** Checks the options of `compile`. */
export function parseCompileOptions(options: CompileOptions): Training {
  const { loss, metrics, optimizer = 'rmsProp' } = checkOptions('compile', options, ['optimizer', 'loss', 'metrics']);
  if (loss === undefined) fail('ERR_OPTION', "compile: loss is missing, for example loss: 'mse'.");
  const parsed = parseLoss(loss);
  return {
    loss: parsed,
    metrics: parseMetrics(metrics, parsed),
    optimizer: parseOptimizer(optimizer),
    sum: false,
    guard: true,
  };
}

export const predictChecks = {
  batchSize: option(128, positiveInteger),
  out: (_place: string, _name: string, value: unknown) => value, // the length it must have is not known yet
} satisfies Record<keyof PredictOptions, unknown>;

/** What `predict` takes without options; parsing none takes 0.1 µs. */
export const predictUsual: PredictOptions & { batchSize: number } = { batchSize: 128, out: undefined };

/** Checks `predict({ out })`. */
export function checkOut(out: unknown, dtype: DType, length: number): FloatArray | undefined {
  if (out === undefined) return out;
  const kind = dtype === 'float64' ? 'Float64Array' : 'Float32Array';
  // The tag, which takes 0.3 µs, is for arrays of another realm.
  const right = out instanceof floatArrays[dtype] || Object.prototype.toString.call(out) === `[object ${kind}]`;
  if (right && (out as FloatArray).length === length) return out as FloatArray;
  const wanted = `a ${kind} of ${length} values (rows · outputs)`;
  failWanted('predict', 'out', wanted, out, right ? 'ERR_SHAPE' : 'ERR_KIND');
}
