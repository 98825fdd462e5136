import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { checkSameRows, type MatrixLike, toLabels, toRows, type VectorLike } from '../src/data/inputs';
import { Matrix } from '../src/matrix';

function thrown(run: () => unknown): Error & { code?: string } {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error');
}
const x = (value: unknown, cols: number) => toRows('X', value, cols, 'float32');
const y = (value: unknown, cols: number) => toRows('y', value, cols, 'float32', { oneDimensional: 'column' });
const labels = (value: unknown, classes = 10) => toLabels('y', value, classes, 'float32');

describe('toRows accepts', () => {
  const expected = { data: new Float32Array([1, 2, 3, 4, 5, 6]), rows: 2, cols: 3 };
  const bytes = new Uint8Array([1, 2, 3, 4, 5, 6]);
  const shared = new Int16Array(new SharedArrayBuffer(12));
  shared.set(bytes);
  it.each<[string, unknown]>([
    [
      'nested arrays',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    ['typed rows', [new Float64Array([1, 2, 3]), new Int8Array([4, 5, 6])]],
    ['mixed rows', [[1, 2, 3], new Uint8Array([4, 5, 6])]],
    [
      'a Matrix',
      Matrix.from([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ],
    [
      'a clone of a Matrix',
      structuredClone(
        Matrix.from(
          [
            [1, 2, 3],
            [4, 5, 6],
          ],
          { dtype: 'float64' },
        ),
      ),
    ],
    ['data and shape', { data: bytes, shape: [2, 3] }],
    ['data, rows and cols', { data: bytes, rows: 2, cols: 3 }],
    ['a plain array with shape', { data: [1, 2, 3, 4, 5, 6], shape: [2, 3] }],
    ['samples of more dimensions', { data: bytes, shape: [2, 3, 1, 1] }],
    ['shared memory', { data: shared, shape: [2, 3] }],
    ['a part of a buffer', { data: new Uint8Array([9, ...bytes, 9]).subarray(1, 7), shape: [2, 3] }],
    ['row-major strides', { data: bytes, shape: [2, 3], stride: [3, 1], offset: 0 }],
  ])('%s', (_, value) => {
    const rows = x(value, 3);
    expect(rows).toEqual(expected);
    expect(rows.data.buffer).toBeInstanceOf(ArrayBuffer);
    expect(rows.data.byteLength).toBe(rows.data.buffer.byteLength);
  });

  it('copies', () => {
    const data = new Float32Array([1, 2]);
    const rows = x({ data, shape: [1, 2] }, 2);
    data[0] = 9;
    expect(rows.data[0]).toBe(1);
  });

  it('bytes as they are, and both dtypes', () => {
    const value = { data: new Uint8Array([0, 255]), shape: [1, 2] };
    expect(x(value, 2).data).toEqual(new Float32Array([0, 255]));
    expect(toRows('X', value, 2, 'float64').data).toEqual(new Float64Array([0, 255]));
    expect(toRows('X', [[0.1]], 1, 'float64').data[0]).toBe(0.1);
    expect(x([[0.1]], 1).data[0]).toBe(Math.fround(0.1));
    expect(Object.is(x([[-0]], 1).data[0], -0)).toBe(true);
    expectTypeOf(toRows('X', [[1]], 1, 'float64').data).toEqualTypeOf<Float64Array<ArrayBuffer>>();
  });

  it('one dimension', () => {
    expect(x([1, 2, 3], 3)).toMatchObject({ rows: 1, cols: 3 });
    expect(x(new Uint8Array(3), 3)).toMatchObject({ rows: 1, cols: 3 });
    expect(x({ data: new Uint8Array(3), shape: [3] }, 3)).toMatchObject({ rows: 1, cols: 3 });
    expect(x([1, 2, 3], 1)).toMatchObject({ rows: 3, cols: 1 });
    expect(x([1], 1)).toMatchObject({ rows: 1, cols: 1 });
    expect(y([1, 2, 3], 1)).toMatchObject({ rows: 3, cols: 1 });
  });

  it('agrees in every form, for random matrices', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    const shape = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
    const matrix = shape.chain(([r, c]) =>
      fc.array(fc.array(double, { minLength: c, maxLength: c }), { minLength: r, maxLength: r }),
    );
    fc.assert(
      fc.property(matrix, (nested) => {
        const cols = nested[0]!.length;
        const data = Float64Array.from(nested.flat());
        const read = (value: unknown) => toRows('X', value, cols, 'float64');
        expect(read(nested)).toEqual({ data, rows: nested.length, cols });
        expect(read(nested.map((row) => Float64Array.from(row)))).toEqual(read(nested));
        expect(read({ data, shape: [nested.length, cols] })).toEqual(read(nested));
        expect(read(Matrix.from(nested, { dtype: 'float64' }))).toEqual(read(nested));
      }),
    );
  });

  it('is typed', () => {
    const take = (_: MatrixLike | VectorLike) => {};
    take([[1, 2]]);
    take([new Uint8Array(2), [1, 2]]);
    take(Matrix.from([[1]], { dtype: 'float64' }));
    take({ data: new Uint8Array(4), shape: [2, 2] } as const);
    take({ data: new Float32Array(new SharedArrayBuffer(16)), rows: 2, cols: 2 });
    take(new Int32Array(3));
    // @ts-expect-error BigInt values
    take({ data: new BigInt64Array(4), shape: [2, 2] });
    // @ts-expect-error strings
    take([['1']]);
  });
});

describe('toRows rejects', () => {
  const nan = Number.NaN;
  const grid = (rows: number, cols: number) => Array.from({ length: rows }, () => new Array<number>(cols).fill(0));
  const put = (rows: number[][], i: number, j: number, value: unknown) => {
    (rows[i] as unknown[])[j] = value;
    return rows;
  };
  const ragged = [...grid(17, 4), [1, 2, 3]];
  const cases: [value: unknown, cols: number, kind: string, code: string, message: string][] = [
    [
      ragged,
      4,
      'RangeError',
      'ERR_SHAPE',
      'X row 17: expected 4 values as in row 0, got 3. Give all rows the same length.',
    ],
    [[[1, 2], [3]], 2, 'RangeError', 'ERR_SHAPE', 'X row 1: expected 2 values as in row 0, got 1.'],
    [put(grid(8, 4), 5, 2, nan), 4, 'RangeError', 'ERR_DATA', 'X[5][2] is NaN. All values must be finite numbers.'],
    [put(grid(8, 4), 7, 3, -1 / 0), 4, 'RangeError', 'ERR_DATA', 'X[7][3] is -Infinity.'],
    [{ data: new Float32Array([0, 0, 0, nan]), shape: [2, 2] }, 2, 'RangeError', 'ERR_DATA', 'X[1][1] is NaN.'],
    [
      { data: new Float64Array([0, 0, 1 / 0, 0]), shape: [1, 2, 2] },
      4,
      'RangeError',
      'ERR_DATA',
      'X[0][1][0] is Infinity.',
    ],
    [[1, nan, 3], 3, 'RangeError', 'ERR_DATA', 'X[1] is NaN.'],
    [[new Float32Array([1, nan])], 2, 'RangeError', 'ERR_DATA', 'X[0][1] is NaN.'],
    [[[1e300]], 1, 'RangeError', 'ERR_DATA', "X[0][0] is 1e+300, which float32 cannot hold. Use dtype: 'float64'"],
    [
      { data: new Float64Array([-1e39]), shape: [1, 1] },
      1,
      'RangeError',
      'ERR_DATA',
      'X[0][0] is -1e+39, which float32',
    ],
    [[[1, '3']], 2, 'TypeError', 'ERR_KIND', 'X[0][1]: expected a number, got "3" (string).'],
    [[[1, null]], 2, 'TypeError', 'ERR_KIND', 'X[0][1]: expected a number, got null.'],
    [[[1, true]], 2, 'TypeError', 'ERR_KIND', 'X[0][1]: expected a number, got true (boolean).'],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    [[[1, , 3]], 3, 'TypeError', 'ERR_KIND', 'X[0][1]: expected a number, got undefined.'],
    [[[1, 2n]], 2, 'TypeError', 'ERR_KIND', 'X[0][1]: expected a number, got 2n (bigint).'],
    [[[1], null], 1, 'TypeError', 'ERR_KIND', 'X[1]: expected an array of numbers, got null.'],
    [[[1, [2]]], 2, 'TypeError', 'ERR_KIND', 'X[0][1]: expected a number, got [2].'],
    [{ data: [1, 'a'], shape: [1, 2] }, 2, 'TypeError', 'ERR_KIND', 'X[0][1]: expected a number, got "a" (string).'],
    [
      new BigInt64Array(2),
      2,
      'TypeError',
      'ERR_KIND',
      'got BigInt64Array(2). BigInt values are not supported. Use Float64Array.from(array, Number).',
    ],
    [
      { data: new BigUint64Array(2), shape: [1, 2] },
      2,
      'TypeError',
      'ERR_KIND',
      'got { data: BigUint64Array(2), shape: [1, 2] }. BigInt values are not supported.',
    ],
    [
      [new BigInt64Array(2)],
      2,
      'TypeError',
      'ERR_KIND',
      'X[0]: expected an array of numbers, got BigInt64Array(2). BigInt values are not supported.',
    ],
    [
      grid(32, 28),
      784,
      'RangeError',
      'ERR_SHAPE',
      'X: expected rows of 784 values, got [32, 28]. Flatten each image to one row of 784',
    ],
    [grid(28, 28), 784, 'RangeError', 'ERR_SHAPE', 'got [28, 28]. If this is one sample, flatten it to one row of 784'],
    [grid(784, 5), 784, 'RangeError', 'ERR_SHAPE', 'got [784, 5]. Rows are samples, columns are features: transpose'],
    [
      grid(3, 5),
      4,
      'RangeError',
      'ERR_SHAPE',
      'X: expected rows of 4 values, got [3, 5]. Give rows of 4 values, or build',
    ],
    [
      { data: new Uint8Array(24), shape: [2, 3, 4] },
      784,
      'RangeError',
      'ERR_SHAPE',
      'got [2, 3, 4] (12 values per sample).',
    ],
    [
      [[[1, 2]], [[3, 4]]],
      2,
      'RangeError',
      'ERR_SHAPE',
      'got nested arrays of shape [2, 1, 2] or deeper. Flatten each sample',
    ],
    [
      [1, 2, 3],
      4,
      'RangeError',
      'ERR_SHAPE',
      'X: expected rows of 4 values, got one dimension of 3 values. Give one array',
    ],
    [new Uint8Array(8), 4, 'RangeError', 'ERR_SHAPE', 'If these are 2 samples in a row, give { data, shape: [2, 4] }.'],
    [[], 2, 'RangeError', 'ERR_DATA', 'X is empty: expected at least one row'],
    [
      [[]],
      2,
      'RangeError',
      'ERR_DATA',
      'X is empty: expected at least one row of at least one value, got shape [1, 0].',
    ],
    [new Float32Array(0), 2, 'RangeError', 'ERR_DATA', 'X is empty'],
    [
      { data: new Float32Array(0), shape: [0, 2] },
      2,
      'RangeError',
      'ERR_DATA',
      'X is empty: expected at least one row of at least one value, got shape [0, 2].',
    ],
    [
      { data: new Float32Array(5), shape: [2, 3] },
      3,
      'RangeError',
      'ERR_SHAPE',
      'X: expected 6 values for shape [2, 3], got 5.',
    ],
    [{ data: new Float32Array(6), shape: [2, -3] }, 3, 'TypeError', 'ERR_KIND', 'X.shape: expected a list of sizes'],
    [
      { data: new Float32Array(6) },
      3,
      'TypeError',
      'ERR_KIND',
      'X.shape: expected a list of sizes such as [rows, cols], got und',
    ],
    [
      { data: new Float32Array(6), shape: [2, 3], stride: [1, 2] },
      3,
      'RangeError',
      'ERR_SHAPE',
      'X: expected row-major data, got a strided view. Copy',
    ],
    [
      { data: new Float32Array(6), shape: [2, 3], stride: [3, 1], offset: 1 },
      3,
      'RangeError',
      'ERR_SHAPE',
      'X: expected row-major data, got a strided view. Copy',
    ],
    [
      undefined,
      3,
      'TypeError',
      'ERR_KIND',
      'X: expected an array of rows, a Matrix or { data, shape }, got undefined.',
    ],
    ['data.csv', 3, 'TypeError', 'ERR_KIND', 'got "data.csv" (string).'],
    [5, 3, 'TypeError', 'ERR_KIND', 'got 5 (number).'],
    [new DataView(new ArrayBuffer(8)), 3, 'TypeError', 'ERR_KIND', 'got DataView.'],
    [new Map(), 3, 'TypeError', 'ERR_KIND', 'got Map.'],
    [{ data: () => 1, shape: [1, 1] }, 1, 'TypeError', 'ERR_KIND', 'X: expected an array of rows'],
  ];
  it.each(cases.map(([value, cols, kind, code, message]) => ({ value, cols, kind, code, message })))(
    '$message',
    (row) => {
      const { value, cols, kind, code, message } = row;
      const error = thrown(() => x(value, cols));
      expect(error.message).toContain(message);
      expect(error.constructor.name).toBe(kind);
      expect(error.code).toBe(code);
    },
  );

  it('the largest float32 passes, the next double does not', () => {
    expect(x([[3.4028234663852886e38]], 1).data[0]).toBe(3.4028234663852886e38);
    expect(() => x([[3.4028235677973366e38]], 1)).toThrow('float32 cannot hold');
    expect(toRows('X', [[1e300]], 1, 'float64').data[0]).toBe(1e300);
  });

  it('one dimension for several outputs, naming the loss for labels', () => {
    expect(() => y([1, 2, 3], 3)).toThrow(
      'y: expected rows of 3 values, got one dimension of 3 values. Give one array of 3 values per sample. ' +
        "For class labels use the loss 'sparseCategoricalCrossentropy'.",
    );
  });

  it('finds a bad value wherever it is', () => {
    const bad = fc.constantFrom(nan, 1 / 0, -1 / 0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), bad, fc.boolean(), (size, at, value, wide) => {
        const data = (wide ? new Float64Array(size) : new Float32Array(size)).fill(1.5);
        const k = at % size;
        data[k] = value;
        const expected = `X[${k}][0] is ${value}.`;
        expect(() => x({ data, shape: [size, 1] }, 1)).toThrow(expected);
        expect(() =>
          x(
            Array.from(data, (v) => [v]),
            1,
          ),
        ).toThrow(expected);
        expect(() => toRows('X', { data, shape: [size, 1] }, 1, 'float64')).toThrow(expected);
      }),
    );
  });
});

