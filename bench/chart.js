// The figures as a picture: bars on logarithmic axes, one panel per unit.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { number } from './report.js';

const WIDTH = 900;
const MARGIN = 280; // room for labels in wide fonts too
const ROW = 32;
const COLORS = { WebAssembly: '#4f46c8', TypeScript: '#d99a2b' };
const powers = [0.001, 0.01, 0.1, 1, 10, 100, 1_000, 10_000];
const FONT = 'font-family="system-ui, Helvetica, Arial, sans-serif"';

const panels = [
  {
    title: 'Matrix products, GFLOP/s (longer is faster)',
    has: ({ unit }) => unit === 'GFLOP/s',
    label: ({ name, group }) => (group.includes('float64') ? `${name}, float64` : name),
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
];

/** @returns the SVG of all results. */
export function chart(results, { cpu, node, date }) {
  let y = 74;
  const parts = [];
  for (const panel of panels) {
    const chosen = results.filter(panel.has);
    if (chosen.length === 0) continue;
    parts.push(`<text x="20" y="${y + 18}" ${FONT} font-size="15" font-weight="600">${panel.title}</text>`);
    const height = chosen.length * ROW + 34;
    parts.push(draw(panel, chosen, height).replace('<svg ', `<svg x="0" y="${y + 22}" `));
    y += height + 36;
  }
  const legend = Object.entries(COLORS).map(
    ([name, color], i) =>
      `<rect x="${20 + 120 * i}" y="48" width="12" height="12" fill="${color}"/>` +
      `<text x="${38 + 120 * i}" y="58" ${FONT} font-size="13">${name}</text>`,
  );
  const subtitle = `${cpu}, one thread, Node ${node}, ${date.slice(0, 10)}. Logarithmic axes; black lines: quartiles.`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}">`,
    `<rect width="${WIDTH}" height="${y}" fill="white"/>`,
    `<text x="20" y="32" ${FONT} font-size="19" font-weight="700">linnet: the same bits, on two backends</text>`,
    ...legend,
    `<text x="280" y="58" ${FONT} font-size="12" fill="#555">${escapeXml(subtitle)}</text>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function draw({ label = ({ name }) => name, scale = () => 1 }, results, height) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const bars = results.flatMap((result) =>
    Object.entries({ WebAssembly: result.backends.wasm, TypeScript: result.backends.js }).map(([backend, figures]) => ({
      label: label(result),
      backend,
      value: figures.median * scale(result),
      lower: figures.lower * scale(result),
      upper: figures.upper * scale(result),
      text: `${number(figures.median)}${result.unit === 'µs' ? ' µs' : ''}`,
    })),
  );
  const lowest = 10 ** Math.floor(Math.log10(Math.min(...bars.map(({ lower }) => lower)) * 0.99));
  const highest = Math.max(...bars.map(({ upper }) => upper)) * 1.6; // room for the numbers
  const ticks = powers.filter((value) => value >= lowest && value <= highest);
  const place = { fy: 'label', y: 'backend' };
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height,
    marginLeft: MARGIN,
    marginTop: 6,
    marginBottom: 28,
    marginRight: 30,
    style: { fontSize: '12px', fontFamily: 'system-ui, Helvetica, Arial, sans-serif', background: 'white' },
    x: { type: 'log', domain: [lowest, highest], ticks, tickFormat: String, label: null },
    y: { axis: null, domain: Object.keys(COLORS), padding: 0.08 },
    fy: { label: null, domain: results.map(label), padding: 0.18 },
    color: { domain: Object.keys(COLORS), range: Object.values(COLORS) },
    marks: [
      Plot.gridX({ ticks, strokeOpacity: 0.12 }),
      Plot.axisFy({ anchor: 'left', textAnchor: 'end', dx: -4 }),
      Plot.barX(bars, { ...place, x1: lowest, x2: 'value', fill: 'backend' }),
      Plot.ruleY(bars, { ...place, x1: 'lower', x2: 'upper', stroke: '#111', strokeWidth: 1.5 }),
      Plot.text(bars, { ...place, x: 'upper', text: 'text', textAnchor: 'start', dx: 6, fill: '#333' }),
    ],
  });
  return svg.outerHTML;
}

const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
