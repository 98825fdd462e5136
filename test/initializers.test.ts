import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type InitializerInput,
  type InitializerName,
  initialize,
  initializers,
  parseInitializer,
} from '../src/initializers';

const names = Object.keys(initializers) as InitializerName[];
const dtypes = ['float32', 'float64'] as const;
const shape = [300, 200] as const;

const draw = (input: InitializerInput, dtype: (typeof dtypes)[number], size: readonly number[] = shape, layer = 0) =>
  initialize(parseInitializer(input), size, 42, layer, dtype);

function statistics(values: ArrayLike<number>) {
  let [sum, squares, low, high] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    sum += x;
    squares += x * x;
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  const mean = sum / values.length;
  return { mean, stddev: Math.sqrt(squares / values.length - mean * mean), low, high };
}

describe.each(dtypes)('in %s', (dtype) => {
  it.each([
    ['glorotUniform', Math.sqrt(6 / 500)],
    ['heUniform', Math.sqrt(6 / 300)],
    ['lecunUniform', Math.sqrt(3 / 300)],
    ['randomUniform', 0.05],
  ] as const)('%s fills ±%d', (name, limit) => {
    const { mean, stddev, low, high } = statistics(draw(name, dtype));
    const rounding = limit * 2 ** -23;
    expect(low).toBeGreaterThanOrEqual(-limit - rounding);
    expect(high).toBeLessThanOrEqual(limit + rounding);
    expect(low).toBeLessThan(-0.999 * limit);
    expect(high).toBeGreaterThan(0.999 * limit);
    expect(Math.abs(mean)).toBeLessThan(0.01 * limit);
    expect(stddev / (limit / Math.sqrt(3))).toBeCloseTo(1, 2);
  });

  it.each([
    ['glorotNormal', Math.sqrt(2 / 500), true],
    ['heNormal', Math.sqrt(2 / 300), true],
    ['lecunNormal', Math.sqrt(1 / 300), true],
    ['truncatedNormal', 0.05 * 0.8796256610342398, true],
    ['randomNormal', 0.05, false],
  ] as const)('%s has standard deviation %d', (name, expected, truncated) => {
    const { mean, stddev, low, high } = statistics(draw(name, dtype));
    expect(Math.abs(mean)).toBeLessThan(0.02 * expected);
    expect(stddev / expected).toBeCloseTo(1, 1.5);
    const bound = (2 * expected) / 0.8796256610342398;
    if (truncated) {
      expect(Math.max(-low, high)).toBeLessThanOrEqual(bound * (1 + 2 ** -23));
      expect(Math.min(-low, high)).toBeGreaterThan(0.98 * bound);
    } else {
      expect(Math.min(-low, high)).toBeGreaterThan(3.5 * expected);
    }
  });

  it('zeros, ones and constant are what they say', () => {
    expect([...draw('zeros', dtype, [2, 2])]).toEqual([0, 0, 0, 0]);
    expect([...draw('ones', dtype, [3])]).toEqual([1, 1, 1]);
    expect([...draw({ constant: { value: -0.25 } }, dtype, [1, 2])]).toEqual([-0.25, -0.25]);
  });

  it('options apply', () => {
    const far = statistics(draw({ randomNormal: { mean: 10, stddev: 0.1 } }, dtype));
    expect(far.mean).toBeCloseTo(10, 2);
    expect(far.stddev).toBeCloseTo(0.1, 2);
    const unit = statistics(draw(initializers.randomUniform({ minval: 0, maxval: 1 }), dtype));
    expect(unit.low).toBeGreaterThanOrEqual(0);
    expect(unit.mean).toBeCloseTo(0.5, 2);
    expect([...draw({ truncatedNormal: { mean: 3, stddev: 0 } }, dtype, [2])]).toEqual([3, 3]);
  });

  it('a vector counts as a square matrix', () => {
    const { low, high } = statistics(draw('glorotUniform', dtype, [5000]));
    const limit = Math.sqrt(6 / 10_000);
    expect(Math.max(-low, high)).toBeLessThanOrEqual(limit * (1 + 2 ** -23));
    expect(Math.min(-low, high)).toBeGreaterThan(0.99 * limit);
  });

  it('has the array type, and values of its own per layer and seed', () => {
    const values = draw('glorotUniform', dtype, [4, 4]);
    expect(values).toBeInstanceOf(dtype === 'float32' ? Float32Array : Float64Array);
    expect(draw('glorotUniform', dtype, [4, 4])).toEqual(values);
    expect(draw('glorotUniform', dtype, [4, 4], 1)).not.toEqual(values);
    expect(initialize(parseInitializer('glorotUniform'), [4, 4], 43, 0, dtype)).not.toEqual(values);
  });

  it('element i does not depend on the shape', () => {
    expect(draw('randomNormal', dtype, [2, 3])).toEqual(draw('randomNormal', dtype, [3, 2]));
    expect(draw('randomNormal', dtype, [7]).subarray(0, 6)).toEqual(draw('randomNormal', dtype, [6]));
  });

  it('gives the same bytes for ever', () => {
    const hash = createHash('sha256');
    for (const name of names) {
      const values = initialize(parseInitializer(name), [37, 29], 2 ** 33 + 5, 3, dtype);
      hash.update(new Uint8Array(values.buffer));
    }
    // Change only together with numericsVersion.
    const digest = {
      float32: '0a35db4e3f2934f6c841b41c3dc44de223f2caaaf42c3410ce0bfb88322eec9e',
      float64: '3b14abf21d0ab22796300defa11be85c84f328ee0dd1febb1f01be866d061b98',
    }[dtype];
    expect(hash.digest('hex')).toBe(digest);
  });
});

