import type { Callback, Logs, Training } from './callbacks';
import type { Rows } from './data/inputs';
import type { Engine, Work } from './engine';
import { fail, NonFiniteError } from './errors';
import type { MetricName } from './metrics';
import { shuffle } from './random';
import { SLICE } from './scheduler';

/** Shows how far training is; called between slices. */
export interface Progress {
  slice(epoch: number, done: number, batches: number, logs: Logs): void;
  epoch(epoch: number, batches: number, logs: Logs): void;
}

/** A checked call of `fit`. */
export interface FitJob {
  readonly engine: Engine;
  readonly x: Rows;
  readonly y: Rows;
  readonly validation: { readonly x: Rows; readonly y: Rows } | undefined;
  readonly epochs: number;
  readonly batch: number;
  readonly shuffle: boolean;
  readonly callbacks: readonly Callback[];
  readonly onNonFinite: 'throw' | 'stop' | 'ignore';
  readonly learningRate: number;
  /** Names of the accumulators: `loss`, then the metrics. */
  readonly names: readonly string[];
  /** Counts an epoch over the model's life and returns its number. */
  beginEpoch(): number;
  /** True once someone asked for the end. */
  stopped(): boolean;
  readonly training: Training;
  /** True: slices end after about 10 ms, for the event loop's sake. */
  readonly sliced: boolean;
  readonly progress: Progress | undefined;
}

/** Loss and metrics per epoch; those of the validation data with the prefix `val_`. */
export type HistoryRecord = { loss: number[] } & Partial<Record<MetricName | `val_${MetricName | 'loss'}`, number[]>>;

/**
 * Training as a sequence of slices: yields after each (undefined, or a callback's promise to be awaited). Where slices
 * end cannot change a bit: every step does the same, and sums over rows go on where they were.
 */
export function* fitSlices(job: FitJob): Generator<unknown, HistoryRecord> {
  const { engine, x, callbacks, training, names, batch } = job;
  const keys = [...names, ...(job.validation ? names.map((name) => `val_${name}`) : [])];
  const series: Record<string, number[]> = Object.fromEntries(keys.map((name) => [name, []]));
  const history = series as HistoryRecord;
  let logs: Logs = {};
  const perBatch = callbacks.some((callback) => callback.onBatchEnd);
  const batches = Math.ceil(x.rows / batch);
  const most = perBatch ? 1 : Math.max(1, Math.floor(engine.stageRows(batch) / batch));
  let steps = job.sliced || perBatch ? 1 : most;

  for (const callback of callbacks) yield callback.onTrainBegin?.(training);
  epochs: for (let epoch = 0; epoch < job.epochs && !job.stopped(); epoch++) {
    const number = job.beginEpoch();
    for (const callback of callbacks) yield callback.onEpochBegin?.(epoch, training);
    const order = job.shuffle ? shuffle(x.rows, engine.seed, number) : undefined;
    const sums = new Float64Array(names.length);
    let done = 0;
    while (done < batches && !job.stopped()) {
      const from = done * batch;
      const count = Math.min(steps * batch, x.rows - from);
      const { y, learningRate } = job;
      const work: Work = { x, y, order, from, count, batch, sums, epoch: number, step: done, learningRate };
      const started = performance.now();
      const ran = engine.run('train', work);
      const wanted = Math.ceil(count / batch);
      done += ran;
      if (ran < wanted) {
        if (job.onNonFinite === 'stop') break epochs;
        const layer = engine.locate('train', work).split('/')[0]!.replace('∂', '');
        throw new NonFiniteError({ epoch, batch: done, layer, history: series });
      }
      logs = means(names, sums, Math.min(done * batch, x.rows));
      if (job.sliced && !perBatch) steps = nextSlice(steps, wanted, performance.now() - started, most);
      job.progress?.slice(epoch, done, batches, logs);
      for (const callback of callbacks) yield callback.onBatchEnd?.(done - 1, logs, training);
      yield undefined;
    }
    if (done < batches) break; // stopped within the epoch: it does not count
    logs = { ...logs, ...validate(job) };
    for (const [name, value] of Object.entries(logs)) series[name]!.push(value);
    job.progress?.epoch(epoch, batches, logs);
    for (const callback of callbacks) yield callback.onEpochEnd?.(epoch, logs, training);
  }
  for (const callback of callbacks) yield callback.onTrainEnd?.(logs, training);
  return history;
}

/** Slices of 1, 2, 4 … steps until one takes about as long as it may. */
function nextSlice(steps: number, ran: number, milliseconds: number, most: number): number {
  const fitting = milliseconds > 0 ? Math.floor((SLICE / milliseconds) * ran) : most;
  return Math.max(1, Math.min(2 * steps, fitting, most));
}

export function means(names: readonly string[], sums: Float64Array, rows: number): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, sums[i]! / rows]));
}

function validate({ engine, validation, names, batch }: FitJob): Logs {
  if (!validation) return {};
  const values = evaluateRows(engine, validation.x, validation.y, batch, names);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`val_${name}`, value]));
}

/** Loss and metrics of all rows, in batches. */
export function evaluateRows(engine: Engine, x: Rows, y: Rows, batch: number, names: readonly string[]) {
  const sums = new Float64Array(names.length);
  const size = Math.min(batch, x.rows);
  const slice = engine.stageRows(size);
  for (let from = 0; from < x.rows; from += slice) {
    engine.run('evaluate', { x, y, from, count: Math.min(slice, x.rows - from), batch: size, sums });
  }
  return means(names, sums, x.rows);
}

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** Runs the slices in one go. */
export function drain(slices: Generator<unknown, HistoryRecord>): HistoryRecord {
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
    if (isPromise(value)) {
      slices.return({ loss: [] });
      fail(TypeError, 'ERR_KIND', 'fitSync: a callback returned a promise. Use await model.fit(…) with it.');
    }
  }
}
