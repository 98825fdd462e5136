import { type Callback, parseCallbacks } from './callbacks';
import type { MatrixLike, Rows, VectorLike } from './data/inputs';
import {
  boolean,
  checkOptions,
  describe,
  describeKind,
  fail,
  inRange,
  integer,
  oneOf,
  positiveInteger,
} from './errors';

/** Inputs or targets. */
export type Data = MatrixLike | VectorLike;

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
  /** What to do once the loss or a gradient is NaN or infinite. Default `'throw'`. */
  onNonFinite?: 'throw' | 'stop' | 'ignore';
}

const keys = [
  'epochs',
  'batchSize',
  'validationSplit',
  'validationData',
  'shuffle',
  'callbacks',
  'verbose',
  'signal',
  'onNonFinite',
] as const;

/** Options of `fit`, checked and complete. */
export interface FitSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly validationSplit: number;
  readonly validationData: readonly [x: unknown, y: unknown] | undefined;
  readonly shuffle: boolean;
  readonly callbacks: readonly Callback[];
  readonly verbose: 0 | 1 | 2;
  readonly signal: AbortSignal | undefined;
  readonly onNonFinite: 'throw' | 'stop' | 'ignore';
}

/** Checks the options of `fit` or `fitSync`, `place` being which. */
export function parseFitOptions(place: string, options: FitOptions | undefined): FitSettings {
  const given = checkOptions<FitOptions>(place, options, keys);
  const { epochs = 1, batchSize = 32, validationSplit = 0, shuffle = true, verbose = 0, onNonFinite = 'throw' } = given;
  const { validationData, callbacks, signal } = given;
  if (validationData !== undefined && !(Array.isArray(validationData) && validationData.length === 2)) {
    fail(TypeError, 'ERR_KIND', `${place}: validationData must be [x, y], got ${describeKind(validationData)}.`);
  }
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') {
    fail(TypeError, 'ERR_KIND', `${place}: signal must be an AbortSignal, got ${describeKind(signal)}.`);
  }
  return {
    epochs: integer(place, 'epochs', epochs, 0),
    batchSize: positiveInteger(place, 'batchSize', batchSize),
    validationSplit: inRange(place, 'validationSplit', validationSplit, 0, 1, '[)'),
    validationData,
    shuffle: boolean(place, 'shuffle', shuffle),
    callbacks: parseCallbacks(callbacks),
    verbose: integer(place, 'verbose', verbose, 0, 2) as 0 | 1 | 2,
    signal,
    onNonFinite: oneOf(`${place} onNonFinite`, onNonFinite, ['throw', 'stop', 'ignore']),
  };
}

/** Rows of inputs with their targets. */
export interface Pair {
  readonly x: Rows;
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
    fail(RangeError, 'ERR_VALUE', `${text} Give more rows, or validationData: [x, y].`);
  }
  const part = ({ data, cols }: Rows, from: number, to: number): Rows => ({
    data: data.subarray(from * cols, to * cols) as Rows['data'],
    rows: to - from,
    cols,
  });
  return [
    { x: part(x, 0, cut), y: part(y, 0, cut) },
    { x: part(x, cut, rows), y: part(y, cut, rows) },
  ];
}
