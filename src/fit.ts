import type { LogName, Logs, Training } from './callbacks';
import type { Engine, Work } from './engine';
import { fail, NonFiniteError, type PartialHistory } from './errors';
import type { FitSettings, Pair } from './fit-options';
import type { Progress } from './progress';
import { shuffle } from './random';
import { createYielder, SLICE } from './scheduler';

/** A checked call of `fit`. */
export interface FitJob extends Pair, FitSettings {
  readonly engine: Engine;
  readonly validation: Pair | undefined;
  readonly batch: number;
  readonly learningRate: number;
  /** Names of the accumulators: `loss`, then the metrics. */
  readonly names: readonly string[];
  /** Epochs begun in the model's life: the place in the random streams. */
  readonly clock: { epochs: number };
  /** True once someone asked for the end. */
  stopped(): boolean;
  readonly training: Training;
  /** True: slices end after about 10 ms, for the event loop's sake. */
  readonly sliced: boolean;
  readonly progress: Progress | undefined;
}

/** Loss and metrics per epoch; those of the validation data with the prefix `val_`. */
export type HistoryRecord = { loss: number[] } & Partial<Record<LogName, number[]>>;

/**
 * Training as a sequence of slices: yields after each (undefined, or a callback's promise to be awaited). Where slices
 * end cannot change a bit: every step does the same, and sums over rows go on where they were.
 */
export function* fitSlices(job: FitJob): Generator<unknown, HistoryRecord> {
  const { engine, x, callbacks, training, names, batch, clock } = job;
  const series: Record<string, number[]> = Object.fromEntries(training.names.map((name) => [name, []]));
  let logs: Partial<Logs> = {};
  const perBatch = callbacks.some((callback) => callback.onBatchEnd);
  const batches = Math.ceil(x.rows / batch);
  const pace = createPace(job.sliced, perBatch ? 1 : engine.stageRows(batch) / batch);

  for (const callback of callbacks) yield callback.onTrainBegin?.(training);
  epochs: for (let epoch = 0; epoch < job.epochs && !job.stopped(); epoch++) {
    for (const callback of callbacks) yield callback.onEpochBegin?.(epoch, training);
    const number = clock.epochs;
    const order = job.shuffle ? shuffle(x.rows, engine.seed, number) : undefined;
    const sums = new Float64Array(names.length);
    let done = 0;
    while (done < batches && !job.stopped()) {
      const from = done * batch;
      const count = Math.min(pace.steps * batch, x.rows - from);
      const { y, learningRate } = job;
      const work: Work = { x, y, order, from, count, batch, sums, epoch: number, step: done, learningRate };
      const started = performance.now();
      const ran = engine.run('train', work);
      const wanted = Math.ceil(count / batch);
      pace.took(wanted, performance.now() - started);
      if (ran > 0) clock.epochs = number + 1; // not before: a run that fails at once changes nothing
      done += ran;
      if (ran < wanted) {
        if (job.onNonFinite === 'stop') break epochs;
        failNonFinite(engine, work, epoch, done, series);
      }
      logs = means(names, sums, Math.min(done * batch, x.rows));
      job.progress?.slice(epoch, done, batches, logs);
      for (const callback of callbacks) yield callback.onBatchEnd?.(done - 1, logs as Logs, training);
      yield undefined;
    }
    if (done < batches) break; // stopped within the epoch: it does not count
    if (job.validation) {
      const validationNames = training.names.slice(names.length);
      logs = { ...logs, ...(yield* evaluateSlices(engine, job.validation, batch, validationNames, job.sliced)) };
    }
    for (const [name, value] of Object.entries(logs)) series[name]!.push(value);
    job.progress?.epoch(epoch, logs);
    for (const callback of callbacks) yield callback.onEpochEnd?.(epoch, logs as Logs, training);
  }
  for (const callback of callbacks) yield callback.onTrainEnd?.(logs, training);
  return series as HistoryRecord;
}

/** Steps per slice: as many as can be, or when `sliced` 1, 2, 4 … until one slice takes about as long as it may. */
function createPace(sliced: boolean, limit: number) {
  const most = Math.max(1, Math.floor(limit));
  let steps = sliced ? 1 : most;
  return {
    get steps() {
      return steps;
    },
    /** Takes note of a slice of `ran` steps. */
    took(ran: number, milliseconds: number): void {
      if (!sliced) return;
      const fitting = milliseconds > 0 ? Math.floor((SLICE / milliseconds) * ran) : most;
      steps = Math.max(1, Math.min(2 * steps, fitting, most));
    },
  };
}

/** Throws for a run that the guard ended, naming the layer that went bad first, or `loss`. */
export function failNonFinite(
  engine: Engine,
  work: Work,
  epoch: number,
  batch: number,
  history: PartialHistory,
): never {
  const layer = engine.locate('train', work).split('/')[0]!.replace('∂', '');
  throw new NonFiniteError({ epoch, batch, layer, history });
}

function means(names: readonly string[], sums: Float64Array, rows: number): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, sums[i]! / rows]));
}

/** Loss and metrics of all rows, in batches: yields after each slice. */
export function* evaluateSlices(
  engine: Engine,
  { x, y }: Pair,
  batchSize: number,
  names: readonly string[],
  sliced: boolean,
): Generator<undefined, Record<string, number>> {
  const sums = new Float64Array(names.length);
  const batch = Math.min(batchSize, x.rows);
  const pace = createPace(sliced, engine.stageRows(batch) / batch);
  for (let from = 0; from < x.rows; ) {
    const count = Math.min(pace.steps * batch, x.rows - from);
    const started = performance.now();
    engine.run('evaluate', { x, y, from, count, batch, sums });
    pace.took(pace.steps, performance.now() - started);
    from += count;
    yield undefined;
  }
  return means(names, sums, x.rows);
}

/** Runs the slices in one go. */
export function drain<R>(slices: Generator<unknown, R>): R {
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
    const promise = value as Partial<PromiseLike<unknown>> | null | undefined;
    if (typeof promise?.then !== 'function') continue;
    promise.then(undefined, () => {}); // should it be rejected: the error below is reason enough
    fail(TypeError, 'ERR_KIND', 'fitSync: a callback returned a promise. Use await model.fit(…) with it.');
  }
}

/**
 * Runs the slices, awaiting callbacks and giving the event loop a turn about every 10 ms.
 * @throws `signal.reason` once it is aborted, between two slices.
 */
export async function drainSliced<R>(slices: Generator<unknown, R>, signal: AbortSignal | undefined): Promise<R> {
  const yielder = createYielder();
  try {
    let turned = performance.now();
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = slices.next();
      if (done) return value;
      await value;
      if (performance.now() - turned < SLICE / 2) continue;
      await yielder.turn();
      turned = performance.now();
    }
  } finally {
    yielder.close();
  }
}
