import type { TensorLike } from '../data/matrixlike';
import { checkOptions, describe, describeKind, fail } from '../errors';
import { type FileSource, readBytes } from './source';

/** Options of {@link readCsv}. */
export interface CsvOptions {
  /** The character between values; default `','`. */
  delimiter?: string;
  /** Whether the first line holds names; `'auto'` (default): yes if nothing in it is a number. */
  header?: boolean | 'auto';
}

/**
 * A table of numbers: `data` in row-major order, `shape` `[rows, cols]`, and `header`, the column names if there were
 * any. It is matrix-like, so it goes to `fit` and `predict` as it is.
 */
export class Table implements TensorLike {
  readonly data: Float64Array<ArrayBuffer>;
  readonly shape: [rows: number, cols: number];
  readonly header: string[] | undefined;

  constructor(data: Float64Array<ArrayBuffer>, rows: number, cols: number, header?: string[]) {
    this.data = data;
    this.shape = [rows, cols];
    this.header = header;
  }

  /**
   * Some columns, as a new table. Bounds are those of `Array.slice`: `from` is included, `to` is not, negative ones
   * count from the end.
   *
   * @throws RangeError when no column is left.
   *
   * @example
   * const x = table.columns(0, 64); // the first 64
   * const y = table.columns(-1);    // the last
   */
  columns(from: number, to?: number): Table {
    const [rows, cols] = this.shape;
    const picked = Array.from({ length: cols }, (_, j) => j).slice(from, to);
    if (picked.length === 0) {
      const asked = to === undefined ? `columns(${describe(from)})` : `columns(${describe(from)}, ${describe(to)})`;
      fail(RangeError, 'ERR_VALUE', `${asked} is empty: the table has columns 0…${cols - 1}.`);
    }
    const [first, width] = [picked[0]!, picked.length];
    const data = new Float64Array(rows * width);
    for (let i = 0; i < rows; i++) {
      const start = i * cols + first;
      data.set(this.data.subarray(start, start + width), i * width);
    }
    return new Table(data, rows, width, this.header?.slice(from, to));
  }

  /**
   * The rows whose index passes a test, as a new table.
   *
   * @throws RangeError when no row is left.
   *
   * @example
   * const train = table.filterRows((i) => i % 5 !== 4);
   * const test = table.filterRows((i) => i % 5 === 4);
   */
  filterRows(keep: (index: number) => boolean): Table {
    const [rows, cols] = this.shape;
    const picked = Array.from({ length: rows }, (_, i) => i).filter((i) => keep(i));
    if (picked.length === 0) fail(RangeError, 'ERR_VALUE', `filterRows: the test passed none of the ${rows} rows.`);
    const data = new Float64Array(picked.length * cols);
    picked.forEach((i, k) => {
      data.set(this.data.subarray(i * cols, (i + 1) * cols), k * cols);
    });
    return new Table(data, picked.length, cols, this.header);
  }
}

/**
 * Reads a CSV file of numbers. Any line ending, a byte order mark, blank lines, spaces around values, quoted values and
 * gzip are handled; missing values are errors.
 *
 * @param source CSV text (a string with a line break in it), or a file path, URL, Blob, Response or bytes of UTF-8
 * @param options `delimiter` (default `','`), `header` (default `'auto'`)
 * @throws RangeError (`ERR_FORMAT`) naming line and column, both from 1, for what is not a number and for lines of
 *   different lengths; Error (`ERR_READ`) for files that cannot be read.
 *
 * @example
 * const digits = await readCsv('digits.csv'); // lines of 64 pixels and a label
 * await model.fit(digits.columns(0, 64), digits.columns(64));
 */
export async function readCsv(source: FileSource | PromiseLike<FileSource>, options?: CsvOptions): Promise<Table> {
  const { delimiter = ',', header = 'auto' } = checkOptions('readCsv', options, ['delimiter', 'header']);
  if (typeof delimiter !== 'string' || !/^[^\d\s.+\-eE"]$|^[\t ]$/.test(delimiter)) {
    const wanted = "one character that is in no number, such as ',' ';' or '\\t'";
    fail(RangeError, 'ERR_VALUE', `readCsv: delimiter must be ${wanted}, got ${describeKind(delimiter)}.`);
  }
  if (typeof header !== 'boolean' && header !== 'auto') {
    fail(RangeError, 'ERR_VALUE', `readCsv: header must be true, false or 'auto', got ${describe(header)}.`);
  }
  if (typeof source === 'string' && /[\r\n]/.test(source)) return parseCsv(source, delimiter, header);
  const hint = typeof source === 'string' ? ' A string without a line break is a path, not CSV text.' : '';
  return parseCsv(new TextDecoder().decode(await readBytes('readCsv', source, hint)), delimiter, header);
}

function parseCsv(text: string, delimiter: string, header: boolean | 'auto'): Table {
  const lines = text.split(/\r\n|\n|\r/);
  const values: number[] = [];
  let [rows, cols, firstLine] = [0, 0, 0];
  let names: string[] | undefined;
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    const fields = splitLine(line, delimiter, index + 1);
    const isFirst = firstLine === 0;
    if (isFirst) [cols, firstLine] = [fields.length, index + 1];
    if (fields.length !== cols) {
      const counted = `${fields.length} ${fields.length === 1 ? 'value' : 'values'}`;
      fail(RangeError, 'ERR_FORMAT', `readCsv: line ${index + 1} has ${counted}, line ${firstLine} has ${cols}.`);
    }
    if (isFirst && (header === true || (header === 'auto' && looksLikeNames(fields)))) {
      names = fields;
      return;
    }
    fields.forEach((field, j) => {
      const value = isNumber(field) ? Number(field) : Number.NaN;
      if (!Number.isFinite(value)) notANumber(field, index + 1, j, names, isFirst);
      values.push(value);
    });
    rows++;
  });
  if (rows === 0) fail(RangeError, 'ERR_FORMAT', 'readCsv: expected lines of numbers, got none.');
  return new Table(Float64Array.from(values), rows, cols, names);
}

const looksLikeNames = (fields: string[]) => fields.some((f) => f !== '') && !fields.some(isNumber);

// Number() alone would take '' for 0, and 0x10 and Infinity for numbers.
const isNumber = (field: string) => /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(field);

/** The trimmed fields of a line; `trim` also takes a byte order mark away. */
function splitLine(line: string, delimiter: string, lineNumber: number): string[] {
  if (!line.includes('"')) return line.split(delimiter).map((field) => field.trim());
  const fields: string[] = [];
  let [field, quoted] = ['', false];
  for (let k = 0; k < line.length; k++) {
    const c = line[k]!;
    if (quoted && c === '"' && line[k + 1] === '"') field += line[k++]!;
    else if (c === '"') quoted = !quoted;
    else if (c === delimiter && !quoted) {
      fields.push(field.trim());
      field = '';
    } else field += c;
  }
  if (quoted) fail(RangeError, 'ERR_FORMAT', `readCsv: line ${lineNumber} has a quote that is not closed.`);
  return [...fields, field.trim()];
}

function notANumber(field: string, line: number, j: number, names: string[] | undefined, isFirst: boolean): never {
  const column = names?.[j] === undefined ? `column ${j + 1}` : `column ${j + 1} (${describe(names[j])})`;
  const problem = field === '' ? 'is empty' : `is ${describe(field)}, not a finite number`;
  const fix = isFirst
    ? 'If this line holds names, pass { header: true }.'
    : 'Every value must be a finite decimal number.';
  fail(RangeError, 'ERR_FORMAT', `readCsv: line ${line}, ${column} ${problem}. ${fix}`);
}
