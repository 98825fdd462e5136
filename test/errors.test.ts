import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as errors from '../src/errors';

const { nearest, unknownName, checkOptions, NonFiniteError, fail } = errors;

function thrown(run: () => unknown): Error & { code?: string } {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error');
}

describe('fail', () => {
  it('throws the class with message, code and cause', () => {
    const cause = new Error('why');
    const error = thrown(() => fail('ERR_SHAPE', 'X has 4 rows, y has 3.', cause));
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ code: 'ERR_SHAPE', message: 'X has 4 rows, y has 3.', cause });
    expect('cause' in thrown(() => fail('ERR_STATE', 'no'))).toBe(false);
  });
});

describe('NonFiniteError', () => {
  it('names epoch, batch and layer and carries the history', () => {
    const history = { loss: [0.5, 0.4] };
    const error = new NonFiniteError({ epoch: 2, batch: 7, layer: 'dense_1', history });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'NonFiniteError',
      code: 'ERR_NON_FINITE',
      epoch: 2,
      batch: 7,
      layer: 'dense_1',
    });
    expect(error.history).toBe(history);
    expect(error.message).toMatch(/epoch 2, batch 7 .*"dense_1".*learning rate/);
    expect(String(error)).toMatch(/^NonFiniteError: /);
  });
});

describe('nearest', () => {
  const names = ['sgd', 'rmsprop', 'adagrad', 'adam', 'adamw'];
  it.each([
    ['adma', 'adam'],
    ['ADAM', 'adam'],
    ['sdg', 'sgd'],
    ['rms_prop', 'rmsprop'],
    ['RMSProp', 'rmsprop'],
    ['adamW', 'adamw'],
    ['adagard', 'adagrad'],
  ])('%s → %s', (got, wanted) => expect(nearest(got, names)).toBe(wanted));

  it.each([
    ['learning_rate', ['learningRate', 'momentum'], 'learningRate'],
    ['batchsize', ['epochs', 'batchSize'], 'batchSize'],
    ['crossentropy', ['meanSquaredError', 'crossentropyOfManyKinds'], 'crossentropyOfManyKinds'],
    ['tan', ['relu', 'tanh'], 'tanh'],
  ])('%s among %j', (got, among, wanted) => expect(nearest(got, among)).toBe(wanted));

  it.each(['', 'x', 'lr', 'lion', 'quite another thing'])('nothing is near %j', (got) => {
    expect(nearest(got, names)).toBeUndefined();
  });

  it('finds any name of six or more letters after one edit', () => {
    const edit = fc.record({
      name: fc.stringMatching(/^[a-z]{6,12}$/),
      at: fc.nat(5),
      kind: fc.constantFrom('insert', 'delete', 'replace', 'swap'),
    });
    fc.assert(
      fc.property(edit, ({ name, at, kind }) => {
        const [head, tail] = [name.slice(0, at), name.slice(at)];
        const swapped = at > 0 ? `${name.slice(0, at - 1)}${name[at]}${name[at - 1]}${name.slice(at + 1)}` : name;
        const edited = { insert: `${head}q${tail}`, delete: head + tail.slice(1), replace: `${head}q${tail.slice(1)}` };
        expect(nearest(kind === 'swap' ? swapped : edited[kind as keyof typeof edited], [name])).toBe(name);
      }),
    );
  });

  it('prefers the exact name, then the first of equals', () => {
    expect(nearest('adam', ['adamw', 'adam'])).toBe('adam');
    expect(nearest('lr', ['momentum', 'learningRate'])).toBe('learningRate');
    expect(nearest('adax', ['adam', 'aday'])).toBe('adam');
  });
});

describe('unknownName', () => {
  it('suggests and lists', () => {
    const error = unknownName('optimizer', 'adma', ['sgd', 'adam']);
    expect(error.message).toBe('optimizer: unknown name "adma". Did you mean "adam"? Valid: "sgd", "adam".');
    expect(error).toBeInstanceOf(RangeError);
    expect(error.code).toBe('ERR_NAME');
  });
  it('is a TypeError for what is no name', () => {
    const error = unknownName('loss', 3, ['mse']);
    expect(error.message).toBe('loss: expected a name, got 3 (number). Valid: "mse".');
    expect(error).toBeInstanceOf(TypeError);
  });
  it('suggests nothing when nothing is near', () => {
    expect(unknownName('loss', 'banana', ['mse', 'mae']).message).toBe(
      'loss: unknown name "banana". Valid: "mse", "mae".',
    );
  });
});

