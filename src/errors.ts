/**
 * What went wrong, as a short string that stays the same when messages get better. Read it from `error.code`.
 *
 * | code | meaning | class |
 * |---|---|---|
 * | `ERR_KIND` | a value of the wrong kind: a string where a number belongs | `TypeError` |
 * | `ERR_VALUE` | the right kind, but out of range: `units: 0` | `RangeError` |
 * | `ERR_OPTION` | an option nobody knows | `TypeError` |
 * | `ERR_NAME` | a name nobody knows: `optimizer: 'adma'` | `RangeError` |
 * | `ERR_SHAPE` | widths or row counts that do not fit together | `RangeError` |
 * | `ERR_DATA` | data that cannot be used: NaN, empty, a label out of range | `RangeError` |
 * | `ERR_FORMAT` | a file or JSON that is truncated, corrupted or something else | `RangeError` |
 * | `ERR_READ` | a file or address that cannot be read; the reason is in `error.cause` | `Error` |
 * | `ERR_STATE` | the wrong moment: `fit` before `compile`, use after `dispose` | `Error` |
 * | `ERR_MEMORY` | a model too large for the memory | `RangeError` |
 * | `ERR_UNSUPPORTED` | something this JavaScript engine or build lacks | `Error` |
 * | `ERR_WORKER` | a worker thread ended while a model used it | `Error` |
 * | `ERR_NON_FINITE` | the loss or a gradient became NaN or infinite | `NonFiniteError` |
 */
export type ErrorCode =
  | 'ERR_KIND'
  | 'ERR_VALUE'
  | 'ERR_OPTION'
  | 'ERR_NAME'
  | 'ERR_SHAPE'
  | 'ERR_DATA'
  | 'ERR_FORMAT'
  | 'ERR_READ'
  | 'ERR_STATE'
  | 'ERR_MEMORY'
  | 'ERR_UNSUPPORTED'
  | 'ERR_WORKER'
  | 'ERR_NON_FINITE';

/** Any error this library throws on purpose. */
export type LinnetError = Error & {
  /** What went wrong. */
  readonly code: ErrorCode;
};

type ErrorClass = new (message: string, options?: { cause?: unknown }) => Error;

/** The classes of errors that are no `RangeError`, by code. */
const classes: Partial<Record<ErrorCode, ErrorClass>> = {
  ERR_KIND: TypeError,
  ERR_OPTION: TypeError,
  ERR_READ: Error,
  ERR_STATE: Error,
  ERR_UNSUPPORTED: Error,
};

/** An error with a `code`, of the class that belongs to it, for those who throw it themselves. */
export function makeError(code: ErrorCode, message: string, cause?: unknown): LinnetError {
  const kind = classes[code] ?? RangeError;
  return Object.assign(new kind(message, cause === undefined ? cause : { cause }), { code });
}

/** Throws an error with a `code`, of the class that belongs to it: `fail('ERR_SHAPE', 'X has 4 rows, y has 3.')`. */
export function fail(code: ErrorCode, message: string, cause?: unknown): never {
  throw makeError(code, message, cause);
}

/** Loss and metrics per epoch, as far as training got. */
export type PartialHistory = Readonly<Record<string, readonly number[]>>;

/**
 * Training met a loss or gradient that is NaN or infinite. Weights and optimizer state are as the failing step found
 * them: the model can still predict, be saved, or go on with other settings.
 *
 * Usual reasons: a learning rate that is too large, inputs that are not scaled (pixels 0–255 instead of 0–1), a loss
 * that does not fit the output layer.
 *
 * @example
 * try {
 *   await model.fit(x, y, { epochs: 5 });
 * } catch (error) {
 *   if (error instanceof NonFiniteError) console.log(error.epoch, error.batch, error.layer, error.history.loss);
 * }
 */
export class NonFiniteError extends Error {
  /** Always `'NonFiniteError'`. */
  override readonly name = 'NonFiniteError';
  /** Always `'ERR_NON_FINITE'`. */
  readonly code = 'ERR_NON_FINITE';
  /** Epoch of the failing step within this `fit`, from 0 as in callbacks. */
  declare readonly epoch: number;
  /** Batch of the failing step within its epoch, from 0 as in callbacks. */
  declare readonly batch: number;
  /** Name of the first layer that went bad. */
  declare readonly layer: string;
  /** What `fit` would have returned, for the epochs that were completed. */
  declare readonly history: PartialHistory;

