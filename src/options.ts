import { checkOptions, failWanted, oneOf } from './errors';
import type { DType } from './plan/tensor';
import { parseSeed } from './random';

/** Checks one option of a call: returns its value, or throws. */
type Check<T> = (place: string, name: string, value: unknown) => T;

/**
 * A check with a default value, and what else it needs to know.
 *
 * @example
 * const checks = { batchSize: option(32, positiveInteger), validationSplit: option(0, inRange, 0, 1, '[)') };
 */
export const option =
  <T, Limits extends readonly unknown[]>(
    usual: unknown,
    check: (place: string, name: string, value: unknown, ...limits: Limits) => T,
    ...limits: Limits
  ): Check<T> =>
  (place, name, value = usual) =>
    check(place, name, value, ...limits);

/** A check by a test of one's own, for an option that may be left out. */
export const optional =
  <T>(wanted: string, isRight: (value: unknown) => value is T): Check<T | undefined> =>
  (place, name, value) =>
    value === undefined || isRight(value) ? value : failWanted(place, name, wanted, value);

/** Returns `value` if it is one of the names, else throws. */
export const choice = <const N extends string>(place: string, name: string, value: unknown, names: readonly N[]): N =>
  oneOf(`${place} ${name}`, value, names);

/**
 * Checks an options object by a table that has one check for each option there is.
 *
 * @throws TypeError when `options` is not an object, or has a key that the table lacks; what the checks throw.
 */
export function parseOptions<Checks extends Readonly<Record<string, Check<unknown>>>>(
  place: string,
  options: object | undefined,
  checks: Checks,
): { readonly [K in keyof Checks]: ReturnType<Checks[K]> } {
  const given = checkOptions(place, options as Readonly<Record<string, unknown>> | undefined, Object.keys(checks));
  const parsed: Record<string, unknown> = {};
  for (const name in checks) parsed[name] = checks[name]!(place, name, given[name]);
  return parsed as { [K in keyof Checks]: ReturnType<Checks[K]> };
}

/** Checks of the options that every kind of model takes. */
export const modelChecks = (usualDType: DType) => ({
  seed: (place: string, _name: string, value: unknown) => parseSeed(value, place),
  dtype: option(usualDType, choice, ['float32', 'float64'] as const),
  backend: option('auto', choice, ['auto', 'wasm', 'js'] as const),
});
