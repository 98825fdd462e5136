import { fail, oneOf } from './errors';
import { parseOptions, type Specs } from './options';

type Factory<S> = (options?: never) => S;

/** A function for each spec that makes plain data of its name and its options, defaults filled in. */
export function factories<S>(specs: Specs): Readonly<Record<string, Factory<S>>> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      (options?: object) => ({ name, ...parseOptions<object>(name, options, spec) }) as S,
    ]),
  );
}

/**
 * Resolves what users may write for an optimizer, a loss, …: a name (`'adam'`), an alias (`'mse'`), or the object a
 * factory returned (`optimizers.adam({ learningRate: 0.01 })`), which is plain data, checked again since it may come
 * from a file.
 * @throws RangeError for an unknown name (naming the nearest), TypeError for anything else.
 */
export function resolve<S>(
  place: string,
  input: unknown,
  factories: Readonly<Record<string, Factory<S>>>,
  aliases: Readonly<Record<string, string>>,
): S {
  const names = [...Object.keys(factories), ...Object.keys(aliases)];
  if (typeof input === 'function') {
    const name = names.find((candidate) => factories[candidate] === input) ?? names[0];
    fail('ERR_KIND', `${place}: got a function. Call it, as in ${name}(), or give its name.`);
  }
  const { name, ...options } = typeof input === 'object' && input !== null && 'name' in input ? input : { name: input };
  const known = oneOf(place, name, names);
  return factories[aliases[known] ?? known]!(options as never);
}
