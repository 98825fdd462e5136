import { describe, expect, it } from 'vitest';
import { Purpose, Reg } from '../assembly/opcodes';
import { dropout } from '../src/backend/js/dropout';
import { normalQuantile, truncatedNormalQuantile } from '../src/normal';
import {
  type Key,
  normal,
  parseSeed,
  seedWords,
  shuffle,
  stream,
  threefry2x32,
  truncatedNormal,
  uniform,
  word,
} from '../src/random';

const hex = (words: Key) => words.map((w) => w.toString(16).padStart(8, '0')).join(' ');

/** Σ (observed − expected)² / expected, in standard deviations from its mean: about normal for many cells. */
function chiSquareZ(counts: ArrayLike<number>, total: number): number {
  const expected = total / counts.length;
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += (counts[i]! - expected) ** 2 / expected;
  const freedom = counts.length - 1;
  return (sum - freedom) / Math.sqrt(2 * freedom);
}

/** Mean of f over `count` elements of a stream. */
function mean(count: number, f: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += f(i);
  return sum / count;
}

describe('Threefry-2x32-20', () => {
  // The vectors published with Random123, also used by JAX.
  it.each([
    [[0, 0], [0, 0], '6b200159 99ba4efe'],
    [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '1cb996fc bb002be7'],
    [[0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], 'c4923a9c 483df7a0'],
  ] as const)('key %j, counter %j', (key, [counter0, counter1], expected) => {
    expect(hex(threefry2x32(key, counter0, counter1))).toBe(expected);
  });
});

describe('seeds', () => {
  it('are two words', () => {
    expect(seedWords(0)).toEqual([0, 0]);
    expect(seedWords(0x123456789a)).toEqual([0x12, 0x3456789a]);
    expect(seedWords(Number.MAX_SAFE_INTEGER)).toEqual([0x1fffff, 0xffffffff]);
  });

  it('pass unchanged', () => {
    for (const seed of [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) expect(parseSeed(seed)).toBe(seed);
    expect(parseSeed(-0)).toBe(0);
  });

  it('are drawn when undefined', () => {
    const seeds = Array.from({ length: 50 }, () => parseSeed(undefined));
    expect(seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0)).toBe(true);
    expect(new Set(seeds).size).toBe(50);
    expect(seeds.some((seed) => seed > 2 ** 40)).toBe(true);
  });

  it('are never truncated', () => {
    for (const seed of [-1, 0.5, 2 ** 53, NaN, Infinity]) expect(() => parseSeed(seed)).toThrow(RangeError);
    for (const seed of ['1', null, 1n, {}]) expect(() => parseSeed(seed)).toThrow(TypeError);
    expect(() => parseSeed(1.5, 'sequential')).toThrow(
      /sequential: seed must be an integer in 0…9007199254740991, got 1\.5/,
    );
  });
});

