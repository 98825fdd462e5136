import { fail, unknownName } from './errors';

type Factory<S> = (options?: never) => S;

/**
 * Resolves what users may write for an optimizer, a loss, …: a name (`'adam'`), an alias (`'mse'`), or the object a
 * factory returned (`optimizers.adam({ learningRate: 0.01 })`), which is plain data, checked again since it may come
 * from a file.
 * @throws RangeError for an unknown name (naming the nearest), TypeError for anything else.
 */
export function resolve<S extends { readonly name: string }>(
  place: string,
  input: unknown,
  factories: Readonly<Record<string, Factory<S>>>,
  aliases: Readonly<Record<string, string>> = {},
): S {
  const all = new Map(Object.entries(factories));
  for (const [alias, name] of Object.entries(aliases)) all.set(alias, factories[name]!);
  if (typeof input === 'function') {
    const call = `${input.name || 'adam'}()`;
    fail(TypeError, 'ERR_KIND', `${place}: got a function. Call it, as in ${call}, or give its name.`);
  }
  const { name, ...options } = typeof input === 'object' && input !== null && 'name' in input ? input : { name: input };
  const factory = all.get(name as string);
  if (!factory) throw unknownName(place, name, [...all.keys()]);
  return factory(options as never);
}
