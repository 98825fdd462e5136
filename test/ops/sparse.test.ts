// Products that skip zeros give the bits of those that do not, whatever the numbers.
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../support/bits';
import { uniforms } from '../support/probe';
import { logicalOf } from './checks';
import { execute, prepare } from './harness';
import { type Generator, rare, real } from './row';
import { backends, pairs } from './suite';
import { table } from './table';

const specials = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, -1e38, 2 ** -140, 3e38, -1e300];

/** Zeros, ordinary numbers, and with probability `share` those that arithmetic treats in its own way. */
const numbers =
  (share: number, rest: Generator): Generator =>
  (random, index, dims) =>
    random() < share ? specials[Math.floor(random() * specials.length)]! : rest(random, index, dims);

const products = [
  ['matmul', 'matmulSparse', 'out'],
  ['matmulBackwardWeights', 'matmulBackwardWeightsSparse', 'dw'],
] as const;

describe.each(pairs)('on %s, %s', (backend, dtype) => {
  test.each(products)('%s = %s', (dense, sparse, output) => {
    const random = uniforms(11);
    let nonFinite = 0;
    for (let round = 0; round < 200; round++) {
      const [rows, cols, inner] = [1 + 8 * random(), 1 + 40 * random(), 1 + 30 * random()].map(Math.floor);
      const share = round % 2 ? 0.02 : 0;
      const seed = round + 1;
      const results = [dense, sparse].map((op) => {
        const row = {
          ...table[op],
          inputs: { x: numbers(share, rare), w: numbers(share / 4, real), delta: numbers(share / 4, real) },
        };
        const setup = prepare(op, row, {
          dtype,
          rows: rows!,
          dims: { cols: cols!, inner: inner! },
          random: uniforms(seed),
        });
        return { setup, values: logicalOf(setup, execute(setup, backends[backend]), output) };
      });
      const [a, b] = results;
      expect(a!.setup.call.in).toEqual(b!.setup.call.in);
      expect(firstDifference(a!.values, b!.values), `round ${round}: ${rows}×${inner}·${inner}×${cols}`).toBe(-1);
      if (a!.values.some((x) => !Number.isFinite(x))) nonFinite++;
    }
    expect(nonFinite).toBeGreaterThan(20); // else nothing was tried
    expect(nonFinite).toBeLessThan(150);
  });
});

test('weights known to be finite are not looked through again', () => {
  const setup = prepare('matmulSparse', table.matmulSparse, {
    dtype: 'float32',
    rows: 2,
    dims: { cols: 5, inner: 3 },
    variant: { registers: { weightsFinite: 1 } },
    change: { operand: 'w', index: 7, value: Number.NaN },
    generator: (_random, index) => (index % 3 ? 0 : 1),
    random: uniforms(1),
  });
  for (const backend of Object.values(backends)) {
    expect(logicalOf(setup, execute(setup, backend), 'out').some(Number.isNaN)).toBe(false);
  }
});