describe('the ways to write an initializer', () => {
  it('name, factory and object agree', () => {
    for (const name of names) {
      const spec = initializers[name]();
      expect(parseInitializer(name)).toEqual(spec);
      expect(parseInitializer({ [name]: {} })).toEqual(spec);
      expect(parseInitializer(spec)).toEqual(spec);
      expect(parseInitializer(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
    }
  });

  it('fills in defaults', () => {
    expect(parseInitializer('heNormal')).toEqual({ heNormal: {} });
    expect(parseInitializer('randomNormal')).toEqual({ randomNormal: { mean: 0, stddev: 0.05 } });
    expect(parseInitializer('truncatedNormal')).toEqual({ truncatedNormal: { mean: 0, stddev: 0.05 } });
    expect(parseInitializer('constant')).toEqual({ constant: { value: 0 } });
    expect(parseInitializer({ randomNormal: { stddev: 0.01 } })).toEqual({ randomNormal: { mean: 0, stddev: 0.01 } });
    expect(initializers.randomUniform({ minval: undefined, maxval: 1 })).toEqual({
      randomUniform: { minval: -0.05, maxval: 1 },
    });
  });

  it.each([
    ['glorotUnifrom', RangeError, /kernel: unknown name "glorotUnifrom"\. Did you mean "glorotUniform"\?/],
    ['glorot_uniform', RangeError, /Did you mean "glorotUniform"\?/],
    [{ randomNormel: {} }, RangeError, /Did you mean "randomNormal"\?/],
    ['toString', RangeError, /unknown name "toString"/],
    [
      { randomNormal: { stdev: 1 } },
      TypeError,
      /kernel randomNormal: unknown option "stdev"\. Did you mean "stddev"\?/,
    ],
    [{ heNormal: { stddev: 1 } }, TypeError, /kernel heNormal: unknown option "stddev"\. It takes no options\./],
    [
      { randomNormal: 0.01 },
      TypeError,
      /kernel randomNormal: expected an options object such as { mean, stddev }, got 0\.01 \(number\)/,
    ],
    [{ randomNormal: null }, TypeError, /got null/],
    [{ randomNormal: { stddev: -1 } }, RangeError, /kernel randomNormal: stddev must be a finite number ≥ 0, got -1/],
    [{ randomNormal: { stddev: '1' } }, TypeError, /stddev must be .*got "1" \(string\)/],
    [{ constant: { value: NaN } }, RangeError, /value must be a finite number, got NaN/],
    [{ randomUniform: { minval: 1, maxval: 0 } }, RangeError, /minval must not exceed maxval, got 1 and 0/],
    [{}, TypeError, /expected a name or an object with one, such as/],
    [{ zeros: {}, ones: {} }, TypeError, /expected a name or an object with one, such as/],
    [['zeros'], TypeError, /expected a name or an object with one, such as/],
    [initializers.heNormal, TypeError, /got a function\. Call it/],
    [3, TypeError, /expected a name, got 3 \(number\)/],
    [null, TypeError, /expected a name, got null/],
  ] as const)('refuses %o', (input, type, message) => {
    const parse = () => parseInitializer(input, 'kernel');
    expect(parse).toThrow(type);
    expect(parse).toThrow(message);
  });

  it('factories refuse too', () => {
    expect(() => initializers.randomNormal({ stddev: -1 })).toThrow(/randomNormal: stddev must be a finite number ≥ 0/);
    // @ts-expect-error: zeros has no options
    expect(() => initializers.zeros({ value: 1 })).toThrow(/zeros: unknown option "value"/);
  });
});
