import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { MatrixLike } from '../src/data/inputs';
import { type DType, Matrix } from '../src/matrix';

const values = (dtype: 'float32' | 'float64') =>
  dtype === 'float32' ? fc.float({ noNaN: false }) : fc.double({ noNaN: false });
const nested = (entry: fc.Arbitrary<number>) =>
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
    .chain(([rows, cols]) =>
      fc.array(fc.array(entry, { minLength: cols, maxLength: cols }), { minLength: rows, maxLength: rows }),
    );
/** A fresh one each time: a `Matrix` keeps the array it is given. */
const m23 = () => new Matrix(new Float32Array([1, 5, 5, 9, -2, 0]), 2, 3);

describe('Matrix.from', () => {
  it.each(['float32', 'float64'] as const)('gives back what it takes (%s)', (dtype) => {
    fc.assert(
      fc.property(nested(values(dtype)), (rows) => {
        const m = Matrix.from(rows, { dtype });
        expect(m.toArray()).toEqual(rows);
        expect(m.shape).toEqual([rows.length, rows[0]!.length]);
        expect(m.dtype).toBe(dtype);
        expect(m.equals(rows)).toBe(true);
        expect([...m].map((row) => [...row])).toEqual(rows);
      }),
    );
  });

  it('keeps the dtype of float data, takes float32 for the rest', () => {
    const wide = { data: new Float64Array([0.1, 0.2]), shape: [1, 2] as const };
    expect(Matrix.from(wide).dtype).toBe('float64');
    expect(Matrix.from(wide).data).toEqual(wide.data);
    expect(Matrix.from(Matrix.from(wide)).dtype).toBe('float64');
    expect(Matrix.from({ data: new Uint8Array([1, 255]), shape: [1, 2] }).dtype).toBe('float32');
    expect(Matrix.from([[1]]).dtype).toBe('float32');
    expect(Matrix.from(wide, { dtype: 'float32' }).data).toEqual(new Float32Array([0.1, 0.2]));
  });

  it('is typed', () => {
    expectTypeOf(Matrix.from([[1]])).toEqualTypeOf<Matrix<'float32'>>();
    expectTypeOf(Matrix.from([[1]], { dtype: 'float64' })).toEqualTypeOf<Matrix<'float64'>>();
    expectTypeOf(Matrix.from({ data: new Float64Array(1), shape: [1, 1] })).toEqualTypeOf<Matrix<'float64'>>();
    expectTypeOf(Matrix.from({ data: new Uint8Array(1), shape: [1, 1] })).toEqualTypeOf<Matrix<'float32'>>();
    const unknownData: MatrixLike = { data: new Float64Array(1), shape: [1, 1] };
    expectTypeOf(Matrix.from(unknownData as MatrixLike)).toEqualTypeOf<Matrix<DType>>();
    expect(Matrix.from(unknownData as MatrixLike).dtype).toBe('float64');
    expectTypeOf(Matrix.from(Matrix.from([[1]]))).toEqualTypeOf<Matrix<'float32'>>();
    expectTypeOf(Matrix.from([[1]]).row(0)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
    expectTypeOf(Matrix.from([[1]], { dtype: 'float64' }).data).toEqualTypeOf<Float64Array<ArrayBuffer>>();
    // @ts-expect-error no such dtype
    expect(() => Matrix.from([[1]], { dtype: 'float16' })).toThrow('Valid: "float32", "float64".');
    // @ts-expect-error no such option
    expect(() => Matrix.from([[1]], { type: 'float64' })).toThrow('Did you mean "dtype"?');
  });

  it('takes a structured clone, typed rows and more dimensions', () => {
    const m = m23();
    const clone = structuredClone(m);
    expect(clone).not.toBeInstanceOf(Matrix);
    expect(Matrix.from(clone).equals(m)).toBe(true);
    expect(Matrix.from([new Uint8Array([1, 2]), new Float64Array([3, 4])]).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(Matrix.from({ data: new Int8Array(12), shape: [2, 3, 2] }).shape).toEqual([2, 6]);
  });

  it('copies, onto an ordinary ArrayBuffer', () => {
    const data = new Float32Array(new SharedArrayBuffer(16));
    const m = Matrix.from({ data, shape: [2, 2] });
    data[0] = 7;
    expect(m.get(0, 0)).toBe(0);
    expect(m.data.buffer).toBeInstanceOf(ArrayBuffer);
    expect(Matrix.from(m).data).not.toBe(m.data);
  });

  it('rejects what is no matrix', () => {
    expect(() => Matrix.from([1, 2, 3] as never)).toThrow(
      'expected rows, got one dimension of 3 values. Write [[1, 2, 3]]',
    );
    expect(() => Matrix.from([[1, 2], [3]])).toThrow('Matrix.from row 1: expected 2 values as in row 0, got 1.');
    expect(() => Matrix.from([])).toThrow('is empty');
    expect(() => Matrix.from([[1e300]])).toThrow(
      "value[0][0] is 1e+300, which float32 cannot hold. Use dtype: 'float64'",
    );
    expect(Matrix.from([[1e300]], { dtype: 'float64' }).get(0, 0)).toBe(1e300);
    expect(Matrix.from([[Number.NaN, Number.POSITIVE_INFINITY]]).toArray()).toEqual([
      [Number.NaN, Number.POSITIVE_INFINITY],
    ]);
  });
});

describe('constructor', () => {
  it('checks', () => {
    expect(() => new Matrix(new Float32Array(5), 2, 3)).toThrow('Matrix: expected 6 values for shape [2, 3], got 5.');
    expect(() => new Matrix(new Float32Array(0), 0, 3)).toThrow('Matrix: rows must be a positive integer, got 0.');
    // @ts-expect-error not a float array
    expect(() => new Matrix([[1, 2]], 1, 2)).toThrow(/must be a Float32Array or Float64Array, got \[\[1, 2\]\]/);
  });
});

describe('get, row', () => {
  it('reads by row and column', () => {
    const m = m23();
    expect(m.get(1, 0)).toBe(9);
    expect(m.row(1)).toEqual(new Float32Array([9, -2, 0]));
    m.row(1)[0] = 100;
    expect(m.get(1, 0)).toBe(9);
  });
  it.each([
    [2, 0],
    [-1, 0],
    [0, 3],
    [0, 0.5],
    [0, Number.NaN],
  ])('get(%d, %d) throws', (i, j) => expect(() => m23().get(i, j)).toThrow(RangeError));
  it('names the valid range', () => {
    expect(() => m23().get(0, 3)).toThrow('get: column must be an integer in 0…2, got 3.');
    expect(() => m23().row(2)).toThrow('row: row must be an integer in 0…1, got 2.');
    // @ts-expect-error a string is no index
    expect(() => m23().row('0')).toThrow(TypeError);
  });
});

describe('argMax', () => {
  it('finds the first largest of rows and columns', () => {
    expect(m23().argMax()).toEqual([1, 0]);
    expect(m23().argMax(0)).toEqual([1, 0, 0]);
    expect(Matrix.from([[1, Number.NaN, 3, Number.NaN]]).argMax()).toEqual([1]);
    expect(Matrix.from([[Number.NaN, 5]]).argMax()).toEqual([0]);
    expect(Matrix.from([[Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]]).argMax()).toEqual([0]);
    // @ts-expect-error no such axis
    expect(() => m23().argMax(2)).toThrow(
      'argMax: axis (0 down each column, 1 along each row) must be an integer in 0…1, got 2.',
    );
  });
  it('agrees with indexOf(max)', () => {
    fc.assert(
      fc.property(nested(fc.float({ noNaN: true, noDefaultInfinity: true })), (rows) => {
        expect(Matrix.from(rows).argMax()).toEqual(rows.map((row) => row.findIndex((v) => v >= Math.max(...row))));
      }),
    );
  });
});

describe('round', () => {
  const round = (x: number, decimals?: number) =>
    Matrix.from([[x]], { dtype: 'float64' })
      .round(decimals)
      .get(0, 0);

  it('prints XOR without −0', () => {
    const m = Matrix.from([[-0.01], [0.98], [0.97], [0.02]]).round();
    expect(JSON.stringify(m)).toBe('[[0],[1],[1],[0]]');
    expect(inspect(m.toArray())).not.toContain('-0');
    expect(Object.is(m.get(0, 0), 0)).toBe(true);
  });
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, 0],
    [-1.5, -2],
    [-2.5, -2],
    [0.49999999999999994, 0],
    [4503599627370495.5, 4503599627370496],
    [9007199254740991, 9007199254740991],
    [-0, 0],
    [1e300, 1e300],
  ])('%d → %d', (x, y) => expect(Object.is(round(x), y)).toBe(true));
  it('takes decimals before and after the point', () => {
    expect(round(1.2345, 2)).toBe(1.23);
    expect(round(-0.125, 2)).toBe(-0.12);
    expect(round(1250, -2)).toBe(1200);
    expect(round(-1, -2)).toBe(0);
    expect(round(1.5, 300)).toBe(1.5);
    expect(round(1.5, -300)).toBe(0);
    expect(() => round(1, 0.5)).toThrow('round: decimals must be an integer in -300…300, got 0.5.');
  });
  it('is the nearest integer, the even one of two, and never −0', () => {
    fc.assert(
      fc.property(fc.double(), (x) => {
        const y = round(x);
        if (!Number.isFinite(x)) {
          expect(y).toBe(x);
          return;
        }
        expect(Number.isInteger(y) && Math.abs(y - x) <= 0.5 && !Object.is(y, -0)).toBe(true);
        if (Math.abs(y - x) === 0.5) expect(y % 2 === 0).toBe(true);
      }),
    );
  });
  it('keeps dtype, NaN and the original', () => {
    const m = Matrix.from([[1.25, Number.NaN]]);
    expect(m.round(1).toArray()).toEqual([[Math.fround(1.2), Number.NaN]]);
    expect(m.get(0, 0)).toBe(1.25);
  });
});

