import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toLabels, toRows } from '../src/data/inputs';
import { type CsvOptions, Table } from '../src/formats/csv';
import { Matrix } from '../src/matrix';
import { readCsv } from '../src/readers';

const digitsPath = join(import.meta.dirname, '..', 'examples', 'data', 'digits.csv');
const read = async (text: string, options?: CsvOptions) => Matrix.from(await readCsv(text, options)).toArray();

describe('readCsv', () => {
  it.each<[string, string, CsvOptions?]>([
    ['LF', '1,2\n3,4\n'],
    ['no line break at the end', '1,2\n3,4'],
    ['CRLF', '1,2\r\n3,4\r\n'],
    ['CR', '1,2\r3,4\r'],
    ['a byte order mark', '\uFEFF1,2\n3,4\n'],
    ['blank lines', '\n1,2\n\n  \n3,4\n\n'],
    ['spaces', ' 1 ,\t2\n3, 4 \n'],
    ['quotes', '"1",2\n3,"4"\n'],
    ['tabs', '1\t2\n3\t4\n', { delimiter: '\t' }],
    ['spaces between', '1 2\n3 4\n', { delimiter: ' ' }],
    ['semicolons', '1;2\n3;4\n', { delimiter: ';' }],
    ['a header found', 'a,b\n1,2\n3,4\n'],
    ['a header told', '10,20\n1,2\n3,4\n', { header: true }],
    ['signs and exponents', '+1.0,.2e1\n3.,4E-0\n'],
  ])('handles %s', async (_, text, options) => {
    expect(await read(text, options)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('keeps names', async () => {
    expect((await readCsv('a,"b, ""c"""\n1,2\n')).header).toEqual(['a', 'b, "c"']);
    expect((await readCsv('"","a""",x"y"z\n1,2,3\n')).header).toEqual(['', 'a"', 'xyz']);
    expect((await readCsv('\uFEFF"a",b\n1,2\n')).header).toEqual(['a', 'b']);
    expect((await readCsv(',a\n0,2\n')).header).toEqual(['', 'a']);
    expect((await readCsv('1,2\n')).header).toBeUndefined();
    expect((await readCsv('7,8\n1,2\n', { header: true })).header).toEqual(['7', '8']);
    expect((await readCsv('a,b\n1,2\n')).columns(1).header).toEqual(['b']);
  });

  it('reads bytes, gzip, Blob, Response, path and URL alike', async () => {
    const text = '1,2\n3,4\n';
    const bytes = new TextEncoder().encode(`\uFEFF${text}`);
    for (const source of [bytes, bytes.buffer, gzipSync(bytes), new Blob([bytes]), new Response(bytes)]) {
      expect(await readCsv(source)).toEqual(await readCsv(text));
    }
    expect((await readCsv(digitsPath)).shape).toEqual([1797, 65]);
    expect((await readCsv(pathToFileURL(digitsPath))).shape).toEqual([1797, 65]);
  });

  it('gives back any finite numbers', async () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    const table = fc
      .integer({ min: 1, max: 5 })
      .chain((cols) =>
        fc.array(fc.array(double, { minLength: cols, maxLength: cols }), { minLength: 1, maxLength: 8 }),
      );
    const line = fc.constantFrom('\n', '\r\n', '\r');
    await fc.assert(
      fc.asyncProperty(table, line, async (rows, end) => {
        const text = rows.map((row) => row.map((v) => (Object.is(v, -0) ? '-0' : v)).join(',') + end).join('');
        expect(await read(text)).toEqual(rows);
      }),
    );
  });

  it.each<[string, string, CsvOptions?]>([
    ['1,2\n3,abc\n', 'readCsv: line 2 column 2 must be a finite number, got "abc".'],
    ['a,b\n\n3,x\n', 'line 3 column 2 ("b") must be a finite number, got "x"'],
    ['1,2\n3,\n', 'line 2 column 2 must be a finite number, got "".'],
    ['1,2\n3,4\n5\n', 'line 3 has 1 value, line 1 has 2.'],
    ['\n\na,b\n1,2,3\n', 'line 4 has 3 values, line 3 has 2.'],
    [
      'a,2\n1,2\n',
      'line 1 column 1 must be a finite number, got "a". If this line holds names, pass { header: true }.',
    ],
    ['a,b\n1,2\n', 'line 1 column 1 must be a finite number, got "a"', { header: false }],
    ['1,0x10\n', 'column 2 must be a finite number, got "0x10"'],
    ['1,Infinity\n', 'column 2 must be a finite number, got "Infinity"'],
    ['1,NaN\n', 'column 2 must be a finite number, got "NaN"'],
    ['1,1e999\n', 'column 2 must be a finite number, got "1e999"'],
    ['1,1.2.3\n', 'column 2 must be a finite number, got "1.2.3"'],
    ['1,-\n', 'column 2 must be a finite number, got "-"'],
    ['1e999\n2\n', 'line 1 column 1 must be a finite number, got "1e999"'],
    ['1,"2\n', 'line 1 has a quote that is not closed.'],
    [',\n1,2\n', 'line 1 column 1 must be a finite number, got "".'],
    ['\n', 'readCsv: the text has no lines of numbers.'],
    ['a,b\n', 'readCsv: the text has no lines of numbers.'],
  ])('rejects %j', async (text, message, options) => {
    await expect(readCsv(text, options)).rejects.toThrow(message);
    await expect(readCsv(text, options)).rejects.toMatchObject({ code: 'ERR_FORMAT' });
  });

  it('checks options and source', async () => {
    await expect(readCsv('1\n', { delimiter: ', ' })).rejects.toThrow('delimiter must be one character');
    await expect(readCsv('1\n', { delimiter: '.' })).rejects.toThrow('got "." (string)');
    await expect(readCsv('1\n', { header: 1 as never })).rejects.toThrow(
      "header must be 'auto', true or false, got 1.",
    );
    await expect(readCsv('1\n', { seperator: ';' } as never)).rejects.toThrow('unknown option "seperator"');
    await expect(readCsv('1,2,3')).rejects.toThrow(
      /cannot read "1,2,3": .*without a line break is a path, not CSV text/,
    );
    await expect(readCsv(5 as never)).rejects.toBeInstanceOf(TypeError);
  });
});

describe('Table', () => {
  const table = () => new Table(new Float64Array([1, 2, 3, 4, 5, 6, 7, 8, 9]), 3, 3, ['a', 'b', 'c']);
  const rows = (t: Table) => Matrix.from(t).toArray();

  it('splits columns as slice does', () => {
    expect(rows(table().columns(0, 2))).toEqual([
      [1, 2],
      [4, 5],
      [7, 8],
    ]);
    expect(rows(table().columns(-1))).toEqual([[3], [6], [9]]);
    expect(table().columns(0, -1).header).toEqual(['a', 'b']);
    expect(() => table().columns(3)).toThrow(
      'Table.columns is empty: expected at least one row of at least one value, got shape [3, 0] of [3, 3].',
    );
    expect(() => table().columns(2, 1)).toThrow('Table.columns is empty');
  });
  it('filters rows', () => {
    expect(rows(table().filterRows((i) => i !== 1))).toEqual([
      [1, 2, 3],
      [7, 8, 9],
    ]);
    expect(() => table().filterRows(() => false)).toThrow(
      'Table.filterRows is empty: expected at least one row of at least one value, got shape [0, 3] of [3, 3].',
    );
  });
  it('reads the digits in two lines', async () => {
    const digits = await readCsv(digitsPath);
    const train = digits.filterRows((i) => i % 5 !== 4);
    const x = toRows('x', train.columns(0, 64), 64, 'float32');
    const y = toLabels('y', train.columns(64), 10, 'float32');
    expect([x.rows, y.rows]).toEqual([1438, 1438]);
    expect(x.data.reduce((a, b) => Math.max(a, b))).toBe(16);
    expect([...y.data.subarray(0, 4)]).toEqual([0, 1, 2, 3]);
  });
});
