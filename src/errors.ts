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
  | 'ERR_NON_FINITE';

/** Any error this library throws on purpose. */
export type LinnetError = Error & { readonly code: ErrorCode };

type ErrorClass = new (message: string, options?: { cause?: unknown }) => Error;

/** An error of the given class with a `code`, for those who throw it themselves. */
export function makeError(kind: ErrorClass, code: ErrorCode, message: string, cause?: unknown): LinnetError {
  const error = cause === undefined ? new kind(message) : new kind(message, { cause });
  return Object.assign(error, { code });
}

/** Throws an error of the given class with a `code`: `fail(RangeError, 'ERR_SHAPE', 'X has 4 rows, y has 3.')`. */
export function fail(kind: ErrorClass, code: ErrorCode, message: string, cause?: unknown): never {
  throw makeError(kind, code, message, cause);
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
  override readonly name = 'NonFiniteError';
  readonly code = 'ERR_NON_FINITE';
  /** Epoch of the failing step within this `fit`, from 0 as in callbacks. */
  readonly epoch: number;
  /** Batch of the failing step within its epoch, from 0 as in callbacks. */
  readonly batch: number;
  /** Name of the first layer that went bad. */
  readonly layer: string;
  /** What `fit` would have returned, for the epochs that were completed. */
  readonly history: PartialHistory;

  constructor(where: { epoch: number; batch: number; layer: string; history: PartialHistory }) {
    const { epoch, batch, layer, history } = where;
    super(
      `Training ended in epoch ${epoch}, batch ${batch} (counted from 0): layer "${layer}" is the first with a value ` +
        'that is NaN or infinite. The weights are as this step found them. ' +
        'Try a smaller learning rate, scaled inputs (about −1…1) or gradient clipping.',
    );
    this.epoch = epoch;
    this.batch = batch;
    this.layer = layer;
    this.history = history;
  }
}

/**
 * A short printable form of any value, for error messages: `"adma"`, `[32, 28]`, `{ hiddenLayers: [3] }`,
 * `Float32Array(784)`. Never throws, never longer than about 60 characters.
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
  if (typeof value === 'string') return JSON.stringify(value.length > 50 ? `${value.slice(0, 49)}…` : value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  const typeName = typeof name === 'string' && name ? name : 'Object';
  if (ArrayBuffer.isView(value)) return 'length' in value ? `${typeName}(${value.length})` : typeName;
  if (Array.isArray(value)) {
    if (depth > 1) return `Array(${value.length})`;
    const shown = value.slice(0, 6).map((item) => print(item, depth + 1));
    return `[${shown.join(', ')}${value.length > 6 ? ', …' : ''}]`;
  }
  if (typeName !== 'Object') return `${/^[AEIOU]/.test(typeName) ? 'an' : 'a'} ${typeName}`;
  const keys = Object.keys(value);
  if (depth > 1 || keys.length === 0) return keys.length ? '{…}' : '{}';
  const fields = keys.slice(0, 4).map((key) => `${key}: ${print((value as Record<string, unknown>)[key], depth + 1)}`);
  return `{ ${fields.join(', ')}${keys.length > 4 ? ', …' : ''} }`;
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
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const other = plain(candidate);
    const limit = Math.min(3, Math.floor(Math.max(wanted.length, other.length) / 3));
    if (Math.abs(wanted.length - other.length) > limit) continue;
    const d = distance(wanted, other);
    if (d <= limit && d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  if (best !== undefined) return best;
  const begins = candidates.find((candidate) => wanted.length >= 3 && plain(candidate).startsWith(wanted));
  return begins ?? candidates.find((candidate) => wanted.length >= 2 && initials(candidate) === wanted);
}

/** `learningRate` → `lr`. */
const initials = (name: string) =>
  (name[0] ?? '').toLowerCase() +
  name
    .slice(1)
    .replace(/[^A-Z]/g, '')
    .toLowerCase();

function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let d = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2]! + 1);
      row.push(d);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}

const quote = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');

function suggestion(got: string, candidates: readonly string[]): string {
  const near = nearest(got, candidates);
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}

/**
 * The error for a name that is not in a catalogue; the caller throws it.
 *
 * @example
 * throw unknownName('optimizer', 'adma', ['sgd', 'adam']);
 * // RangeError: optimizer: unknown name "adma". Did you mean "adam"? Valid: "sgd", "adam".
 */