describe('streams', () => {
  it('derive their key in two steps', () => {
    const k1 = threefry2x32([0x12, 0x3456789a], Purpose.Dropout, 3);
    expect(stream(0x123456789a, Purpose.Dropout, 3, 4, 5)).toEqual(threefry2x32(k1, 4, 5));
  });

  it('differ in every coordinate', () => {
    const keys = [
      stream(7, Purpose.Initializer, 0, 0, 0),
      stream(8, Purpose.Initializer, 0, 0, 0),
      stream(7 + 2 ** 32, Purpose.Initializer, 0, 0, 0),
      stream(7, Purpose.Shuffle, 0, 0, 0),
      stream(7, Purpose.Initializer, 1, 0, 0),
      stream(7, Purpose.Initializer, 0, 1, 0),
      stream(7, Purpose.Initializer, 0, 0, 1),
    ];
    expect(new Set(keys.map(hex)).size).toBe(keys.length);
  });

  it('have two words per block', () => {
    const key = stream(1, Purpose.Shuffle, 2, 3, 4);
    expect([word(key, 6), word(key, 7)]).toEqual(threefry2x32(key, 3, 0));
    expect(word(key, 2 ** 32 + 1)).toBe(threefry2x32(key, 2 ** 31, 0)[1]);
  });

  it('are what dropout compares with its rate, pads not counted', () => {
    const [rows, cols, stride, rate] = [3, 5, 8, 0.3];
    const buffer = new ArrayBuffer(2048);
    const views = {
      f32: new Float32Array(buffer),
      f64: new Float64Array(buffer),
      i32: new Int32Array(buffer),
      u32: new Uint32Array(buffer),
      u8: new Uint8Array(buffer),
    };
    const [high, low] = seedWords(2 ** 40 + 99);
    views.u32[Reg.SeedHigh >> 2] = high;
    views.u32[Reg.SeedLow >> 2] = low;
    views.u32[Reg.Epoch >> 2] = 4;
    views.u32[Reg.EpochStep >> 2] = 17;
    const [out, mask, x] = [100, 200, 300];
    views.f32.fill(2, x, x + rows * stride);
    dropout(views.f32, out, mask, x, rows, cols, 6, rate, views, 0);

    const key = stream(2 ** 40 + 99, Purpose.Dropout, 6, 4, 17);
    const kept = Math.fround(1 / (1 - rate));
    const expected = Array.from({ length: rows * stride }, (_, i) => {
      const [r, c] = [Math.floor(i / stride), i % stride];
      return c < cols && word(key, r * cols + c) >= Math.floor(rate * 2 ** 32) ? kept : 0;
    });
    expect([...views.f32.subarray(mask, mask + rows * stride)]).toEqual(expected);
    expect([...views.f32.subarray(out, out + rows * stride)]).toEqual(expected.map((m) => Math.fround(2 * m)));
    expect(expected.filter((m) => m === 0).length).toBeGreaterThan(rows * (stride - cols));
  });
});

describe.each(['float32', 'float64'] as const)('numbers in %s', (dtype) => {
  const key = stream(2024, Purpose.Initializer, 1, 0, 0);
  const count = 200_000;

  it('take their bits from the top of the words', () => {
    for (let i = 0; i < 100; i++) {
      const top = BigInt(word(key, dtype === 'float32' ? i : 2 * i));
      const bits = dtype === 'float32' ? top >> 8n : ((top << 32n) | BigInt(word(key, 2 * i + 1))) >> 11n;
      expect(uniform(key, i, dtype)).toBe(Number(bits) / 2 ** (dtype === 'float32' ? 24 : 53));
    }
  });

  it('are uniform', () => {
    const counts = new Float64Array(1000);
    for (let i = 0; i < count; i++) {
      const u = uniform(key, i, dtype);
      if (u < 0 || u >= 1) throw new Error(`${u}`);
      counts[Math.floor(u * 1000)]!++;
    }
    expect(Math.abs(chiSquareZ(counts, count))).toBeLessThan(4);
    expect(mean(count, (i) => uniform(key, i, dtype))).toBeCloseTo(0.5, 2);
    expect(mean(count, (i) => (uniform(key, i, dtype) - 0.5) ** 2)).toBeCloseTo(1 / 12, 3);
    expect(mean(count, (i) => (uniform(key, i, dtype) - 0.5) * (uniform(key, i + 1, dtype) - 0.5))).toBeCloseTo(0, 3);
  });

  it('are normal', () => {
    const moment = (power: number) => mean(count, (i) => normal(key, i, dtype) ** power);
    // Within four standard errors: √(1, 2, 15, 96 / count).
    expect(Math.abs(moment(1))).toBeLessThan(0.009);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.0127);
    expect(Math.abs(moment(3))).toBeLessThan(0.035);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.088);
    // Shares beyond 1, 2 and 3 standard deviations.
    for (const [bound, share] of [
      [1, 0.31731],
      [2, 0.0455],
      [3, 0.0027],
    ] as const) {
      const error = 4 * Math.sqrt(share / count);
      expect(Math.abs(mean(count, (i) => +(Math.abs(normal(key, i, dtype)) > bound)) - share)).toBeLessThan(error);
    }
  });

  it('are truncated normal', () => {
    const values = Array.from({ length: count }, (_, i) => truncatedNormal(key, i, dtype));
    expect(values.every((x) => Math.abs(x) <= 2)).toBe(true);
    expect(values.some((x) => x > 1.99) && values.some((x) => x < -1.99)).toBe(true);
    expect(Math.abs(mean(count, (i) => values[i]!))).toBeLessThan(0.008);
    expect(Math.sqrt(mean(count, (i) => values[i]! ** 2))).toBeCloseTo(0.8796256610342398, 2);
  });
});

