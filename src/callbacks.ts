import { checkOptions, describeKind, fail, finiteNumber, integer, oneOf } from './errors';

/** Loss and metrics so far in the epoch, or of the whole epoch: `{ loss, accuracy, val_loss, … }`. */
export type Logs = Readonly<Record<string, number>>;

/** What a callback may do to the training that calls it. */
export interface Training {
  /** Ends training after the current batch; `fit` resolves. */
  stop(): void;
  /** Keeps a copy of the weights as they are now. */
  saveWeights(): void;
  /** Brings back the copy. */
  restoreWeights(): void;
}

type Result = unknown;

/** Functions that `fit` calls. Epochs and batches count from 0 within this `fit`. `fit` awaits promises. */
export interface Callback {
  onTrainBegin?(training: Training): Result;
  onTrainEnd?(logs: Logs, training: Training): Result;
  onEpochBegin?(epoch: number, training: Training): Result;
  onEpochEnd?(epoch: number, logs: Logs, training: Training): Result;
  onBatchEnd?(batch: number, logs: Logs, training: Training): Result;
}

const hooks = ['onTrainBegin', 'onTrainEnd', 'onEpochBegin', 'onEpochEnd', 'onBatchEnd'] as const;

/** Checks `fit({ callbacks })`: one object of functions or a list of them. */
export function parseCallbacks(input: unknown): Callback[] {
  if (input === undefined) return [];
  return (Array.isArray(input) ? input : [input]).map((callback: unknown): Callback => {
    if (typeof callback !== 'object' || callback === null) {
      fail(TypeError, 'ERR_KIND', `callbacks: expected an object of functions, got ${describeKind(callback)}.`);
    }
    const plain = Object.getPrototypeOf(callback) === Object.prototype;
    if (plain) checkOptions<Callback>('callbacks', callback, hooks);
    for (const hook of hooks) {
      const value = (callback as Record<string, unknown>)[hook];
      if (value !== undefined && typeof value !== 'function') {
        fail(TypeError, 'ERR_KIND', `callbacks: ${hook} must be a function, got ${describeKind(value)}.`);
      }
    }
    return callback as Callback;
  });
}

export interface EarlyStoppingOptions {
  /** Which entry of the logs to watch. Default `'val_loss'`. */
  monitor?: string;
  /** A change must be larger than this to count as better. Default 0. */
  minDelta?: number;
  /** Epochs without improvement before training ends. Default 0. */
  patience?: number;
  /** Whether smaller or larger is better; `'auto'` (default): larger for accuracies, else smaller. */
  mode?: 'auto' | 'min' | 'max';
  /** Bring back the weights of the best epoch at the end. Default false. */
  restoreBestWeights?: boolean;
}

/**
 * Ends training when a value has stopped getting better.
 *
 * @throws RangeError during training if `monitor` is no entry of the logs.
 * @example
 * await model.fit(x, y, {
 *   epochs: 100, validationSplit: 0.2,
 *   callbacks: callbacks.earlyStopping({ patience: 3, restoreBestWeights: true }),
 * });
 */
function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const given = checkOptions('earlyStopping', options, [
    'monitor',
    'minDelta',
    'patience',
    'mode',
    'restoreBestWeights',
  ]);
  const monitor = given.monitor ?? 'val_loss';
  const minDelta = Math.abs(finiteNumber('earlyStopping', 'minDelta', given.minDelta ?? 0));
  const patience = integer('earlyStopping', 'patience', given.patience ?? 0, 0);
  const mode = oneOf('earlyStopping mode', given.mode ?? 'auto', ['auto', 'min', 'max'] as const);
  const restore = given.restoreBestWeights ?? false;
  const sign = mode === 'max' || (mode === 'auto' && /acc/i.test(monitor)) ? -1 : 1;
  let best = Number.POSITIVE_INFINITY;
  let waited = 0;
  let saved = false;
  return {
    onTrainBegin() {
      best = Number.POSITIVE_INFINITY;
      waited = 0;
      saved = false;
    },
    onEpochEnd(_epoch, logs, training) {
      const value = logs[monitor];
      if (value === undefined) {
        const valid = Object.keys(logs).map((name) => `"${name}"`);
        const fix = monitor.startsWith('val_') ? ' Give fit validationSplit or validationData.' : '';
        const text = `earlyStopping: the logs have no "${monitor}", only ${valid.join(', ')}.${fix}`;
        fail(RangeError, 'ERR_NAME', text);
      }
      if (sign * value < best - minDelta) {
        best = sign * value;
        waited = 0;
        if (restore) training.saveWeights();
        saved = true;
        return;
      }
      waited++;
      if (waited >= patience) training.stop();
    },
    onTrainEnd(_logs, training) {
      if (restore && saved) training.restoreWeights();
    },
  };
}

/** Ready-made callbacks for `fit`. */
export const callbacks = { earlyStopping } as const;