  /** For the library, which throws it: `where` is what the properties say. */
  constructor(where: { epoch: number; batch: number; layer: string; history: PartialHistory }) {
    super(
      `Training ended in epoch ${where.epoch}, batch ${where.batch} (from 0): layer "${where.layer}" is the first with ` +
        'NaN or infinity. The weights are as this step found them. ' +
        'Try a smaller learning rate, scaled inputs (−1…1) or gradient clipping.',
    );
    Object.assign(this, where);
  }
}

/**
 * A short printable form of any value, for error messages: `"adma"`, `[32, 28]`, `{ hiddenLayers: [3] }`,
 * `Float32Array(784)`. Never throws, never longer than 60 characters.
 */
export function describe(value: unknown): string {
  try {
    const text = print(value, 0).replace(/[\r\n]/g, ' ');
    return text.length > 60 ? `${text.slice(0, 57)}…` : text;
  } catch {
    return 'an object'; // a getter or proxy that throws
  }
}

function print(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) {
    return depth > 1
      ? '[…]'
      : `[${value
          .slice(0, 30)
          .map((item) => print(item, depth + 1))
          .join(', ')}]`;
  }
  const type = value.constructor?.name || 'Object';
  if (type !== 'Object') return 'length' in value ? `${type}(${value.length})` : type;
  const fields = Object.entries(value).slice(0, 9);
  if (depth > 1) return '{…}';
  return fields.length ? `{ ${fields.map(([key, item]) => `${key}: ${print(item, depth + 1)}`).join(', ')} }` : '{}';
}

/** `"3" (string)`: the value and its kind, for messages about the wrong kind. */
export function describeKind(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'function' || typeof value === 'object') {
    return describe(value);
  }
  return `${describe(value)} (${typeof value})`;
}

// `learning_rate` and `learning-rate` are `learningRate`.
const plain = (name: string) => name.toLowerCase().replace(/[_\-\s]/g, '');

/**
 * The candidate that was probably meant by `name`, or `undefined` when nothing is close.
 *
 * Distance is Damerau–Levenshtein in its restricted form (insert, delete, replace, swap two neighbours; no part edited
 * twice), ignoring case, `_`, `-` and spaces. Up to a third of the longer name may differ, at most three characters.
 * Failing that, a candidate that begins with `name` (three characters or more) or whose words do: `lr` is `learningRate`.
 *
 * @example
 * nearest('adma', ['sgd', 'adam']); // 'adam'
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(name);
  for (let edits = 0; edits <= 3; edits++) {
    const found = candidates.find((candidate) => {
      const other = plain(candidate);
      return Math.max(wanted.length, other.length) >= 3 * edits && isWithin(edits, wanted, other);
    });
    if (found !== undefined) return found;
  }
  return (
    candidates.find((candidate) => wanted.length >= 3 && plain(candidate).startsWith(wanted)) ??
    candidates.find((candidate) => wanted.length >= 2 && plain(initials(candidate)) === wanted)
  );
}

/** `learningRate` → `lR`. */
const initials = (name: string) => name.replace(/(?!^)[^A-Z]/g, '');

/** Whether that many edits, or fewer, turn `a` into `b`. */
function isWithin(edits: number, a: string, b: string): boolean {
  if (a === b || edits === 0) return a === b;
  const [restOfA, restOfB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return isWithin(edits, restOfA, restOfB);
  const swaps = a[0] === b[1] && a[1] === b[0];
  return (
    isWithin(edits - 1, restOfA, restOfB) ||
    isWithin(edits - 1, restOfA, b) ||
    isWithin(edits - 1, a, restOfB) ||
    (swaps && isWithin(edits - 1, a.slice(2), b.slice(2)))
  );
}

/** What a message about an unknown name or key ends with: ` Did you mean "adam"? Valid: "sgd", "adam".` */
function advice(got: string, valid: readonly string[]): string {
  const near = nearest(got, valid);
  return `${near === undefined ? '' : ` Did you mean "${near}"?`} Valid: ${valid.map(describe).join(', ')}.`;
}

/**
 * The error for a name that is not in a catalogue; the caller throws it.
 *
 * @example
 * throw unknownName('optimizer', 'adma', ['sgd', 'adam']);
 * // RangeError: optimizer: unknown name "adma". Did you mean "adam"? Valid: "sgd", "adam".
 */
export function unknownName(place: string, got: unknown, candidates: readonly string[]): LinnetError {
  return typeof got === 'string'
    ? makeError('ERR_NAME', `${place}: unknown name ${describe(got)}.${advice(got, candidates)}`)
    : makeError('ERR_KIND', `${place}: expected a name, got ${describeKind(got)}.${advice('', candidates)}`);
}

/**
 * Checks an options object and returns a fresh one holding only what was really given: keys whose value is `undefined`
 * are absent, so `{ ...defaults, ...checkOptions(place, options, keys) }` keeps the defaults.
 *
 * @throws TypeError when `options` is not an object, or has a key that is not allowed (the nearest allowed key is named).
 *
 * @example
 * const options: FitOptions = JSON.parse('{ "batchsize": 32 }');
 * checkOptions('fit', options, ['epochs', 'batchSize']);
 * // TypeError: fit: unknown option "batchsize". Did you mean "batchSize"? Valid: "epochs", "batchSize".
 */
export function checkOptions<T extends object>(
  place: string,
  options: T | undefined,
  allowedKeys: readonly Extract<keyof T, string>[],
): Partial<T> {
  const given: Partial<T> = {};
  if (options === undefined) return given;
  if (typeof options !== 'object' || options === null || Array.isArray(options) || ArrayBuffer.isView(options)) {
    const form = allowedKeys.length ? ` such as { ${allowedKeys.slice(0, 3).join(', ')} }` : '';
    failExpected(place, `an options object${form}`, options);
  }
  for (const key of allowedKeys) {
    const value = options[key];
    if (value !== undefined) given[key] = value;
  }
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(given, key)) continue;
    const help = allowedKeys.length ? advice(key, allowedKeys) : ' It takes no options.';
    fail('ERR_OPTION', `${place}: unknown option ${describe(key)}.${help}`);
  }
  return given;
}

