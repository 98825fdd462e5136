import type { BackendChoice } from './backend/select';
import type { Training } from './compile';
import { checkOptions, describeKind, fail, oneOf, positiveInteger } from './errors';
import type { HistoryRecord } from './fit';
import type { Layer } from './layers/layer';
import { type LossInput, parseLoss } from './losses';
import type { DType, FloatArray } from './matrix';
import { type MetricName, parseMetrics } from './metrics';
import { type OptimizerInput, parseOptimizer } from './optimizers';
import { parseSeed } from './random';

export interface SequentialOptions<D extends DType = 'float32'> {
  layers?: readonly Layer[];
  /** An integer 0 … 2⁵³ − 1. Left out, one is drawn; read it from `model.seed`. */
  seed?: number;
  /** Default `'float32'`. */
  dtype?: D;
  /** Default `'auto'`: WebAssembly where it can be had, else TypeScript. The results are the same. */
  backend?: BackendChoice;
  /**
   * A wish; `model.threads` says how many there are. For now that is always 1: the results would be the same for any
   * number, only sooner.
   */
  threads?: number | 'auto';
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

const modelKeys = ['layers', 'seed', 'dtype', 'backend', 'threads'] as const;
const compileKeys = ['optimizer', 'loss', 'metrics'] as const;

/** Checks the options of `sequential`; the layers themselves are not looked into yet. */
export function parseModelOptions<D extends DType>(options: SequentialOptions<D>) {
  const given = checkOptions<SequentialOptions<D>>('sequential', options, modelKeys);
  const { layers = [], dtype = 'float32', backend = 'auto', threads = 'auto' } = given;
  if (threads !== 'auto') positiveInteger('sequential', 'threads', threads);
  if (!Array.isArray(layers)) {
    fail(TypeError, 'ERR_KIND', `sequential: layers must be a list of layers, got ${describeKind(layers)}.`);
  }
  return {
    layers: layers as readonly unknown[],
    dtype: oneOf('sequential dtype', dtype, ['float32', 'float64'] as const) as D,
    seed: parseSeed(given.seed, 'sequential'),
    backend: oneOf('sequential backend', backend, ['auto', 'wasm', 'js'] as const),
  };
}

/** Checks the options of `compile`. */
export function parseCompileOptions(options: CompileOptions): Training {
  const { loss, metrics, optimizer = 'rmsProp' } = checkOptions('compile', options, compileKeys);
  if (loss === undefined) fail(TypeError, 'ERR_OPTION', "compile: loss is missing, for example loss: 'mse'.");
  const parsed = parseLoss(loss);
  return {
    loss: parsed,
    metrics: parseMetrics(metrics, parsed),
    optimizer: parseOptimizer(optimizer),
    sum: false,
    guard: true,
  };
}

/** Checks `predict({ out })`. */
export function checkOut(out: unknown, dtype: DType, length: number): asserts out is FloatArray {
  const kind = dtype === 'float64' ? 'Float64Array' : 'Float32Array';
  const right = Object.prototype.toString.call(out) === `[object ${kind}]`; // also of another realm
  if (right && (out as FloatArray).length === length) return;
  const text = `predict: out must be a ${kind} of ${length} values (rows · outputs), got ${describeKind(out)}.`;
  if (right) fail(RangeError, 'ERR_SHAPE', text);
  fail(TypeError, 'ERR_KIND', text);
}