describe('equals', () => {
  const nan = Number.NaN;
  it.each([
    [[[1, 2]], [[1, 2]], 0, true],
    [[[1, 2]], [[1], [2]], 0, false],
    [[[1, 2]], [1, 2], 0, false],
    [[[nan]], [[nan]], 0, true],
    [[[nan]], [[1]], 1e9, false],
    [[[1]], [[nan]], Number.POSITIVE_INFINITY, false],
    [[[0]], [[-0]], 0, true],
    [[[1]], [[1.5]], 0.5, true],
    [[[1]], [[1.5]], 0.49, false],
    [[[1 / 0]], [[1 / 0]], 0, true],
    [[[1 / 0]], [[-1 / 0]], 5, false],
    [[[1 / 0]], [[1]], 5, false],
  ])('%j, %j within %d: %s', (a, b, tolerance, expected) => {
    expect(Matrix.from(a).equals(b as number[][], tolerance)).toBe(expected);
  });
  it('compares stored values', () => {
    expect(Matrix.from([[0.1]]).equals([[0.1]])).toBe(false);
    expect(Matrix.from([[0.1]]).equals([[0.1]], 1e-8)).toBe(true);
    expect(Matrix.from([[0.1]]).equals({ data: new Float32Array([0.1]), shape: [1, 1] })).toBe(true);
  });
  it('rejects a bad tolerance and bad rows', () => {
    expect(() => m23().equals(m23(), -1)).toThrow('equals: tolerance must be 0 or more, got -1 (number).');
    expect(() => m23().equals([[1], [2, 3]])).toThrow('row 1: expected 1 value as in row 0, got 2.');
  });
});

