// The figures as text: a line while the bench runs, a table at the end.
import Table from 'cli-table3';

/** Three significant digits, more only for thousands. */
export function number(value) {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** `41.2 [40.8–41.5]`: median and quartiles. */
const spread = ({ median, lower, upper }) => `${number(median)} [${number(lower)}–${number(upper)}]`;

/** One result as one line. */
export function drawLine({ group, name, unit, backends: { wasm, js }, ratio }) {
  return `${group} · ${name}: WASM ${number(wasm.median)}, TypeScript ${number(js.median)} ${unit} (${number(ratio.median)} ×)`;
}

/** All results as a table. */
export function table(results) {
  const rows = new Table({
    head: ['', 'unit', 'WASM [quartiles]', 'TypeScript [quartiles]', 'speed-up'],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  let last;
  for (const { group, name, unit, backends, ratio } of results) {
    if (group !== last) rows.push([{ content: group, colSpan: 5 }]);
    last = group;
    rows.push([`  ${name}`, unit, spread(backends.wasm), spread(backends.js), `${number(ratio.median)} ×`]);
  }
  return rows.toString();
}
