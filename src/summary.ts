import type { Architecture } from './compile';

/** A table of layers: name and type, values per row, weights. */
export function summarize({ layers, inputs, params }: Architecture): string {
  const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
  const count = (list: readonly { shape: readonly number[] }[]) => list.reduce((sum, p) => sum + size(p.shape), 0);
  const rows = [
    ['layer', 'output', 'weights'],
    ['input', `[rows, ${inputs}]`, '0'],
    ...layers.map(({ name, type, outputs, params: own }) => [
      name === type ? name : `${name} (${type})`,
      `[rows, ${outputs}]`,
      count(own).toLocaleString('en-US'),
    ]),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]!.length));
  const lines = rows.map(([a, b, c]) => `${a!.padEnd(width(0))}  ${b!.padEnd(width(1))}  ${c!.padStart(width(2))}`);
  const rule = '─'.repeat(lines[0]!.length);
  return [lines[0], rule, ...lines.slice(1), rule, `total weights: ${count(params).toLocaleString('en-US')}`].join(
    '\n',
  );
}
