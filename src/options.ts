import { checkOptions, inRange, oneOf } from './errors';

/** Returns the value of the option `name` if it is good, else throws. */
export type Check<T> = (place: string, name: string, value: unknown) => T;

/** Of each option its check, and its value where it is left out. */
export type Spec<T> = { readonly [K in keyof T]-?: readonly [check: Check<T[K]>, usual?: T[K]] };

type AnySpec = Readonly<Record<string, readonly [check: Check<unknown>, usual?: unknown]>>;

/** Specs by name. */
export type Specs = Readonly<Record<string, AnySpec>>;

/** The options of a spec, checked and complete; those whose check gives `undefined` are absent. */
export function parseOptions<T extends object>(place: string, options: object | undefined, spec: Spec<T>): T {
  const given: Readonly<Record<string, unknown>> = checkOptions(place, options as T, Object.keys(spec) as never);
  const parsed: Record<string, unknown> = {};
  for (const [name, [check, usual]] of Object.entries(spec as AnySpec)) {
    const value = check(place, name, name in given ? given[name] : usual);
    if (value !== undefined) parsed[name] = value;
  }
  return parsed as T;
}

const within =
  (low: number, high: number, ends?: '[]' | '[)' | '()'): Check<number> =>
  (place, name, value) =>
    inRange(place, name, value, low, high, ends);

export const notNegative = within(0, Number.POSITIVE_INFINITY);
export const positive = within(0, Number.POSITIVE_INFINITY, '()');
/** In [0, 1], and in [0, 1). */
export const share = within(0, 1);
export const partialShare = within(0, 1, '[)');

/** May be left out and has no default. */
export const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (place, name, value) =>
    value === undefined ? undefined : check(place, name, value);

export const nameOf =
  <const N extends string>(names: readonly N[]): Check<N> =>
  (place, name, value) =>
    oneOf(`${place} ${name}`, value, names);