/** Throws an error that says what kind of value was expected. `fix` begins with a space. */
export function failExpected(place: string, expected: string, value: unknown, fix = ''): never {
  fail('ERR_KIND', `${place}: expected ${expected}, got ${describeKind(value)}.${fix}`);
}

/** Throws an error that says what a value should have been. With another code than `ERR_KIND` its kind was right. */
export function failWanted(
  place: string,
  name: string,
  wanted: string,
  value: unknown,
  code: ErrorCode = 'ERR_KIND',
): never {
  const got = code === 'ERR_KIND' ? describeKind(value) : describe(value);
  fail(code, `${place}: ${name} must be ${wanted}, got ${got}.`);
}

/** Returns `value` if it is a number that `fits`, else throws. */
function number(place: string, name: string, wanted: string, value: unknown, fits: (n: number) => boolean): number {
  if (typeof value !== 'number') failWanted(place, name, wanted, value);
  return fits(value) ? value : failWanted(place, name, wanted, value, 'ERR_VALUE');
}

/** Returns `value` if it is an integer in `min`…`max`, else throws. */
export function integer(
  place: string,
  name: string,
  value: unknown,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  const fits = (n: number) => Number.isSafeInteger(n) && n >= min && n <= max;
  return number(place, name, `an integer in ${min}…${max}`, value, fits);
}

/** Returns `value` if it is 1, 2, 3, …, else throws: `dense: units must be a positive integer, got 0.` */
export function positiveInteger(place: string, name: string, value: unknown): number {
  return number(place, name, 'a positive integer', value, (n) => Number.isSafeInteger(n) && n > 0);
}

/** Returns `value` if it is neither NaN nor infinite, else throws. */
export function finiteNumber(place: string, name: string, value: unknown): number {
  return number(place, name, 'a finite number', value, Number.isFinite);
}

/**
 * Returns `value` if it is a finite number between `low` and `high`, else throws. `ends` tells whether the bounds
 * themselves are allowed: `inRange('dropout', 'rate', rate, 0, 1, '[)')` allows 0 and not 1.
 */
export function inRange(
  place: string,
  name: string,
  value: unknown,
  low: number,
  high = Infinity,
  ends: '[]' | '[)' | '(]' | '()' = '[]',
): number {
  const wanted =
    high === Infinity
      ? `a finite number ${ends[0] === '[' ? '≥' : '>'} ${low}`
      : `a number in ${ends[0]}${low}, ${high}${ends[1]}`;
  const excluded = [ends[0] === '(' && low, ends[1] === ')' && high];
  return number(
    place,
    name,
    wanted,
    value,
    (n) => Number.isFinite(n) && n >= low && n <= high && !excluded.includes(n),
  );
}

/** Returns `value` if it is `true` or `false`, else throws. */
export function boolean(place: string, name: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : failWanted(place, name, 'true or false', value);
}

/** Returns `value` if it is one of the names, else throws the error of {@link unknownName}. */
export function oneOf<const N extends string>(place: string, value: unknown, names: readonly N[]): N {
  const found = names.find((name) => name === value);
  if (found === undefined) throw unknownName(place, value, names);
  return found;
}
