import { any, describeBadCalls, x, y } from './support/bad-calls';
import { rowsOf } from './support/models';

const nan = Number.NaN;
const changed = (i: number, j: number, value: unknown) => x.map((row, r) => (r === i ? row.with(j, any(value)) : row));

describeBadCalls('bad data', [
  [
    'ragged rows',
    (m) => m.fit(x.with(17, [1, 2, 3]), y),
    'RangeError ERR_SHAPE',
    'x row 17: expected 4 values as in row 0, got 3.',
  ],
  [
    'narrow rows',
    (m) => m.fit(rowsOf(20, 3), y),
    'RangeError ERR_SHAPE',
    'x: expected rows of 4 values, got [20, 3]. Give rows',
  ],
  [
    'narrow rows',
    (m) => m.predict(rowsOf(2, 5)),
    'RangeError ERR_SHAPE',
    'x: expected rows of 4 values, got [2, 5]. Give rows',
  ],
  [
    'one row too short',
    (m) => m.predict([1, 2]),
    'RangeError ERR_SHAPE',
    'got one dimension of 2 values. Give one array',
  ],
  ['NaN', (m) => m.fit(changed(5, 2, nan), y), 'RangeError ERR_DATA', 'x[5][2] is NaN. All values must be finite'],
  ['Infinity', (m) => m.predict(changed(3, 0, -1 / 0)), 'RangeError ERR_DATA', 'x[3][0] is -Infinity.'],
  [
    'too large for float32',
    (m) => m.evaluate(changed(0, 1, 1e39), y),
    'RangeError ERR_DATA',
    "x[0][1] is 1e+39, which float32 cannot hold. Use dtype: 'float64'",
  ],
  [
    'a string',
    (m) => m.fit(changed(1, 1, '3'), y),
    'TypeError ERR_KIND',
    'x[1][1]: expected a number, got "3" (string).',
  ],
  ['no data', (m) => m.fit([], []), 'RangeError ERR_DATA', 'x is empty: expected at least one row'],
  [
    'undefined',
    (m) => m.fit(any(undefined), y),
    'TypeError ERR_KIND',
    'x: expected an array of rows, a Matrix or { data, shape }, got undefined.',
  ],
  ['missing y', (m) => m.fit(x, any(undefined)), 'TypeError ERR_KIND', 'y: expected an array of rows'],
  [
    'fewer targets',
    (m) => m.fit(x, y.slice(1)),
    'RangeError ERR_SHAPE',
    'y: expected 20 rows as x has, got 19. Each row of x needs one row of y.',
  ],
  [
    'a label too large',
    (m) => m.fit(x, y.with(7, 3)),
    'RangeError ERR_DATA',
    'y[7] is 3. Class labels are integers 0…2 for 3 output units: count classes from 0',
  ],
  [
    'a negative label',
    (m) => m.evaluate(x, y.with(7, -1)),
    'RangeError ERR_DATA',
    'y[7] is -1. Class labels are integers 0…2',
  ],
  [
    'a fractional label',
    (m) => m.fit(x, y.with(0, 0.5)),
    'RangeError ERR_DATA',
    'y[0] is 0.5. Class labels are integers 0…2 for 3 output units: round them',
  ],
  [
    'one-hot rows',
    (m) =>
      m.fit(
        x,
        y.map(() => [0, 1, 0]),
      ),
    'RangeError ERR_SHAPE',
    "belong to the loss 'categoricalCrossentropy'",
  ],
  [
    'bad validation data',
    (m) => m.fit(x, y, { validationData: [x, y.with(2, 9)] }),
    'RangeError ERR_DATA',
    'validationData[1][2] is 9.',
  ],
  [
    'narrow validation data',
    (m) => m.fit(x, y, { validationData: [rowsOf(2, 3), [0, 0]] }),
    'RangeError ERR_SHAPE',
    'validationData[0]: expected rows of 4 values',
  ],
  [
    'validation data alone',
    (m) => m.fit(x, y, { validationData: any([x]) }),
    'TypeError ERR_KIND',
    'fit: validationData must be [x, y], got [[',
  ],
]);
