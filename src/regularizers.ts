import { checkOptions, describeKind, fail, inRange, unknownName } from './errors';

/** A penalty on weights, added to the loss: l1·Σ|w| + l2·Σw² (no ½, as in Keras). */
export interface Regularizer {
  readonly l1: number;
  readonly l2: number;
}

export type RegularizerName = 'l1' | 'l2' | 'l1l2';

const keys = ['l1', 'l2'] as const;

function make(place: string, options: Partial<Regularizer> | undefined, defaults: Regularizer): Regularizer {
  const { l1, l2 } = { ...defaults, ...checkOptions(place, options, keys) };
  return {
    l1: inRange(place, 'l1', l1, 0, Number.POSITIVE_INFINITY),
    l2: inRange(place, 'l2', l2, 0, Number.POSITIVE_INFINITY),
  };
}

/** Factories of weight penalties: `layers.dense({ units: 8, kernelRegularizer: regularizers.l2({ l2: 1e-4 }) })`. */
export const regularizers = {
  /** l1·Σ|w|, default l1 = 0.01. */
  l1: (options?: { l1?: number }): Regularizer => make('l1', options, { l1: 0.01, l2: 0 }),
  /** l2·Σw², default l2 = 0.01. */
  l2: (options?: { l2?: number }): Regularizer => make('l2', options, { l1: 0, l2: 0.01 }),
  /** l1·Σ|w| + l2·Σw², both 0.01 by default. */
  l1l2: (options?: { l1?: number; l2?: number }): Regularizer => make('l1l2', options, { l1: 0.01, l2: 0.01 }),
} satisfies Record<RegularizerName, unknown>;

/** Resolves a layer option: a name, or `{ l1, l2 }`. */
export function parseRegularizer(place: string, input: unknown): Regularizer | undefined {
  if (input === undefined || input === null) return undefined;
  if (typeof input === 'string') {
    if (!Object.hasOwn(regularizers, input)) throw unknownName(place, input, Object.keys(regularizers));
    return regularizers[input as RegularizerName]();
  }
  if (typeof input !== 'object') {
    fail(TypeError, 'ERR_KIND', `${place}: expected 'l1', 'l2', 'l1l2' or { l1, l2 }, got ${describeKind(input)}.`);
  }
  return make(place, input, { l1: 0, l2: 0 });
}
