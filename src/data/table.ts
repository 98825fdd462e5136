const MAX_ROWS = 12;
const MAX_COLS = 10;

/**
 * Numbers as an aligned text table, one line per row. With more than 12 rows or 10 columns the first and last are
 * shown. All columns share one notation: integers, up to four decimals, or exponents where sizes differ too much.
 *
 * @param data `rows · cols` values in row-major order
 */
export function formatTable(data: ArrayLike<number>, rows: number, cols: number): string {
  const shownRows = pick(rows, MAX_ROWS);
  const shownCols = pick(cols, MAX_COLS);
  const values = shownRows.map((i) => shownCols.map((j) => data[i * cols + j]));
  const format = chooseFormat(values.flat().filter((v) => v !== undefined));
  const cells = values.map((row) => row.map((v) => (v === undefined ? '…' : format(v))));
  return alignColumns(cells, 0)
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Lines of cells in columns, the first `left` of them aligned to the left, the others to the right. */
export function alignColumns(cells: readonly (readonly string[])[], left: number): string[] {
  const widths = cells[0]!.map((_, c) => Math.max(...cells.map((row) => row[c]!.length)));
  return cells.map((row) =>
    row.map((cell, c) => (c < left ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join('  '),
  );
}

/** Indices to show; NaN stands for those left out. */
function pick(n: number, max: number): number[] {
  const all = Array.from({ length: Math.min(n, max) }, (_, i) => i);
  if (n <= max) return all;
  return all.map((i) => (i < max / 2 ? i : i === max / 2 ? Number.NaN : n - max + i));
}

function chooseFormat(values: readonly number[]): (value: number) => string {
  const sizes = values.filter((v) => Number.isFinite(v) && v !== 0).map(Math.abs);
  const largest = Math.max(0, ...sizes);
  if (largest < 1e9 && sizes.every(Number.isInteger)) return String;
  if (largest >= 1e6 || largest < 1e-2) return (v) => (v === 0 ? '0' : v.toExponential(3));
  const decimals = Math.max(...sizes.map(decimalsOf));
  return (v) => v.toFixed(decimals).replace(/^-(0\.?0*)$/, '$1');
}

/** As many decimals as a value needs, at most four; a fraction too small for them takes four zeros, not an integer's 0. */
function decimalsOf(value: number): number {
  const digits = value.toFixed(4).replace(/0+$/, '').split('.')[1] ?? '';
  return digits.length || (Number.isInteger(value) ? 0 : 4);
}
