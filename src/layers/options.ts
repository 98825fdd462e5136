import { describe, describeKind, fail, positiveInteger } from '../errors';
import { type Check, optional, parseOptions, type Spec } from '../options';
import { sizeOf } from '../plan/tensor';
import type { BuiltLayer, Layer } from './layer';

/** Options that every layer takes. */
export interface LayerOptions {
  /** Shape of one sample, on the first layer of a model: `[784]`, or `[28, 28]` in front of `flatten`. */
  inputShape?: readonly number[];
  /** Short for `inputShape: [inputDim]`. */
  inputDim?: number;
  /** Name in summaries and errors; given out by the model when left out (`dense`, `dense_1`, …). */
  name?: string;
}

const shape: Check<readonly number[]> = (place, name, value) => {
  if (!Array.isArray(value) || value.length === 0) {
    const got = Array.isArray(value) ? '[]' : describeKind(value);
    fail('ERR_KIND', `${place}: ${name} must be an array such as [784], got ${got}.`);
  }
  return value.map((n, i) => positiveInteger(place, `${name}[${i}]`, n));
};

const layerName: Check<string> = (place, name, value) => {
  const text = `${place}: ${name} must be a non-empty string without "/", got ${describeKind(value)}.`;
  if (typeof value !== 'string') fail('ERR_KIND', text);
  if (value === '' || value.includes('/')) fail('ERR_VALUE', text);
  return value;
};

const common = {
  inputShape: optional(shape),
  inputDim: optional(positiveInteger),
  name: optional(layerName),
} as const satisfies Spec<LayerOptions>;

/** The spec of a layer: its own options, then those that all layers have. Made once: merging costs as much as a layer. */
export const layerSpec = <C extends object>(own: Spec<C>): Spec<C & LayerOptions> =>
  ({ ...own, ...common }) as Spec<C & LayerOptions>;

/** What a layer makes of its name and input width; the rest is that of a layer without parameters that keeps the width. */
type Build<C> = (
  config: C,
  layer: string,
  inputs: number,
  index: number,
) => Pick<BuiltLayer, 'stages'> & Partial<BuiltLayer>;

/**
 * Checks the options of a layer.
 * @param flattens whether samples may have more than one dimension; their shape then stays in the config.
 */
export function makeLayer<C extends object>(
  type: string,
  options: object,
  spec: Spec<C & LayerOptions>,
  build: Build<C>,
  flattens = false,
): Layer<C & LayerOptions> {
  const given = parseOptions<C & LayerOptions>(type, options, spec);
  const { inputShape, inputDim, name } = given;
  if (inputShape && inputDim) fail('ERR_OPTION', `${type}: give inputShape or inputDim, not both.`);
  const inputs = inputShape ? sizeOf(inputShape) : inputDim;
  if (inputShape && inputShape.length > 1 && !flattens) {
    fail(
      'ERR_SHAPE',
      `${type}: inputShape ${describe(inputShape)} has ${inputShape.length} dimensions, expected 1. ` +
        `Put layers.flatten({ inputShape: [${inputShape.join(', ')}] }) in front, or use inputShape: [${inputs}].`,
    );
  }
  // A loop, as rest and spread take four times as long. Only where samples are flattened is their shape kept.
  const config: Record<string, unknown> = {};
  for (const key in given) if (!(key in common)) config[key] = given[key as keyof C];
  if (flattens) config.inputShape = inputShape;
  config.inputDim = flattens ? inputDim : inputs;
  config.name = name;
  return {
    type,
    name,
    inputs,
    config: config as unknown as C & LayerOptions,
    build: (layer, width, index) => ({
      name: layer,
      type,
      inputs: width,
      outputs: width,
      params: [],
      ...build(given, layer, width, index),
    }),
  };
}