describe('quantiles', () => {
  // Correctly rounded, from mpmath with 50 digits.
  const known = [
    [1.1102230246251565e-16, -8.209536151601387],
    [1.1641532182693481e-10, -6.3379577545537895],
    [1e-12, -7.034483825301132],
    [1.5e-11, -6.646570887477113],
    [1e-6, -4.753424308822899],
    [0.001, -3.0902323061678136],
    [0.025, -1.9599639845400543],
    [0.07499, -1.4396021182393162],
    [0.0751, -1.43882539275254],
    [0.25, -0.6744897501960817],
    [0.4999, -0.00025066283008800747],
    [0.5, 0],
    [0.6, 0.2533471031357997],
    [0.975, 1.9599639845400538],
    [0.999999, 4.753424308817087],
    [0.9999999999999999, 8.209536151601387],
  ] as const;
  const knownTruncated = [
    [1.1102230246251565e-16, -1.999999999999998],
    [0.001, -1.982625620502018],
    [0.1, -1.184032466693905],
    [0.4, -0.24158718514107685],
    [0.75, 0.6391119108712728],
    [0.99, 1.848083539591331],
  ] as const;

  it.each(known)('normal: %d', (p, x) => {
    expect(Math.abs(normalQuantile(p) - x)).toBeLessThanOrEqual(1e-15 * Math.abs(x));
  });

  it.each(knownTruncated)('truncated normal: %d', (p, x) => {
    expect(Math.abs(truncatedNormalQuantile(p) - x)).toBeLessThanOrEqual(2e-15);
  });

  it('rise and are odd about one half', () => {
    let last = -Infinity;
    for (let k = 1; k < 4096; k++) {
      const x = normalQuantile(k / 4096);
      expect(x).toBeGreaterThan(last);
      expect(normalQuantile(1 - k / 4096)).toBe(-x + 0);
      last = x;
    }
  });
});

describe('shuffle', () => {
  it('is a permutation', () => {
    for (const count of [0, 1, 2, 3, 10, 1797]) {
      const order = shuffle(count, 5, 0);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }
  });

  it('depends on seed and epoch alone', () => {
    const text = (seed: number, epoch: number) => shuffle(100, seed, epoch).join();
    expect(text(1, 0)).toBe(text(1, 0));
    expect(new Set([text(1, 0), text(1, 1), text(2, 0), text(1 + 2 ** 32, 0)]).size).toBe(4);
  });

  it('never changes', () => {
    expect([...shuffle(12, 1, 0)]).toEqual([8, 3, 4, 10, 7, 5, 11, 2, 1, 0, 6, 9]);
  });

  it('gives every order of five samples alike', () => {
    const counts = new Map<string, number>();
    const epochs = 24_000;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = shuffle(5, 11, epoch).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(120);
    expect(Math.abs(chiSquareZ([...counts.values()], epochs))).toBeLessThan(4);
  });

  it('puts every sample everywhere alike', () => {
    const [count, epochs] = [30, 6000];
    const counts = new Float64Array(count * count);
    for (let epoch = 0; epoch < epochs; epoch++) {
      shuffle(count, 12, epoch).forEach((sample, place) => {
        counts[place * count + sample]!++;
      });
    }
    expect(Math.abs(chiSquareZ(counts, epochs * count))).toBeLessThan(4);
  });
});
