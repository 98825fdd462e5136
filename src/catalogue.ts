import { describeKind, fail, unknownName } from './errors';

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
  const names = [...Object.keys(factories), ...Object.keys(aliases)];
  const find = (name: unknown): Factory<S> => {
    const key = typeof name === 'string' ? (Object.hasOwn(aliases, name) ? aliases[name]! : name) : '';
    const factory = Object.hasOwn(factories, key) ? factories[key] : undefined;
    if (!factory) throw unknownName(place, name, names);
    return factory;
  };
  if (typeof input === 'string') return find(input)();
  if (typeof input === 'function') {
    fail(
      TypeError,
      'ERR_KIND',
      `${place}: got a function. Call it, as in ${input.name || 'adam'}(), or give its name.`,
    );
  }
  if (typeof input !== 'object' || input === null || !('name' in input)) {
    fail(TypeError, 'ERR_KIND', `${place}: expected a name or what a factory returns, got ${describeKind(input)}.`);
  }
  const { name, ...options } = input;
  return find(name)(options as never);
}
