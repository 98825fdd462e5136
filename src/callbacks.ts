import { boolean, checkOptions, failExpected, finiteNumber, integer, unknownName } from './errors';
import type { MetricName } from './metrics';
import { choice, is, option, optional, parseOptions } from './options';

/** The loss, a metric, or one of them over the validation data. */
export type LogName = 'loss' | MetricName | `val_${'loss' | MetricName}`;

/** Loss and metrics so far in the epoch, or of the whole epoch: `{ loss, accuracy, val_loss, … }`. */
export type Logs = Readonly<
  {
    /** Mean over the rows so far, penalties included. */
    loss: number;
  } & Partial<Record<LogName, number>>
>;

/** What a callback may do to the training that calls it. */
export interface Training {
  /** Names in the logs of an epoch. */
  readonly names: readonly LogName[];
  /** Ends training after the current slice; `fit` resolves. */
  stop(): void;
  /** Copies the weights as they are now; call what it returns to bring them back. */
  saveWeights(): () => void;
}

type Result = unknown;

/** Functions that `fit` calls. Epochs and batches count from 0 within this `fit`. `fit` awaits promises. */
export interface Callback {
  /** Before the first epoch. */
  onTrainBegin?(training: Training): Result;
  /** After the last epoch, stopped or not. `logs` are the last ones; empty where no batch was trained on. */
  onTrainEnd?(logs: Partial<Logs>, training: Training): Result;
  /** Before each epoch. */
  onEpochBegin?(epoch: number, training: Training): Result;
  /** After each completed epoch and its validation; `logs` are what `history` gets. */
  onEpochEnd?(epoch: number, logs: Logs, training: Training): Result;
  /** After each batch; `logs` are means over the rows of the epoch so far. */
  onBatchEnd?(batch: number, logs: Logs, training: Training): Result;
}

const hooks = ['onTrainBegin', 'onTrainEnd', 'onEpochBegin', 'onEpochEnd', 'onBatchEnd'] as const;

const functionIfAny = optional(is('a function', (value) => typeof value === 'function'));

/** Checks `fit({ callbacks })`: one object of functions or a list of them. */
export function callbackList(_place: string, place: string, input: unknown = []): Callback[] {
  return (Array.isArray(input) ? input : [input]).map((callback: unknown): Callback => {
    if (typeof callback !== 'object' || callback === null || Array.isArray(callback)) {
      const fix = typeof callback === 'function' ? ` Call it: ${callback.name || 'earlyStopping'}().` : '';
      failExpected(place, 'an object of functions', callback, fix);
    }
    const proto: unknown = Object.getPrototypeOf(callback);
    if (proto === Object.prototype || proto === null) checkOptions<Callback>(place, callback, hooks);
    for (const hook of hooks) functionIfAny(place, hook, (callback as Record<string, unknown>)[hook]);
    return callback as Callback;
  });
}

/** Options of `callbacks.earlyStopping`. */
export interface EarlyStoppingOptions {
  /** Which entry of the logs to watch. Default `'val_loss'`. */
  monitor?: LogName;
  /** A change must be larger than this to count as better. Default 0. */
  minDelta?: number;
  /** Epochs without improvement before training ends. Default 0. */
  patience?: number;
  /** Whether smaller or larger is better; `'auto'` (default): larger for accuracies, else smaller. */
  mode?: 'auto' | 'min' | 'max';
  /** Bring back the weights of the best epoch at the end. Default false. */
  restoreBestWeights?: boolean;
}

const checks = {
  // which names there are is known when training begins
  monitor: option('val_loss', (_place, _name, value) => value as LogName),
  minDelta: option(0, finiteNumber),
  patience: option(0, integer, 0),
  mode: option('auto', choice, ['auto', 'min', 'max'] as const),
  restoreBestWeights: option(false, boolean),
};

/**
 * Ends training when a value has stopped getting better. Use one per `fit`.
 *
 * @throws RangeError for unknown modes; when `fit` begins, if `monitor` will not be in the logs.
 * @example
 * await model.fit(x, y, {
 *   epochs: 100, validationSplit: 0.2,
 *   callbacks: callbacks.earlyStopping({ patience: 3, restoreBestWeights: true }),
 * });
 */
function earlyStopping(options?: EarlyStoppingOptions): Callback {
  const { monitor, minDelta, patience, mode, restoreBestWeights } = parseOptions('earlyStopping', options, checks);
  const sign = mode === 'max' || (mode === 'auto' && /acc/i.test(monitor)) ? -1 : 1;
  let best = Infinity;
  let waited = 0;
  let restore: (() => void) | undefined;
  return {
    onTrainBegin({ names }) {
      if (!names.includes(monitor)) throw unknownMonitor(monitor, names);
      best = Infinity;
      waited = 0;
      restore = undefined;
    },
    onEpochEnd(_epoch, logs, training) {
      const value = logs[monitor]!;
      if (sign * value < best - Math.abs(minDelta)) {
        best = sign * value;
        waited = 0;
        if (restoreBestWeights) restore = training.saveWeights();
        return;
      }
      waited++;
      if (waited >= patience) training.stop();
    },
    onTrainEnd() {
      restore?.();
    },
  };
}

function unknownMonitor(monitor: unknown, names: readonly string[]): Error {
  const error = unknownName('earlyStopping monitor', monitor, names);
  if (String(monitor).startsWith('val_') && !names.includes('val_loss')) {
    error.message += ' Give fit validationSplit or validationData.';
  }
  return error;
}

/**
 * Ready-made callbacks for `fit`.
 * @namespace
 */
export const callbacks = {
  /** @function */
  earlyStopping,
} as const;
