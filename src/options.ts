import { checkOptions, failWanted, inRange, oneOf } from './errors';
import type { DType } from './plan/tensor';
import { parseSeed } from './random';

/** Checks one option of a call: returns its value, or throws. */
export type Check<T> = (place: string, name: string, value: unknown) => T;

/** A check for each option there is. */
export type Spec<T> = { readonly [K in keyof T]-?: Check<T[K]> };

/** Specs by name. */
export type Specs = Readonly<Record<string, Readonly<Record<string, Check<unknown>>>>>;

type Limited<T, Limits extends readonly unknown[]> = (
  place: string,
  name: string,
  value: unknown,
  ...limits: Limits
) => T;

/**
 * A check with a default value, and what else it needs to know.
 *
 * @example
 * const spec = { batchSize: option(32, positiveInteger), validationSplit: option(0, inRange, 0, 1, '[)') };
 */
export const option =
  <T, Limits extends readonly unknown[]>(usual: unknown, check: Limited<T, Limits>, ...limits: Limits): Check<T> =>
  (place, name, value = usual) =>
    check(place, name, value, ...limits);

/** A check of an option that may be left out and has no default. */
export const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (place, name, value) =>
    value === undefined ? undefined : check(place, name, value);

/** A check by a test of one's own. */
export const is =
  <T>(wanted: string, isRight: (value: unknown) => value is T): Check<T> =>
  (place, name, value) =>
    isRight(value) ? value : failWanted(place, name, wanted, value);

/** Returns `value` if it is one of the names, else throws. */
export const choice = <const N extends string>(place: string, name: string, value: unknown, names: readonly N[]): N =>
  oneOf(`${place} ${name}`, value, names);

const within =
  (low: number, high: number, ends?: '[]' | '[)' | '()'): Check<number> =>
  (place, name, value) =>
    inRange(place, name, value, low, high, ends);

export const notNegative = within(0, Infinity);
export const positive = within(0, Infinity, '()');
/** In [0, 1], and in [0, 1). */
export const share = within(0, 1);
export const partialShare = within(0, 1, '[)');

/**
 * The options of a spec, checked and complete; those whose check gives `undefined` are absent.
 *
 * @throws TypeError when `options` is not an object, or has a key that the spec lacks; what the checks throw.
 */
export function parseOptions<T extends object>(place: string, options: object | undefined, spec: Spec<T>): T {
  const given: Readonly<Record<string, unknown>> = checkOptions(place, options as T, Object.keys(spec) as never);
  const parsed: Record<string, unknown> = {};
  for (const name in spec) {
    const value: unknown = spec[name](place, name, given[name]);
    if (value !== undefined) parsed[name] = value;
  }
  return parsed as T;
}

/** Checks of the options that every kind of model takes. */
export const modelChecks = (usualDType: DType) => ({
  seed: (place: string, _name: string, value: unknown) => parseSeed(value, place),
  dtype: option(usualDType, choice, ['float32', 'float64'] as const),
  backend: option('auto', choice, ['auto', 'wasm', 'js'] as const),
});
