import type { LogName, Logs, Training } from './callbacks';
import type { PlanKind } from './compile';
import type { Engine, OwnedWork, Work } from './engine';
import { fail, NonFiniteError, type PartialHistory } from './errors';
import type { FitSettings, Pair } from './fit-options';
import type { Progress } from './progress';
import { shuffle } from './random';
import { createYielder, SLICE } from './scheduler';
import type { Inputs } from './stage';

/** A checked call of `fit`. */
export interface FitJob {
  readonly settings: FitSettings;
  readonly rows: Pair;
  readonly engine: Engine;
  readonly validation: Pair | undefined;
  readonly batch: number;
  readonly learningRate: number;
  /** Names of the accumulators: `loss`, then the metrics. */
  readonly names: readonly string[];
  /** Epochs begun in the model's life: the place in the random streams. */
  readonly clock: { epochs: number };
  /** True once someone asked for the end. */
  readonly stopped: () => boolean;
  readonly training: Training;
  readonly progress: Progress | undefined;
  /** Workers may do the work while the caller goes on. */
  readonly owned: boolean;
}

/** Loss and metrics per epoch; those of the validation data with the prefix `val_`. */
export type HistoryRecord = {
  /** Mean over the rows of each epoch, before each update, penalties included. */
  loss: number[];
} & Partial<Record<LogName, number[]>>;

/** Steps in the next slice: 1, 2, 4 … until one takes about as long as it may, or is as long as can be staged. */
interface Pace {
  steps: number;
  readonly most: number;
}

export const createPace = (engine: Engine, x: Inputs, batch: number): Pace => ({
  steps: 1,
  most: engine.stageRows(x, batch) / batch,
});

/** What a slice did, and how many steps of the pass are done. */
interface Slice {
  done: number;
  /** The guard ended it at the step after these. */
  failed: boolean;
  /** The rest is not known before this is. */
  coming?: Promise<void>;
}

/** One pass over all rows: yields after each slice. */
export function* passSlices(
  engine: Engine,
  kind: PlanKind,
  pass: Omit<Work & Partial<OwnedWork>, 'from' | 'count' | 'step'>,
  pace: Pace,
  stopped = () => false,
): Generator<Slice, void> {
  const { batch } = pass;
  const { rows } = pass.x;
  for (let done = 0; done * batch < rows && !stopped(); ) {
    const from = done * batch;
    const count = Math.min(pace.steps * batch, rows - from);
    const work = { ...pass, from, count, step: done } as OwnedWork;
    const wanted = Math.ceil(count / batch);
    const started = performance.now();
    const slice = {} as Slice;
    const settle = (ran: number) => {
      const fitting = Math.floor((SLICE / (performance.now() - started)) * wanted);
      pace.steps = Math.max(1, Math.min(2 * pace.steps, fitting, pace.most));
      slice.done = done += ran;
      slice.failed = ran < wanted;
    };
    const ran = engine.run(kind, work);
    if (typeof ran === 'number') settle(ran);
    else slice.coming = ran.then(settle);
    yield slice;
  }
}

/**
 * Training as a sequence of slices: yields after each (a callback's promise is to be awaited). Where slices end cannot
 * change a bit: every step does the same, and sums over rows go on where they were.
 */
export function* fitSlices(job: FitJob): Generator<unknown, HistoryRecord> {
  const { engine, training, names, batch, clock, learningRate, owned } = job;
  const { epochs, callbacks, onNonFinite } = job.settings;
  const { x, y } = job.rows;
  const series: Record<string, number[]> = Object.fromEntries(training.names.map((name) => [name, []]));
  let logs: Partial<Logs> = {};
  const perBatch = callbacks.some((callback) => callback.onBatchEnd);
  const batches = Math.ceil(x.rows / batch);
  const pace = perBatch ? { steps: 1, most: 1 } : createPace(engine, x, batch);

  for (const callback of callbacks) yield callback.onTrainBegin?.(training);
  run: for (let epoch = 0; epoch < epochs && !job.stopped(); epoch++) {
    for (const callback of callbacks) yield callback.onEpochBegin?.(epoch, training);
    const number = clock.epochs;
    const order = job.settings.shuffle ? shuffle(x.rows, engine.seed, number) : undefined;
    const sums = new Float64Array(names.length);
    const pass = { x, y, order, batch, sums, epoch: number, learningRate, owned };
    let done = 0;
    for (const slice of passSlices(engine, 'train', pass, pace, job.stopped)) {
      if (slice.coming) yield slice.coming;
      done = slice.done;
      if (done > 0) clock.epochs = number + 1; // not before: a run that fails at once changes nothing
      if (slice.failed) {
        if (onNonFinite === 'stop') break run;
        failNonFinite(engine, epoch, done, series);
      }
      logs = means(names, sums, Math.min(done * batch, x.rows));
      job.progress?.slice(epoch, done, batches, logs);
      for (const callback of callbacks) yield callback.onBatchEnd?.(done - 1, logs as Logs, training);
      yield undefined;
    }
    if (done < batches) break; // stopped within the epoch: it does not count
    if (job.validation) {
      const validationNames = training.names.slice(names.length);
      logs = { ...logs, ...(yield* evaluateSlices(engine, job.validation, batch, validationNames, owned)) };
    }
    for (const [name, value] of Object.entries(logs)) series[name]!.push(value);
    job.progress?.epoch(epoch, logs);
    for (const callback of callbacks) yield callback.onEpochEnd?.(epoch, logs as Logs, training);
  }
  for (const callback of callbacks) yield callback.onTrainEnd?.(logs, training);
  return series as HistoryRecord;
}

/** Throws for a run that the guard ended, naming the layer that went bad first, or `loss`. */
export function failNonFinite({ failed }: Engine, epoch: number, batch: number, history: PartialHistory): never {
  const layer = failed.split('/')[0]!.replace('∂', '');
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
  owned?: boolean,
): Generator<unknown, Record<string, number>> {
  const sums = new Float64Array(names.length);
  const batch = Math.min(batchSize, x.rows);
  for (const { coming } of passSlices(engine, 'evaluate', { x, y, batch, sums, owned }, createPace(engine, x, batch))) {
    yield coming;
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
    fail('ERR_KIND', 'fitSync: a callback returned a promise. Use await model.fit(…) with it.');
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
