import { type Callback, callbackList } from './callbacks';
import type { MatrixLike, Rows, VectorLike } from './data/inputs';
import { boolean, describe, fail, inRange, integer, positiveInteger } from './errors';
import { choice, is, option, optional, parseOptions } from './options';
import type { Inputs } from './stage';

/** Inputs or targets. */
export type Data = MatrixLike | VectorLike;

/** Options of `fit` and `fitSync`. */
export interface FitOptions {
  /** Passes over the data, default 1. */
  epochs?: number;
  /** Rows per update, default 32; more than there are means all. */
  batchSize?: number;
  /** Fraction of the rows, taken from the end before shuffling, that is not trained on but evaluated. */
  validationSplit?: number;
  /** Rows to evaluate after each epoch: [x, y]. Takes precedence over `validationSplit`. */
  validationData?: readonly [x: Data, y: Data];
  /** Visit the rows in a new order each epoch. Default true. */
  shuffle?: boolean;
  /** Called as training goes; `fit` awaits the promises they return. */
  callbacks?: Callback | readonly Callback[];
  /** 0 (default) silent, 1 progress bar, 2 one line per epoch. */
  verbose?: 0 | 1 | 2;
  /** Ends `fit` with a rejection after the current slice. */
  signal?: AbortSignal;
  /**
   * What to do once the loss or a gradient is NaN or infinite: `'throw'` (default) a `NonFiniteError`, `'stop'` and return
   * the history so far, or `'ignore'` it and go on. The first two leave the weights as that step found them.
   */
  onNonFinite?: 'throw' | 'stop' | 'ignore';
}

const isPair = (value: unknown): value is readonly [x: unknown, y: unknown] =>
  Array.isArray(value) && value.length === 2;

const isSignal = (value: unknown): value is AbortSignal =>
  typeof (value as AbortSignal | null)?.throwIfAborted === 'function';

const checks = {
  epochs: option(1, integer, 0),
  batchSize: option(32, positiveInteger),
  validationSplit: option(0, inRange, 0, 1, '[)'),
  validationData: optional(is('[x, y]', isPair)),
  shuffle: option(true, boolean),
  callbacks: callbackList,
  verbose: option(0, integer, 0, 2),
  signal: optional(is('an AbortSignal', isSignal)),
  onNonFinite: option('throw', choice, ['throw', 'stop', 'ignore'] as const),
} satisfies Record<keyof FitOptions, unknown>;

/** Options of `fit`, checked and complete. */
export type FitSettings = ReturnType<typeof parseFitOptions>;

/** Checks the options of `fit` or `fitSync`, `place` being which. */
export const parseFitOptions = (place: string, options: FitOptions | undefined) => parseOptions(place, options, checks);

/** Rows of inputs with their targets. */
export interface Pair {
  readonly x: Inputs;
  readonly y: Rows;
}

/**
 * Splits off the last `fraction` of the rows: the first part has ⌊rows · (1 − fraction)⌋ of them, as in Keras.
 * @throws RangeError if one part would be empty.
 */
export function splitRows(place: string, { x, y }: Pair, fraction: number): [first: Pair, last: Pair] {
  const { rows } = x;
  const cut = Math.floor(rows * (1 - fraction));
  if (cut === 0 || cut === rows) {
    const text = `${place}: validationSplit ${describe(fraction)} of ${rows} rows leaves ${cut} to train on and ${rows - cut} to validate.`;
    fail('ERR_VALUE', `${text} Give more rows, or validationData: [x, y].`);
  }
  const part = (all: Rows, from: number, to: number): Rows => ({
    ...all,
    data: all.data.subarray(from * all.cols, to * all.cols) as Rows['data'],
    rows: to - from,
  });
  return [
    { x: part(x, 0, cut), y: part(y, 0, cut) },
    { x: part(x, cut, rows), y: part(y, cut, rows) },
  ];
}