export function unknownName(place: string, got: unknown, candidates: readonly string[]): LinnetError {
  if (typeof got !== 'string') {
    const message = `${place}: expected a name, got ${describeKind(got)}. Valid: ${quote(candidates)}.`;
    return makeError(TypeError, 'ERR_KIND', message);
  }
  const message = `${place}: unknown name ${describe(got)}.${suggestion(got, candidates)} Valid: ${quote(candidates)}.`;
  return makeError(RangeError, 'ERR_NAME', message);
}

/**
 * Checks an options object and returns a fresh one holding only what was really given: keys whose value is `undefined`
 * are absent, so `{ ...defaults, ...checkOptions(place, options, keys) }` keeps the defaults.
 *
 * @throws TypeError when `options` is not an object, or has a key that is not allowed (the nearest allowed key is named).
 *
 * @example
 * checkOptions('fit', { batchsize: 32 }, ['epochs', 'batchSize']);
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
    fail(TypeError, 'ERR_KIND', `${place}: expected an options object${form}, got ${describeKind(options)}.`);
  }
  for (const key of Object.keys(options)) {
    const known: readonly string[] = allowedKeys;
    if (known.includes(key) || (options as Record<string, unknown>)[key] === undefined) continue;
    const valid = known.length ? ` Valid: ${quote(known)}.` : ' It takes no options.';
    fail(TypeError, 'ERR_OPTION', `${place}: unknown option "${key}".${suggestion(key, known)}${valid}`);
  }
  for (const key of allowedKeys) {
    const value = options[key];
    if (value !== undefined) given[key] = value;
  }
  return given;
}

function number(place: string, name: string, value: unknown, wanted: string): number {
  if (typeof value === 'number') return value;
  fail(TypeError, 'ERR_KIND', `${place}: ${name} must be ${wanted}, got ${describeKind(value)}.`);
}

function range(place: string, name: string, value: number, wanted: string): never {
  fail(RangeError, 'ERR_VALUE', `${place}: ${name} must be ${wanted}, got ${describe(value)}.`);
}

/** Returns `value` if it is an integer in `min`…`max` (default: every integer a number holds exactly), else throws. */
export function integer(
  place: string,
  name: string,
  value: unknown,
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
): number {
  const upper = max === Number.MAX_SAFE_INTEGER ? '2⁵³ − 1' : max;
  const wanted = min === Number.MIN_SAFE_INTEGER ? 'an integer' : `an integer in ${min}…${upper}`;
  const n = number(place, name, value, wanted);
  return Number.isSafeInteger(n) && n >= min && n <= max ? n : range(place, name, n, wanted);
}

/** Returns `value` if it is 1, 2, 3, …, else throws: `dense: units must be a positive integer, got 0.` */
export function positiveInteger(place: string, name: string, value: unknown): number {
  const n = number(place, name, value, 'a positive integer');
  return Number.isSafeInteger(n) && n > 0 ? n : range(place, name, n, 'a positive integer');
}

/** Returns `value` if it is neither NaN nor infinite, else throws. */
export function finiteNumber(place: string, name: string, value: unknown): number {
  const n = number(place, name, value, 'a finite number');
  return Number.isFinite(n) ? n : range(place, name, n, 'a finite number');
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
  high: number,
  ends: '[]' | '[)' | '(]' | '()' = '[]',
): number {
  const wanted =
    high === Number.POSITIVE_INFINITY
      ? `a finite number ${ends[0] === '[' ? '≥' : '>'} ${low}`
      : `a number in ${ends[0]}${low}, ${high}${ends[1]}`;
  const n = number(place, name, value, wanted);
  const above = ends[0] === '[' ? n >= low : n > low;
  const below = ends[1] === ']' ? n <= high : n < high;
  return Number.isFinite(n) && above && below ? n : range(place, name, n, wanted);
}

/** Returns `value` if it is `true` or `false`, else throws. */
export function boolean(place: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  fail(TypeError, 'ERR_KIND', `${place}: ${name} must be true or false, got ${describeKind(value)}.`);
}

/** Returns `value` if it is one of the names, else throws the error of {@link unknownName}. */
export function oneOf<const N extends string>(place: string, value: unknown, names: readonly N[]): N {
  const found = names.find((name) => name === value);
  if (found === undefined) throw unknownName(place, value, names);
  return found;
}
