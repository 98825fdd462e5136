import { describe, describeKind, fail } from '../errors';
import type { OwnFloats } from '../plan/layout';
import type { DType } from '../plan/tensor';
import { fromBase64, toBase64 } from './base64';

/** A saved parameter or optimizer state: row-major values as base64 of little-endian bytes. */
export interface TensorJson {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: string;
  /** The optimizer's mirrors of the parameter, in order. */
  readonly states: readonly string[];
}

/** What `model.toJSON()` returns: plain data for `JSON.stringify`. */
export interface ModelJson {
  readonly format: 'linnet-model';
  readonly version: 1;
  readonly numericsVersion: string;
  readonly dtype: DType;
  readonly seed: number;
  readonly layers: readonly { readonly type: string; readonly config: object }[];
  readonly compiled?: { readonly optimizer: object; readonly loss: object; readonly metrics: readonly string[] };
  /** Epochs begun, and optimizer steps with β₁ᵗ and β₂ᵗ: the place in the random streams and schedules. */
  readonly epochs: number;
  readonly counters: readonly [steps: number, beta1Power: number, beta2Power: number];
  readonly params: readonly TensorJson[];
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
  saved: TensorJson | undefined,
  name: string,
  shape: readonly number[],
  dtype: DType,
  states: number,
): { values: OwnFloats; states: OwnFloats[] } {
  const place = `loadModel: weights "${name}"`;
  if (typeof saved !== 'object' || saved === null) fail(RangeError, 'ERR_FORMAT', `${place} are missing.`);
  if (saved.name !== name || JSON.stringify(saved.shape) !== JSON.stringify(shape)) {
    const got = `${describe(saved.name)} ${describe(saved.shape)}`;
    fail(RangeError, 'ERR_FORMAT', `${place}: expected shape [${shape.join(', ')}] by the layers, found ${got}.`);
  }
  const length = shape.reduce((product, n) => product * n, 1);
  if (!Array.isArray(saved.states) || saved.states.length !== states) {
    const got = Array.isArray(saved.states) ? saved.states.length : describeKind(saved.states);
    fail(RangeError, 'ERR_FORMAT', `${place}: expected ${states} optimizer states, found ${got}.`);
  }
  return {
    values: fromBase64(place, saved.data, dtype, length),
    states: saved.states.map((text, i) => fromBase64(`${place}, state ${i + 1}`, text, dtype, length)),
  };
}

/**
 * Checks that a value is a saved model, as text or as the object itself.
 * @throws RangeError, TypeError saying what is missing or wrong.
 */
export function parseModelJson(input: unknown): ModelJson {
  let json = input;
  if (typeof input === 'string') {
    try {
      json = JSON.parse(input);
    } catch (error) {
      const text = `loadModel: the text is not JSON (${(error as Error).message}). It may be truncated.`;
      fail(RangeError, 'ERR_FORMAT', text, error);
    }
  }
  if (typeof json !== 'object' || json === null) {
    fail(TypeError, 'ERR_KIND', `loadModel: expected what model.toJSON() returns, got ${describeKind(json)}.`);
  }
  const model = json as Partial<Record<keyof ModelJson, unknown>>;
  if (model.format !== 'linnet-model') {
    const text = `loadModel: this is no linnet model: format is ${describe(model.format)}, expected "linnet-model".`;
    fail(RangeError, 'ERR_FORMAT', text);
  }
  if (model.version !== 1) {
    const text = `loadModel: file version ${describe(model.version)} is not 1. A newer linnet may have written it.`;
    fail(RangeError, 'ERR_FORMAT', text);
  }
  const expect = (key: keyof ModelJson, good: boolean, wanted: string) => {
    if (!good) fail(RangeError, 'ERR_FORMAT', `loadModel: ${key} must be ${wanted}, got ${describe(model[key])}.`);
  };
  expect('dtype', model.dtype === 'float32' || model.dtype === 'float64', '"float32" or "float64"');
  expect('layers', Array.isArray(model.layers) && model.layers.length > 0, 'a list of layers');
  expect('params', Array.isArray(model.params), 'a list of weights');
  expect('epochs', Number.isSafeInteger(model.epochs) && (model.epochs as number) >= 0, 'a whole number');
  const { counters } = model;
  const numbers = Array.isArray(counters) && counters.length === 3 && counters.every((n) => Number.isFinite(n));
  expect('counters', numbers, 'three numbers');
  return json as ModelJson;
}