describe('toLabels', () => {
  const expected = { data: new Float32Array([7, 0, 9]), rows: 3, cols: 1 };
  it.each<[string, unknown]>([
    ['numbers', [7, 0, 9]],
    ['bytes', new Uint8Array([7, 0, 9])],
    ['int32', new Int32Array([7, 0, 9])],
    ['floats that are integers', new Float64Array([7, 0, 9])],
    ['a column', [[7], [0], [9]]],
    ['a Matrix', Matrix.from([[7], [0], [9]])],
    ['an IDX file of labels', { data: new Uint8Array([7, 0, 9]), shape: [3] }],
    ['a column with shape', { data: new Float64Array([7, 0, 9]), shape: [3, 1] }],
  ])('takes %s', (_, value) => expect(labels(value)).toEqual(expected));

  it('gives float64 too', () => {
    expect(toLabels('y', [1], 2, 'float64').data).toEqual(new Float64Array([1]));
  });

  const bad: [value: unknown, code: string, message: string][] = [
    [[0, 10], 'ERR_DATA', 'y[1] is 10. Class labels are integers 0…9 for 10 output units: count classes from 0'],
    [[0, 11], 'ERR_DATA', 'y[1] is 11. Class labels are integers 0…9 for 10 output units.'],
    [[-1], 'ERR_DATA', 'y[0] is -1. Class labels are'],
    [[[0], [2.5]], 'ERR_DATA', 'y[1][0] is 2.5. Class labels are integers 0…9 for 10 output units: round them'],
    [[0.99999999999], 'ERR_DATA', 'y[0] is 0.99999999999.'],
    [new Int32Array([3, -4]), 'ERR_DATA', 'y[1] is -4.'],
    [[Number.NaN], 'ERR_DATA', 'y[0] is NaN.'],
    [['7'], 'ERR_KIND', 'y[0]: expected a number, got "7" (string).'],
    [new BigInt64Array(3), 'ERR_KIND', 'BigInt'],
    [
      { data: new Uint8Array(20), shape: [2, 10] },
      'ERR_SHAPE',
      "got [2, 10]. Rows of one value per class belong to the loss 'cat",
    ],
    [[[1, 2, 3]], 'ERR_SHAPE', 'y: expected one class label per sample, got [1, 3]. Give one integer per sample.'],
    [[], 'ERR_DATA', 'y is empty'],
  ];
  it.each(bad.map(([value, code, message]) => ({ value, code, message })))(
    'rejects: $message',
    ({ value, code, message }) => {
      const error = thrown(() => labels(value));
      expect(error.message).toContain(message);
      expect(error.code).toBe(code);
    },
  );

  it('takes every label below the number of classes and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: -5, max: 400 }), (classes, label) => {
        const valid = label >= 0 && label < classes;
        if (valid) expect(labels([label], classes).data[0]).toBe(label);
        else expect(() => labels([label], classes)).toThrow(RangeError);
      }),
    );
  });
});

describe('checkSameRows', () => {
  it('compares', () => {
    expect(() => checkSameRows('X', { rows: 4 }, 'y', { rows: 4 })).not.toThrow();
    const error = thrown(() => checkSameRows('X', { rows: 4 }, 'y', { rows: 3 }));
    expect(error.message).toBe('y: expected 4 rows as X has, got 3. Each row of X needs one row of y.');
    expect(error.code).toBe('ERR_SHAPE');
  });
});
