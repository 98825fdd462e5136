import { count, type TensorLike } from '../data/matrixlike';
import { checkOptions, describe, describeKind, fail } from '../errors';
import type { FloatArray } from '../matrix';
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
  /** The values: (i, j) is at `i * cols + j`. */
  readonly data: FloatArray<'float64'>;
  /** `[rows, cols]`. */
  readonly shape: [rows: number, cols: number];
  /** Names of the columns, if the file had any. */
  readonly header: string[] | undefined;

  /** @internal Made by `readCsv`. */
  constructor(data: FloatArray<'float64'>, rows: number, cols: number, header?: string[]) {
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
    const picked = indices(cols).slice(from, to);
    return pick('Table.columns', this, indices(rows), picked, this.header?.slice(from, to));
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
    const picked = indices(rows).filter((i) => keep(i));
    return pick('Table.filterRows', this, picked, indices(cols), this.header);
  }
}

const indices = (n: number) => Array.from({ length: n }, (_, i) => i);

function pick(name: string, { data, shape }: Table, rows: number[], cols: number[], header?: string[]): Table {
  const picked = new Float64Array(rows.length * cols.length);
  if (picked.length === 0) {
    const got = `[${rows.length}, ${cols.length}] of [${shape.join(', ')}]`;
    fail('ERR_VALUE', `${name} is empty: expected at least one row of at least one value, got shape ${got}.`);
  }
  let k = 0;
  for (const i of rows) for (const j of cols) picked[k++] = data[i * shape[1] + j]!;
  return new Table(picked, rows.length, cols.length, header);
}

/** Does what readers.ts says of it. */
export async function readCsv(source: FileSource, options?: CsvOptions): Promise<Table> {
  const { delimiter = ',', header = 'auto' } = checkOptions('readCsv', options, ['delimiter', 'header']);
  if (typeof delimiter !== 'string' || !/^[^\d.+\-eE"\r\n]$/.test(delimiter)) {
    const wanted = "one character that is in no number, such as ';'";
    fail('ERR_VALUE', `readCsv: delimiter must be ${wanted}, got ${describeKind(delimiter)}.`);
  }
  if (typeof header !== 'boolean' && header !== 'auto') {
    fail('ERR_VALUE', `readCsv: header must be 'auto', true or false, got ${describe(header)}.`);
  }
  const isString = typeof source === 'string';
  if (isString && /[\r\n]/.test(source)) return parseCsv(source, delimiter, header);
  const hint = isString ? ' A string without a line break is a path, not CSV text.' : '';
  return parseCsv(new TextDecoder().decode(await readBytes('readCsv', source, hint)), delimiter, header);
}

function parseCsv(text: string, delimiter: string, header: boolean | 'auto'): Table {
  const values: number[] = [];
  let [rows, cols, firstLine] = [0, 0, 0];
  let names: string[] | undefined;
  text.split(/\r\n?|\n/).forEach((line, index) => {
    if (line.trim() === '') return;
    const place = `line ${index + 1}`;
    const fields = splitLine(line, delimiter, place);
    const isFirst = firstLine === 0;
    if (isFirst) {
      [cols, firstLine] = [fields.length, index + 1];
      if (header === true || (header === 'auto' && looksLikeNames(fields))) {
        names = fields;
        return;
      }
    }
    if (fields.length !== cols) {
      broken(place, `has ${count(fields.length, 'value')}, line ${firstLine} has ${cols}`);
    }
    fields.forEach((field, j) => {
      const value = numberOf(field);
      if (!Number.isFinite(value)) {
        const name = names ? ` (${describe(names[j])})` : '';
        const fix = isFirst ? '. If this line holds names, pass { header: true }' : '';
        broken(place, `column ${j + 1}${name} must be a finite number, got ${describe(field)}${fix}`);
      }
      values.push(value);
    });
    rows++;
  });
  if (rows === 0) broken('the text', 'has no lines of numbers');
  return new Table(Float64Array.from(values), rows, cols, names);
}

function broken(place: string, problem: string): never {
  fail('ERR_FORMAT', `readCsv: ${place} ${problem}.`);
}

const looksLikeNames = (fields: string[]) =>
  fields.join('') !== '' && fields.every((field) => Number.isNaN(numberOf(field)));

// Number() alone would take '' for 0, and 0x10 and Infinity for numbers.
const numberOf = (field: string) => (/^[\d.+\-eE]+$/.test(field) ? Number(field) : Number.NaN);

/** The trimmed fields of a line; `trim` also takes a byte order mark away. */
function splitLine(line: string, delimiter: string, place: string): string[] {
  const parts = line.split('"');
  if (parts.length % 2 === 0) broken(place, 'has a quote that is not closed');
  const fields = [''];
  parts.forEach((part, i) => {
    const quoted = i % 2 === 1;
    const between = !quoted && part === '' && parts[i - 1] !== undefined && parts[i + 1] !== undefined;
    const [end, ...others] = quoted ? [part] : part.split(delimiter);
    fields[fields.length - 1] += between ? '"' : end!; // two quotes in a row stand for one
    for (const other of others) fields.push(other);
  });
  return fields.map((field) => field.trim());
}
