import { describe, expect, it } from 'vitest';
import * as reference from './support/double-double';
import { around, intervals, type Name, names, seededWords, turningPoints, typescript } from './support/math';

/** Largest error allowed, in units in the last place of the exact value. */
const bounds: Record<Name, number> = { exp: 1, expm1: 2.5, log: 1, log1pUnit: 1.5, tanh: 1.5, sigmoid: 2.5, erf: 2 };

/** Arguments with a finite value, and the part of them in which most of it happens. */
const domains: Record<Name, { all: [number, number]; dense: [number, number] }> = {
  exp: { all: [-745.2, 709.782712893384], dense: [-5, 5] },
  expm1: { all: [-745.2, 0], dense: [-5, 0] },
  log: { all: [2 ** -1074, Number.MAX_VALUE], dense: [0.4, 3] },
  log1pUnit: { all: [0, 1], dense: [0, 1] },
  tanh: { all: [-Number.MAX_VALUE, Number.MAX_VALUE], dense: [-3, 3] },
  sigmoid: { all: [-745.2, Number.MAX_VALUE], dense: [-40, 40] },
  erf: { all: [-Number.MAX_VALUE, Number.MAX_VALUE], dense: [-6, 6] },
};

const value = new Float64Array(1);
const words = new Int32Array(value.buffer);

/** The largest power of two not above |x|, as its exponent; −1023 for denormal numbers. */
function exponent(x: number): number {
  value[0] = x;
  return ((words[1]! >> 20) & 2047) - 1023;
}

/** Error of y in units in the last place of a double-double. */
function ulps64(y: number, [high, low, n]: reference.Scaled): number {
  const unit = Math.max(exponent(high) + n - 52, -1074);
  return Math.abs(reference.scale([y, 0], -n)[0] - high - low) / 2 ** (unit - n);
}

const units32 = Float64Array.from({ length: 2047 }, (_, i) => 2 ** Math.max(i - 1023 - 23, -149));

/** Error of y in units in the last place of a float32 next to a float64. */
function ulps32(y: number, exact: number): number {
  return Math.abs(y - exact) / units32[exponent(exact) + 1023]!;
}

interface Worst {
  count: number;
  error: number;
  x: number;
}

/** All of float32 coarsely, |x| from 2⁻¹² to 2⁷ finely; the reference is the float64 function, itself measured below. */
function measure32(name: Name): Worst {
  const f = typescript.float32[name];
  const exact = typescript.float64[name];
  const [low, high] = intervals[name] ?? [-Infinity, Infinity];
  const flushes = name === 'exp' || name === 'sigmoid'; // to +0, below the normal range
  const x = new Float32Array(1);
  const bits = new Uint32Array(x.buffer);
  const worst = { count: 0, error: 0, x: 0 };
  const sweep = (from: number, to: number, step: number) => {
    for (let pattern = from; pattern < to; pattern += step) {
      bits[0] = pattern;
      if (x[0]! < low || x[0]! > high) continue;
      const y = f(x[0]!);
      const r = exact(x[0]!);
      let error = 0;
      if (!(Math.abs(r) < 3.4028235677973366e38)) error = Object.is(y, Math.fround(r)) ? 0 : Infinity;
      else if (flushes && r < 2 ** -126) error = Object.is(y, 0) ? 0 : Infinity;
      else error = ulps32(y, r);
      worst.count++;
      if (!(error <= worst.error)) [worst.error, worst.x] = [error, x[0]!];
    }
  };
  sweep(0, 2 ** 32, 4093);
  sweep(0x39800000, 0x43000000, 127);
  sweep(0xb9800000, 0xc3000000, 127);
  return worst;
}

function measure64(name: Name): Worst {
  const f = typescript.float64[name];
  const { all, dense } = domains[name];
  const word = seededWords(2);
  const uniform = ([low, high]: [number, number]) => low + (high - low) * ((word() + word() / 2 ** 32) / 2 ** 32);
  const range: [number, number] = [Math.max(all[0], -750), Math.min(all[1], 750)];
  const points = turningPoints('float64').flatMap((x) => around(x, 40, 'float64'));
  for (let i = 0; i < 100_000; i++) {
    points.push(uniform(dense), uniform(range), uniform(dense) * 2 ** -(word() & 31));
    words[0] = word();
    words[1] = word();
    points.push(value[0]!);
  }
  const exact = { ...reference, log1pUnit: reference.log1p }[name];
  const worst = { count: 0, error: 0, x: 0 };
  for (const x of points) {
    if (!(x >= all[0] && x <= all[1]) || Number.isNaN(x)) continue;
    const error = ulps64(f(x), exact(x));
    worst.count++;
    if (!(error <= worst.error)) [worst.error, worst.x] = [error, x];
  }
  return worst;
}

describe.each([
  ['float32', measure32],
  ['float64', measure64],
] as const)('errors in %s', (dtype, measure) => {
  it.each(names)('%s', (name) => {
    const { count, error, x } = measure(name);
    console.log(`${dtype} ${name}: at most ${error.toFixed(3)} ulp, at ${x}, of ${count} arguments`);
    expect(count).toBeGreaterThan(intervals[name] ? 100_000 : dtype === 'float32' ? 2_000_000 : 200_000);
    expect(error).toBeLessThanOrEqual(bounds[name]);
  });
});

describe('the measure', () => {
  it('sees an error of one unit', () => {
    const exact = reference.exp(1);
    expect(ulps64(Math.E, exact)).toBeLessThan(0.5);
    expect(ulps64(Math.E + 2 ** -51, exact)).toBeGreaterThan(0.5);
    expect(ulps64(Math.E + 2 ** -51, exact)).toBeLessThan(1.5);
    expect(ulps32(1 + 2 ** -23, 1)).toBe(1);
    expect(ulps32(2 ** -149, 2 ** -148)).toBe(1);
  });

  it('has a reference that agrees with known digits', () => {
    // As float64 and the rest
    const known: [reference.Scaled, high: number, low: number][] = [
      [reference.exp(1), Math.E, 1.4456468917292502e-16],
      [reference.expm1(0.001), 0.0010005001667083417, 2.598544094203749e-20],
      [reference.log(10), Math.LN10, -2.1707562233822494e-16],
      [reference.log1p(0.25), 0.22314355131420976, -9.091270597324799e-18],
      [reference.tanh(1), 0.7615941559557649, 3.7090214482164924e-17],
      [reference.sigmoid(-2), 0.11920292202211756, -4.667319433268004e-18],
      [reference.erf(1), 0.8427007929497149, -2.4801011789118602e-17],
    ];
    for (const [[h, l, n], high, low] of known) {
      const [sum, rest] = reference.scale([h, l], n);
      expect(sum).toBe(high);
      expect(rest).toBeCloseTo(low, 30);
    }
  });
});
