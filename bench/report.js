// The figures as text: a line while the bench runs, a table at the end.
import Table from 'cli-table3';
import { pairsOf } from './variants.js';

/** Three significant digits, more only for thousands. */
export function number(value) {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** `41.2 [40.8–41.5]`: median and quartiles. */
const spread = ({ median, lower, upper }) => `${number(median)} [${number(lower)}–${number(upper)}]`;

/** One result as one line for each variant. */
export function drawLines(result) {
  return pairsOf(result).map(
    ({ label, measured, opponent, ratio }) =>
      `${result.group} · ${label}: WASM ${number(measured.median)}, TypeScript ${number(opponent.median)} ${result.unit} (${number(ratio.median)} ×)`,
  );
}

/** All results as a table. */
export function table(results) {
  const rows = new Table({
    head: ['', 'unit', 'WASM [quartiles]', 'TypeScript [quartiles]', 'speed-up'],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  let last;
  for (const result of results) {
    const { group, unit } = result;
    if (group !== last) rows.push([{ content: group, colSpan: 5 }]);
    last = group;
    for (const { label, measured, opponent, ratio } of pairsOf(result)) {
      rows.push([`  ${label}`, unit, spread(measured), spread(opponent), `${number(ratio.median)} ×`]);
    }
  }
  return rows.toString();
}
