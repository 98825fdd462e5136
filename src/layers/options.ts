import { describe, describeKind, fail, positiveInteger } from '../errors';

/** Options that every layer takes. */
export interface LayerOptions {
  /** Shape of one sample, on the first layer of a model: `[784]`, or `[28, 28]` in front of `flatten`. */
  inputShape?: readonly number[];
  /** Short for `inputShape: [inputDim]`. */
  inputDim?: number;
  /** Name in summaries and errors; given out by the model when left out (`dense`, `dense_1`, …). */
  name?: string;
}

export const layerOptionKeys = ['inputShape', 'inputDim', 'name'] as const;

/** The values per sample that the options promise, if they do. */
export function inputWidth(place: string, options: LayerOptions, flattens: boolean): number | undefined {
  const { inputShape, inputDim } = options;
  if (inputDim !== undefined) {
    if (inputShape !== undefined) fail(TypeError, 'ERR_OPTION', `${place}: give inputShape or inputDim, not both.`);
    return positiveInteger(place, 'inputDim', inputDim);
  }
  if (inputShape === undefined) return undefined;
  if (!Array.isArray(inputShape) || inputShape.length === 0) {
    const got = Array.isArray(inputShape) ? '[]' : describeKind(inputShape);
    fail(TypeError, 'ERR_KIND', `${place}: inputShape must be an array such as [784], got ${got}.`);
  }
  const width = inputShape.reduce(
    (product: number, n, i) => product * positiveInteger(place, `inputShape[${i}]`, n),
    1,
  );
  if (inputShape.length > 1 && !flattens) {
    fail(
      RangeError,
      'ERR_SHAPE',
      `${place}: inputShape ${describe(inputShape)} has ${inputShape.length} dimensions, expected 1. ` +
        `Put layers.flatten({ inputShape: [${inputShape.join(', ')}] }) in front, or use inputShape: [${width}].`,
    );
  }
  return width;
}

export function layerName(place: string, options: LayerOptions): string | undefined {
  const { name } = options;
  if (name === undefined || (typeof name === 'string' && name !== '' && !name.includes('/'))) return name;
  const text = `${place}: name must be a non-empty string without "/", got ${describeKind(name)}.`;
  if (typeof name === 'string') fail(RangeError, 'ERR_VALUE', text);
  fail(TypeError, 'ERR_KIND', text);
}
