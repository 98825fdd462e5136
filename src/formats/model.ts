import { describe, fail, failExpected } from '../errors';
import { numericsVersion } from '../numerics';
import type { OwnFloats } from '../plan/layout';
import type { DType } from '../plan/tensor';
import { fromBase64, toBase64 } from './base64';
import { checksum } from './checksum';

/** A saved parameter or optimizer state: row-major values as base64 of little-endian bytes. */
export interface TensorJson {
  /** Layer and kind: `dense/kernel`. */
  readonly name: string;
  /** [inputs, units] of a kernel, [units] of a bias. */
  readonly shape: readonly number[];
  /** The values. */
  readonly data: string;
  /** The optimizer's mirrors of the parameter, in order. */
  readonly states: readonly string[];
}

/** What a model is, as plain data. */
interface Content {
  /** The type of all values. */
  readonly dtype: DType;
  /** What all randomness comes from. */
  readonly seed: number;
  /** The layers from first to last. */
  readonly layers: readonly {
    /** Name of the factory: `dense`. */
    readonly type: string;
    /** All options, defaults filled in. */
    readonly config: object;
  }[];
  /** What `compile` was given, defaults filled in; absent in models that were not compiled. */
  readonly compiled?: {
    /** The optimizer with its options. */
    readonly optimizer: object;
    /** The loss with its options. */
    readonly loss: object;
    /** Names of metrics, as given. */
    readonly metrics: readonly string[];
  };
  /** Epochs begun: the place in the random streams. */
  readonly epochs: number;
  /** Optimizer steps, with β₁ᵗ and β₂ᵗ. */
  readonly counters: readonly [steps: number, beta1Power: number, beta2Power: number];
  /** All weights, in the order of `getWeights`. */
  readonly params: readonly TensorJson[];
}

/** What `model.toJSON()` returns: plain data for `JSON.stringify`. */
export interface ModelJson extends Content {
  /** By which the file is known. */
  readonly format: 'linnet-model';
  /** Of the format. */
  readonly version: 1;
  /** Of the arithmetic that trained the model. */
  readonly numericsVersion: string;
  /** CRC-32 of all the rest. */
  readonly checksum: string;
}

/** What `NeuralNetwork.toJSON` returns: plain data for `JSON.stringify`. */
export interface NetworkJson<D extends DType = DType> {
  /** Values per row of X. */
  inputSize: number;
  /** Units of the hidden layer. */
  hiddenSize: number;
  /** Values per row of y. */
  outputSize: number;
  /** What the initial weights came from. */
  seed: number;
  /** Type of all numbers. */
  dtype: D;
  /** [inputSize, hiddenSize]. */
  W1: number[][];
  /** [1, hiddenSize]. */
  b1: number[][];
  /** [hiddenSize, outputSize]. */
  W2: number[][];
  /** [1, outputSize]. */
  b2: number[][];
}

const heading = { format: 'linnet-model', version: 1, numericsVersion } as const;

/** The file of a model: `content` under a heading and with a checksum. Whoever changes it changes no model. */
export function encodeModel(content: Content): ModelJson {
  const own = { ...content, layers: structuredClone(content.layers), compiled: structuredClone(content.compiled) };
  return { ...heading, ...own, checksum: checksum(own) };
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
 * The values of a saved parameter, followed by its states.
 * @throws RangeError if the data are not that many values.
 */
export function decodeTensor({ name, data, states }: TensorJson, dtype: DType, length: number): OwnFloats[] {
  return [data, ...states].map((text, s) => {
    const place = `loadModel: ${s ? `state ${s} of ` : ''}weights "${name}"`;
    return fromBase64(place, text, dtype, length);
  });
}

// What a model file must have, by example: see `fits`.
const samples: Content = {
  dtype: 'float32',
  seed: 1,
  layers: [{ type: 'dense', config: {} }],
  compiled: { optimizer: {}, loss: {}, metrics: ['accuracy'] },
  epochs: 1,
  counters: [1, 0.9, 0.999],
  params: [{ name: 'dense/bias', shape: [1], data: 'AAAAAA==', states: ['AAAAAA=='] }],
};

/**
 * Whether a value is built like a sample: an object has at least its keys, a list as many items as its list, or any
 * number of items like a single one; where it has a whole number there is a whole number, not below 0.
 */
function fits(value: unknown, sample: unknown): boolean {
  if (Array.isArray(sample)) {
    if (!Array.isArray(value) || (sample.length > 1 && value.length !== sample.length)) return false;
    return value.every((item, i) => fits(item, sample[i % sample.length]));
  }
  if (isObject(sample)) {
    return isObject(value) && Object.entries(sample).every(([key, item]) => fits(value[key], item));
  }
  if (Number.isInteger(sample)) return Number.isSafeInteger(value) && (value as number) >= 0;
  return typeof value === typeof sample;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Checks that a value is a saved model, as text or as the object itself, and returns its content.
 * @throws RangeError, TypeError saying what is missing or wrong.
 */
export function parseModelJson(input: unknown): Content {
  const model = typeof input === 'string' ? parse(input) : input;
  if (!isObject(model)) {
    failExpected('loadModel', 'what model.toJSON() returns', model);
  }
  for (const [key, wanted] of Object.entries(heading)) {
    if (model[key] === wanted) continue;
    const got = `${key} is ${describe(model[key])}, this linnet reads ${describe(wanted)}`;
    fail('ERR_FORMAT', `loadModel: ${got}. Another program or version may have written the file.`);
  }
  for (const [key, sample] of Object.entries(samples)) {
    if (fits(model[key], sample) || (key === 'compiled' && model[key] === undefined)) continue;
    fail('ERR_FORMAT', `loadModel: ${key} must be like ${describe(sample)}, got ${describe(model[key])}.`);
  }
  const content = Object.fromEntries(Object.keys(samples).map((key) => [key, model[key]])) as unknown as Content;
  const sum = checksum(content);
  if (model.checksum !== sum) {
    const got = `checksum is ${describe(model.checksum)}, the content gives "${sum}"`;
    fail('ERR_FORMAT', `loadModel: ${got}: the file was changed or damaged after it was saved.`);
  }
  return content;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = `loadModel: the text is not JSON (${(error as Error).message}). It may be truncated.`;
    fail('ERR_FORMAT', why, error);
  }
}
