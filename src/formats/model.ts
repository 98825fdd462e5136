import { describe, describeKind, fail } from '../errors';
import { numericsVersion } from '../numerics';
import type { OwnFloats } from '../plan/layout';
import type { DType } from '../plan/tensor';
import { fromBase64, toBase64 } from './base64';
import { checksum } from './checksum';

/** A saved parameter or optimizer state: row-major values as base64 of little-endian bytes. */
export interface TensorJson {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: string;
  /** The optimizer's mirrors of the parameter, in order. */
  readonly states: readonly string[];
}

/** What a model is, as plain data. */
interface Content {
  readonly dtype: DType;
  readonly seed: number;
  readonly layers: readonly { readonly type: string; readonly config: object }[];
  readonly compiled?: { readonly optimizer: object; readonly loss: object; readonly metrics: readonly string[] };
  /** Epochs begun, and optimizer steps with β₁ᵗ and β₂ᵗ: the place in the random streams and schedules. */
  readonly epochs: number;
  readonly counters: readonly [steps: number, beta1Power: number, beta2Power: number];
  readonly params: readonly TensorJson[];
}

/** What `model.toJSON()` returns: plain data for `JSON.stringify`. */
export interface ModelJson extends Content {
  readonly format: 'linnet-model';
  readonly version: 1;
  readonly numericsVersion: string;
  /** CRC-32 of all the rest. */
  readonly checksum: string;
}

/** The file of a model: `content` under a heading and with a checksum. Whoever changes it changes no model. */
export function encodeModel(content: Content): ModelJson {
  const own = { ...content, layers: structuredClone(content.layers), compiled: structuredClone(content.compiled) };
  return { format: 'linnet-model', version: 1, numericsVersion, ...own, checksum: checksum(own) };
}

/** One parameter with its optimizer states. */
export function encodeTensor(
  name: string,
  shape: readonly number[],
  values: OwnFloats,
  states: OwnFloats[],
): TensorJson {
  return { name, shape: [...shape], data: toBase64(values), states: states.map((state) => toBase64(state)) };
}

/**
 * The values of a saved parameter and its states.
 * @throws RangeError if name or shape are not the expected ones, or the data are truncated.
 */
export function decodeTensor(
  saved: TensorJson,
  name: string,
  shape: readonly number[],
  dtype: DType,
  states: number,
): { values: OwnFloats; states: OwnFloats[] } {
  const place = `loadModel: weights "${name}"`;
  if (saved.name !== name || JSON.stringify(saved.shape) !== JSON.stringify(shape)) {
    const got = `${describe(saved.name)} ${describe(saved.shape)}`;
    fail(RangeError, 'ERR_FORMAT', `${place}: expected shape [${shape.join(', ')}] by the layers, found ${got}.`);
  }
  const length = shape.reduce((product, n) => product * n, 1);
  if (saved.states.length !== states) {
    fail(RangeError, 'ERR_FORMAT', `${place}: expected ${states} optimizer states, found ${saved.states.length}.`);
  }
  return {
    values: fromBase64(place, saved.data, dtype, length),
    states: saved.states.map((text, i) => fromBase64(`${place}, state ${i + 1}`, text, dtype, length)),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isListOf = (value: unknown, good: (item: Record<string, unknown>) => boolean) =>
  Array.isArray(value) && value.every((item) => isObject(item) && good(item));

/** What each entry must be, and how to tell. */
const entries: Readonly<Record<keyof Content, readonly [wanted: string, good: (value: unknown) => boolean]>> = {
  dtype: ['"float32" or "float64"', (value) => value === 'float32' || value === 'float64'],
  seed: ['a whole number', isCount],
  layers: [
    'a list of layers, each { type, config }',
    (value) => isListOf(value, ({ type, config }) => typeof type === 'string' && isObject(config)),
  ],
  compiled: [
    'absent or { optimizer, loss, metrics }',
    (value) =>
      value === undefined ||
      (isObject(value) && isObject(value.optimizer) && isObject(value.loss) && Array.isArray(value.metrics)),
  ],
  epochs: ['a whole number', isCount],
  counters: ['three numbers', (value) => Array.isArray(value) && value.length === 3 && value.every(Number.isFinite)],
  params: [
    'a list of weights, each { name, shape, data, states }',
    (value) => isListOf(value, ({ data, states }) => typeof data === 'string' && Array.isArray(states)),
  ],
};

/**
 * Checks that a value is a saved model, as text or as the object itself, and returns its content.
 * @throws RangeError, TypeError saying what is missing or wrong.
 */
export function parseModelJson(input: unknown): Content {
  const model = typeof input === 'string' ? parse(input) : input;
  if (!isObject(model)) {
    fail(TypeError, 'ERR_KIND', `loadModel: expected what model.toJSON() returns, got ${describeKind(model)}.`);
  }
  const { format } = model;
  if (format !== 'linnet-model') {
    const text = `loadModel: this is no linnet model: format is ${describe(format)}, expected "linnet-model".`;
    fail(RangeError, 'ERR_FORMAT', text);
  }
  const heading = { version: 1, numericsVersion };
  for (const [key, wanted] of Object.entries(heading)) {
    if (model[key] === wanted) continue;
    const got = `${key} is ${describe(model[key])}, this linnet reads ${describe(wanted)}`;
    fail(RangeError, 'ERR_FORMAT', `loadModel: ${got}. Another version of linnet may have written the file.`);
  }
  for (const [key, [wanted, good]] of Object.entries(entries)) {
    if (good(model[key])) continue;
    fail(RangeError, 'ERR_FORMAT', `loadModel: ${key} must be ${wanted}, got ${describe(model[key])}.`);
  }
  const content = Object.fromEntries(Object.keys(entries).map((key) => [key, model[key]])) as unknown as Content;
  const sum = checksum(content);
  if (model.checksum !== sum) {
    const got = `checksum is ${describe(model.checksum)}, the content gives "${sum}"`;
    fail(RangeError, 'ERR_FORMAT', `loadModel: ${got}: the file was changed or damaged after it was saved.`);
  }
  return content;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = `loadModel: the text is not JSON (${(error as Error).message}). It may be truncated.`;
    fail(RangeError, 'ERR_FORMAT', why, error);
  }
}
