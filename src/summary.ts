import type { Architecture } from './compile';
import { alignColumns } from './data/table';
import { sizeOf } from './plan/tensor';

/** A table of layers: name and type, values per row, weights. */
export function summarize({ layers, inputs, params }: Architecture): string {
  const count = (list: readonly { shape: readonly number[] }[]) =>
    list.reduce((sum, p) => sum + sizeOf(p.shape), 0).toLocaleString('en-US');
  const rows = [
    ['layer', 'output', 'weights'],
    ['input', `[rows, ${inputs}]`, '0'],
    ...layers.map(({ name, type, outputs, params: own }) => [
      name === type ? name : `${name} (${type})`,
      `[rows, ${outputs}]`,
      count(own),
    ]),
  ];
  const [head, ...lines] = alignColumns(rows, 2);
  const rule = '─'.repeat(head!.length);
  return [head, rule, ...lines, rule, `total weights: ${count(params)}`].join('\n');
}