describe('checkOptions', () => {
  interface Options {
    epochs?: number;
    batchSize?: number;
  }
  const keys = ['epochs', 'batchSize'] as const;
  const check = (options: unknown) => checkOptions<Options>('fit', options as Options, keys);

  it('returns what was given, without undefined', () => {
    expect(Object.keys(check({ epochs: undefined, batchSize: 3 }))).toEqual(['batchSize']);
    expect(check({ epochs: 0 })).toEqual({ epochs: 0 });
    expect(check(undefined)).toEqual({});
    expect(check({ other: undefined })).toEqual({});
    expect(check(Object.create({ epochs: 2 }))).toEqual({ epochs: 2 });
  });
  it('keeps its input', () => {
    const options = { epochs: undefined };
    expect(check(options)).not.toBe(options);
    expect('epochs' in options).toBe(true);
  });
  it('names the nearest key', () => {
    const error = thrown(() => check({ batchsize: 32 }));
    expect(error.message).toBe(
      'fit: unknown option "batchsize". Did you mean "batchSize"? Valid: "epochs", "batchSize".',
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(error.code).toBe('ERR_OPTION');
    expect(thrown(() => checkOptions('relu', { a: 1 }, [])).message).toBe(
      'relu: unknown option "a". It takes no options.',
    );
    expect(thrown(() => check(JSON.parse('{"__proto__": {"epochs": 1}}'))).code).toBe('ERR_OPTION');
  });
  it.each([null, 5, 'adam', [1], new Float32Array(2), () => 1])('rejects %s', (value) => {
    const error = thrown(() => check(value));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/^fit: expected an options object such as { epochs, batchSize }, got /);
  });
  it('is typed', () => {
    expectTypeOf(check({})).toEqualTypeOf<Partial<Options>>();
    // @ts-expect-error not a key of Options
    expect(checkOptions<Options>('fit', {}, ['epoch'])).toEqual({});
  });
});

describe('describe', () => {
  class Custom {}
  it.each([
    ['adma', '"adma"'],
    [Number.NaN, 'NaN'],
    [1e300, '1e+300'],
    [3n, '3n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [Symbol('s'), 'Symbol(s)'],
    [[32, 28], '[32, 28]'],
    [new Array(1e6).fill(123), '[123, 123, 123, 123, 123, 123, 123, 123, 123, 123, 123, 1…'],
    [[[[1, 2]]], '[[[…]]]'],
    [{ hiddenLayers: [3] }, '{ hiddenLayers: [3] }'],
    [{ a: { b: { c: 1 } } }, '{ a: { b: {…} } }'],
    [{}, '{}'],
    [Object.create(null), '{}'],
    [new Float32Array(784), 'Float32Array(784)'],
    [new DataView(new ArrayBuffer(2)), 'DataView'],
    [new Map(), 'Map'],
    [new ArrayBuffer(2), 'ArrayBuffer'],
    [{ 'a\nb': 1 }, '{ a b: 1 }'],
    ['a\nb', '"a\\nb"'],
    ['x'.repeat(100), `"${'x'.repeat(56)}…`],
    [new Custom(), 'Custom'],
    [function name() {}, 'function name'],
  ])('%s', (value, text) => expect(errors.describe(value)).toBe(text));

  it('is short, one line and never throws', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
        getPrototypeOf: () => {
          throw new Error('no');
        },
      },
    );
    expect(errors.describe(hostile)).toBe('an object');
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const text = errors.describe(value);
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(60);
        expect(text).not.toContain('\n');
      }),
    );
  });
});

describe('numbers', () => {
  it('positiveInteger', () => {
    expect(errors.positiveInteger('dense', 'units', 3)).toBe(3);
    expect(thrown(() => errors.positiveInteger('dense', 'units', 0))).toMatchObject({
      code: 'ERR_VALUE',
      message: 'dense: units must be a positive integer, got 0.',
    });
    const error = thrown(() => errors.positiveInteger('dense', 'units', '3'));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe('dense: units must be a positive integer, got "3" (string).');
    for (const bad of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(thrown(() => errors.positiveInteger('dense', 'units', bad))).toBeInstanceOf(RangeError);
    }
  });
  it('integer', () => {
    expect(errors.integer('m', 'seed', 2 ** 53 - 1, 0)).toBe(2 ** 53 - 1);
    expect(errors.integer('m', 'n', -3, -3)).toBe(-3);
    expect(thrown(() => errors.integer('sequential', 'seed', -1, 0)).message).toBe(
      'sequential: seed must be an integer in 0…9007199254740991, got -1.',
    );
    expect(thrown(() => errors.integer('get', 'row', 4, 0, 3)).message).toBe(
      'get: row must be an integer in 0…3, got 4.',
    );
  });
  it('finiteNumber and inRange', () => {
    expect(errors.finiteNumber('a', 'b', -1.5)).toBe(-1.5);
    expect(() => errors.finiteNumber('a', 'b', Number.NaN)).toThrow('a: b must be a finite number, got NaN.');
    expect(errors.inRange('dropout', 'rate', 0, 0, 1, '[)')).toBe(0);
    expect(() => errors.inRange('dropout', 'rate', 1, 0, 1, '[)')).toThrow(
      'dropout: rate must be a number in [0, 1), got 1.',
    );
    expect(() => errors.inRange('adam', 'epsilon', 0, 0, Number.POSITIVE_INFINITY, '()')).toThrow(
      'a finite number > 0',
    );
    expect(() => errors.inRange('adam', 'rate', Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY)).toThrow(
      'adam: rate must be a finite number ≥ 0, got Infinity.',
    );
    expect(() => errors.inRange('a', 'b', Number.NaN, 0, 1)).toThrow(RangeError);
    expect(() => errors.inRange('a', 'b', null, 0, 1)).toThrow(TypeError);
  });
  it('boolean and oneOf', () => {
    expect(errors.boolean('fit', 'shuffle', false)).toBe(false);
    expect(() => errors.boolean('fit', 'shuffle', 1)).toThrow('fit: shuffle must be true or false, got 1 (number).');
    expectTypeOf(errors.oneOf('x', 'a', ['a', 'b'])).toEqualTypeOf<'a' | 'b'>();
    expect(() => errors.oneOf('backend', 'wsam', ['wasm', 'js'])).toThrow('Did you mean "wasm"?');
  });
});
