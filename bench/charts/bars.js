// Figures one by one: bars on logarithmic axes, one panel per kind of unit.
import * as Plot from '@observablehq/plot';
import { number } from '../report.js';
import { pairsOf, variants } from '../variants.js';
import { draw, page } from './page.js';

const MARGIN = 330; // room for labels in wide fonts too
const ROW = 32;
const powers = [0.001, 0.01, 0.1, 1, 10, 100, 1_000, 10_000, 100_000];

const legend = variants.filter(({ dash }) => !dash);
const [WASM, TYPESCRIPT] = legend.map(({ title }) => title);
const withType = ({ group }, name) => (group.includes('float64') ? `${name}, float64` : name);

const panels = [
  {
    title: 'Matrix products, GFLOP/s (longer is faster)',
    has: ({ unit }) => unit === 'GFLOP/s',
  },
  {
    title: 'Training and prediction, thousand samples per second (longer is faster)',
    has: ({ unit }) => unit.startsWith('k '),
  },
  {
    title: 'Time, milliseconds (shorter is faster)',
    has: ({ unit }) => unit === 'ms' || unit === 'µs',
    scale: ({ unit }) => (unit === 'µs' ? 0.001 : 1),
  },
  {
    title: 'Activations, nanoseconds per element (shorter is faster)',
    has: ({ unit }) => unit === 'ns per element',
  },
  {
    title: 'Optimizers, nanoseconds per parameter (shorter is faster)',
    has: ({ unit }) => unit === 'ns per parameter',
  },
];

/** @returns the SVG of these results; undefined where there are none to draw. */
export function bars(results, title, subtitle) {
  const drawn = panels.flatMap(({ title: name, has, scale = () => 1 }) => {
    const rows = results.filter(has).flatMap((result) => rowsOf(result, scale(result)));
    const height = rows.length * ROW + 34;
    return rows.length > 0 ? [{ title: name, height, draw: (width) => drawRows(rows, width, height) }] : [];
  });
  if (drawn.length === 0) return undefined;
  return page({ title, subtitle: `${subtitle} Logarithmic axes; black lines: quartiles.`, legend, panels: drawn });
}

/** Each variant beside its opponent. */
function rowsOf(result, scale) {
  return pairsOf(result).map(({ label, measured, opponent }) => ({
    label: withType(result, label),
    bars: Object.entries({ [WASM]: measured, [TYPESCRIPT]: opponent }).map(([backend, { median, lower, upper }]) => ({
      label: withType(result, label),
      backend,
      value: median * scale,
      lower: lower * scale,
      upper: upper * scale,
      text: `${number(median)}${result.unit === 'µs' ? ' µs' : ''}`,
    })),
  }));
}

function drawRows(rows, width, height) {
  const all = rows.flatMap((row) => row.bars);
  const lowest = 10 ** Math.floor(Math.log10(Math.min(...all.map(({ lower }) => lower)) * 0.99));
  const highest = Math.max(...all.map(({ upper }) => upper)) * 1.6; // room for the numbers
  const ticks = powers.filter((value) => value >= lowest && value <= highest);
  const place = { fy: 'label', y: 'backend' };
  return draw({
    width,
    height,
    marginLeft: MARGIN,
    marginTop: 6,
    marginBottom: 28,
    marginRight: 30,
    x: { type: 'log', domain: [lowest, highest], ticks, tickFormat: String, label: null },
    y: { axis: null, domain: [WASM, TYPESCRIPT], padding: 0.08 },
    fy: { label: null, domain: rows.map(({ label }) => label), padding: 0.18 },
    color: { domain: [WASM, TYPESCRIPT], range: legend.map(({ color }) => color) },
    marks: [
      Plot.gridX({ ticks, strokeOpacity: 0.12 }),
      Plot.axisFy({ anchor: 'left', textAnchor: 'end', dx: -4 }),
      Plot.barX(all, { ...place, x1: lowest, x2: 'value', fill: 'backend' }),
      Plot.ruleY(all, { ...place, x1: 'lower', x2: 'upper', stroke: '#111', strokeWidth: 1.5 }),
      Plot.text(all, { ...place, x: 'upper', text: 'text', textAnchor: 'start', dx: 6, fill: '#333' }),
    ],
  });
}
