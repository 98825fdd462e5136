import { failExpected, oneOf } from './errors';
import { notNegative, option, parseOptions } from './options';

/** A penalty on weights, added to the loss: l1·Σ|w| + l2·Σw² (no ½, as in Keras). */
export interface Regularizer {
  /** Factor of Σ|w|, at least 0. */
  readonly l1: number;
  /** Factor of Σw², at least 0. */
  readonly l2: number;
}

/** Names of penalties, with their default factors. */
export type RegularizerName = 'l1' | 'l2' | 'l1l2';

const make = (place: string, options: object | undefined, l1: number, l2: number): Regularizer =>
  parseOptions<Regularizer>(place, options, { l1: option(l1, notNegative), l2: option(l2, notNegative) });

/**
 * Factories of weight penalties.
 * @throws TypeError, RangeError for options that are unknown, or no numbers from 0.
 * @example
 * layers.dense({ units: 8, kernelRegularizer: regularizers.l2({ l2: 1e-4 }) });
 * @namespace
 */
export const regularizers = {
  /** l1·Σ|w|, default l1 = 0.01. */
  l1: (options?: { l1?: number }): Regularizer => make('l1', options, 0.01, 0),
  /** l2·Σw², default l2 = 0.01. */
  l2: (options?: { l2?: number }): Regularizer => make('l2', options, 0, 0.01),
  /** l1·Σ|w| + l2·Σw², both 0.01 by default. */
  l1l2: (options?: { l1?: number; l2?: number }): Regularizer => make('l1l2', options, 0.01, 0.01),
} satisfies Record<RegularizerName, unknown>;

const names = Object.keys(regularizers) as RegularizerName[];

/** Resolves a layer option: a name, or `{ l1, l2 }`. */
export function parseRegularizer(layer: string, option: string, input: unknown): Regularizer | undefined {
  const place = `${layer} ${option}`;
  if (input === undefined || input === null) return undefined;
  if (typeof input === 'string') return regularizers[oneOf(place, input, names)]();
  if (typeof input !== 'object') {
    failExpected(place, "'l1', 'l2', 'l1l2' or { l1, l2 }", input);
  }
  return make(place, input, 0, 0);
}