describe('text', () => {
  it('is an aligned table', () => {
    expect(
      String(
        Matrix.from(
          [
            [0.0123, 1],
            [-10.5, 0],
          ],
          { dtype: 'float64' },
        ),
      ),
    ).toBe('Matrix 2×2 float64\n    0.0123  1.0000\n  -10.5000  0.0000');
    expect(
      String(
        Matrix.from([
          [1, -22],
          [3, 0],
        ]),
      ),
    ).toBe('Matrix 2×2 float32\n  1  -22\n  3    0');
    expect(String(Matrix.from([[1e-9, 2]]))).toBe('Matrix 1×2 float32\n  0.0000  2.0000');
    expect(String(Matrix.from([[1e-9, -2e-7]]))).toBe('Matrix 1×2 float32\n  1.000e-9  -2.000e-7');
    expect(String(Matrix.from([[1.5e7, 0.5]]))).toBe('Matrix 1×2 float32\n  1.500e+7  5.000e-1');
    expect(String(Matrix.from([[Number.NaN, -1 / 0, 1 / 0, 0.25, -1e-7]]))).toBe(
      'Matrix 1×5 float32\n  NaN  -Infinity  Infinity  0.2500  0.0000',
    );
  });
  it('elides large ones', () => {
    const lines = String(new Matrix(new Float32Array(100 * 50), 100, 50)).split('\n');
    expect(lines).toHaveLength(13);
    expect(lines[1]!.trim().split(/\s+/)).toHaveLength(10);
    expect(lines[7]).toMatch(/^[ …]+$/);
    expect(lines[1]).toContain('…');
    const counted = String(
      new Matrix(
        Float32Array.from({ length: 13 }, (_, i) => i),
        13,
        1,
      ),
    );
    expect(
      counted
        .split('\n')
        .slice(1)
        .map((line) => line.trim()),
    ).toEqual('0 1 2 3 4 5 … 8 9 10 11 12'.split(' '));
  });
  it('is what Node and Deno print, nested too', () => {
    const m = m23();
    expect(inspect(m)).toBe(String(m));
    expect(inspect({ m })).toContain('Matrix 2×3 float32');
    const deno = (m as unknown as Record<symbol, () => string>)[Symbol.for('Deno.customInspect')];
    expect(deno?.call(m)).toBe(String(m));
  });
});
