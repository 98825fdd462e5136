import { beforeAll, describe, expect, it } from 'vitest';
import {
  around,
  compileLanes,
  float32Sweep,
  intervals,
  type Lanes,
  type Name,
  names,
  seededWords,
  turningPoints,
  typescript,
} from './support/math';

type Floats = Float32Array | Float64Array;

let lanes: Lanes;
beforeAll(async () => {
  lanes = await compileLanes();
});

const dtypes = ['float32', 'float64'] as const;
const arrays = { float32: Float32Array, float64: Float64Array };
const inf = Infinity;
const tiny = { float32: 2 ** -149, float64: 2 ** -1074 };

/** [argument, value] pairs that hold in both dtypes. */
// biome-ignore format: a table
const special: Record<Name, [x: number, y: number][]> = {
  exp: [[0, 1], [-0, 1], [inf, inf], [-inf, 0], [1e30, inf], [-1e30, 0]],
  expm1: [[0, 0], [-0, -0], [-inf, -1], [-1e30, -1], [-40, -1]],
  log: [[0, -inf], [-0, -inf], [1, 0], [inf, inf], [-inf, NaN], [-1, NaN], [-1e-30, NaN]],
  log1pUnit: [[0, 0]],
  tanh: [[0, 0], [-0, -0], [inf, 1], [-inf, -1], [1e30, 1], [-1e30, -1], [20, 1], [-20, -1]],
  sigmoid: [[0, 0.5], [-0, 0.5], [inf, 1], [-inf, 0], [1e30, 1], [-1e30, 0], [40, 1]],
  erf: [[0, 0], [-0, -0], [inf, 1], [-inf, -1], [1e30, 1], [-1e30, -1], [6, 1], [-6, -1]],
};

/** Values at the ends of the range, to one or two units in the last place. */
// biome-ignore format: a table
const edges: Record<(typeof dtypes)[number], [Name, x: number, y: number][]> = {
  float32: [
    ['exp', 88.72283172607422, 3.4027985e38], ['exp', 88.72283935546875, inf],
    ['exp', -87.33654022216797, 1.1754997e-38], ['exp', -87.3365478515625, 0],
    ['expm1', -17.328680038452148, -0.9999999701976776], ['log1pUnit', 1, Math.LN2],
    ['log', 2 ** -149, -103.27893], ['log', 3.4028234663852886e38, 88.72284],
    ['sigmoid', -87.33654022216797, 1.1754997e-38], ['sigmoid', -87.3365478515625, 0],
  ],
  float64: [
    ['exp', 709.782712893384, 1.797693134862273e308], ['exp', 709.7827128933841, inf],
    ['exp', -740, 85 * 2 ** -1074], ['exp', -745.1332191019411, 2 ** -1074], ['exp', -745.1332191019412, 0],
    ['expm1', -37.42994775023705, -0.9999999999999999], ['log1pUnit', 1, Math.LN2],
    ['log', 2 ** -1074, -744.4400719213812], ['log', Number.MAX_VALUE, 709.782712893384],
    ['sigmoid', -745.1332191019411, 2 ** -1074], ['sigmoid', -745.1332191019412, 0],
  ],
};

/** Float32: all bit patterns coarsely, |x| from 2⁻¹² to 2⁷ finely. Float64: random patterns and numbers. */
const inputs = {
  float32: () => {
    const positive = float32Sweep(257, 0x39800000, 0x43000000);
    const near = turningPoints('float32').flatMap((x) => around(x, 200, 'float32'));
    return join(Float32Array, [float32Sweep(8191), positive, positive.map((x) => -x), near]);
  },
  float64: () => {
    const word = seededWords(1);
    const patterns = new Float64Array(Uint32Array.from({ length: 100_000 }, word).buffer);
    const numbers = Float64Array.from({ length: 300_000 }, (_, i) => (word() / 2 ** 31 - 1) * [1, 4, 40, 760][i & 3]!);
    const near = turningPoints('float64').flatMap((x) => around(x, 200, 'float64'));
    return join(Float64Array, [patterns, numbers, near]);
  },
};

function join<T extends Floats>(Type: new (length: number) => T, parts: ArrayLike<number>[]): T {
  const out = new Type(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

describe.each(dtypes)('%s', (dtype) => {
  const TypedArray = arrays[dtype];
  const both = (name: Name, x: number): number[] => [
    typescript[dtype][name](TypedArray.of(x)[0]!),
    lanes(name, TypedArray.of(x))[0]!,
  ];

  it.each(names)('%s of special values', (name) => {
    for (const [x, y] of [...special[name], [NaN, NaN]] as const) expect([x, ...both(name, x)]).toEqual([x, y, y]);
  });

  it('reaches the ends of the range', () => {
    const ulps = { float32: 2 ** -22, float64: 2 ** -51 }[dtype];
    for (const [name, x, y] of edges[dtype]) {
      for (const value of both(name, x)) {
        if (y === 0 || y === inf) expect([name, x, value]).toEqual([name, x, y]);
        else expect(Math.abs(value - y), `${name}(${x}) = ${value}`).toBeLessThanOrEqual(Math.abs(y) * ulps);
      }
    }
  });

  it('keeps denormal numbers where the function is x near 0', () => {
    for (const name of ['tanh', 'erf'] as const) {
      for (const x of [tiny[dtype], -tiny[dtype], 3 * tiny[dtype]])
        expect([name, ...both(name, x)]).toEqual([name, x, x]);
    }
    const [one, two, three, four] = [1, 2, 3, 4].map((n) => n * tiny[dtype]) as [number, number, number, number];
    for (const x of [one, three]) expect(both('log1pUnit', x)).toEqual([x, x]);
    // By half of x, which is rounded to even.
    for (const [x, y] of [
      [one, 0],
      [two, two],
      [three, four],
    ] as const)
      expect(both('expm1', -x)).toEqual([-y, -y]);
  });

  const all = inputs[dtype]();
  it.each(names)(`%s has the same bits in both languages for up to ${all.length} numbers`, (name) => {
    const [low, high] = intervals[name] ?? [-inf, inf];
    const x = all.filter((x) => !(x < low || x > high)); // NaNs stay
    expect(x.length).toBeGreaterThan(all.length / 6);
    const f = typescript[dtype][name];
    const actual = new TypedArray(x.length);
    for (let i = 0; i < x.length; i++) actual[i] = f(x[i]!);
    expect(firstDifference(x, actual, lanes(name, x))).toBeUndefined();
  });
});

it('the comparison finds a difference in the last bit', () => {
  const y = Float32Array.of(1, NaN, 0);
  expect(firstDifference(y, y, Float32Array.of(1, NaN, 0))).toBeUndefined();
  expect(firstDifference(y, y, Float32Array.of(1, NaN, -0))).toContain('-0');
  expect(firstDifference(y, y, Float32Array.of(1 + 2 ** -23, NaN, 0))).toContain('1.0000001');
});

/** NaNs are equal whatever their payload; everything else by its bits. */
function firstDifference(x: Floats, actual: Floats, expected: Floats): string | undefined {
  let i = 0;
  while (i < x.length && Object.is(actual[i], expected[i])) i++;
  const text = (y: number | undefined) => (Object.is(y, -0) ? '-0' : String(y));
  return i === x.length ? undefined : `f(${text(x[i])}): ${text(actual[i])} is not ${text(expected[i])}`;
}
