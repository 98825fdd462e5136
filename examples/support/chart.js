// Loss curves as text for the terminal and as SVG for a browser or README.
import * as Plot from '@observablehq/plot';
import asciichart from 'asciichart';
import { parseHTML } from 'linkedom';
import { cyan, dim } from './terminal.js';

/** About `count` values of a series, evenly spread, the first and last among them. */
function sample(values, count) {
  const last = values.length - 1;
  const n = Math.min(count, values.length);
  return Array.from({ length: n }, (_, i) => {
    const x = Math.round((i / Math.max(1, n - 1)) * last);
    return { x, y: values[x] };
  });
}

const COLUMNS = 66;
const LABEL = 6;

/** A line chart from 0 to `max` of one value per epoch, as text 74 columns wide. */
export function terminalChart(values, { max, height = 10 }) {
  const points = sample(values, COLUMNS + 1).map(({ y }) => y);
  const format = (y) => y.toFixed(2).padStart(LABEL);
  const lines = asciichart.plot(points, { height, min: 0, max, format, offset: 2 }).split('\n');
  const count = values.length.toLocaleString('en-US');
  const axis = `${' '.repeat(LABEL + 1)}0${'epoch'.padStart(COLUMNS / 2)}${count.padStart(COLUMNS / 2 - 1)}`;
  const split = LABEL + 1; // labels and axis to the left of it, the line to the right
  const drawn = lines.map((line) => dim(line.slice(0, split)) + cyan(line.slice(split).trimEnd()));
  return [...drawn, dim(axis)].join('\n');
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7']; // Okabe and Ito: told apart with any colour vision
const PANEL = { width: 440, height: 340 };
const LEFT = 62; // where axes, titles and legends begin
const TITLE = 24; // baseline of a panel's title, pixels from the top
const LEGEND = 46;

/**
 * An SVG picture with panels side by side, each with axes, labels and a legend.
 * @param panels list of { title, lines: list of { name, values: one per epoch }, yMax }
 * @returns the text of the file
 */
export function svgChart(panels) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const create = (name, attributes, text) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const width = PANEL.width * panels.length;
  const { height } = PANEL;
  const root = create('svg', {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': panels.map(({ title }) => title).join('; '),
    'font-family': FONT,
    'font-size': 13,
    fill: '#222',
  });
  root.append(create('rect', { width, height, fill: 'white' }));
  panels.forEach(({ title, lines, yMax }, index) => {
    const group = create('g', { transform: `translate(${index * PANEL.width},0)` });
    group.append(create('text', { x: LEFT, y: TITLE, 'font-size': 16, 'font-weight': 600 }, title));
    let x = LEFT;
    lines.forEach(({ name }, i) => {
      const y = LEGEND - 5;
      group.append(create('line', { x1: x, x2: x + 20, y1: y, y2: y, stroke: COLOURS[i], 'stroke-width': 2.5 }));
      group.append(create('text', { x: x + 26, y: LEGEND }, name));
      x += 26 + 7 * name.length + 18;
    });
    const drawing = plot(document, lines, yMax);
    const body = create('g', { 'font-size': 13, 'text-anchor': 'middle' });
    body.append(...drawing.childNodes);
    group.append(body);
    root.append(group);
  });
  return `${root.outerHTML}\n`;
}

function plot(document, lines, yMax) {
  const marks = lines.map(({ values }, i) =>
    Plot.line(
      sample(values, 250).map(({ x, y }) => ({ x: x + 1, y })),
      { x: 'x', y: 'y', stroke: COLOURS[i], strokeWidth: 2.5, strokeLinejoin: 'round' },
    ),
  );
  const svg = Plot.plot({
    document,
    ...PANEL,
    marginTop: 66,
    marginLeft: LEFT,
    marginRight: 24,
    marginBottom: 46,
    x: { label: 'epoch', labelAnchor: 'center', labelArrow: 'none', ticks: 6 },
    y: {
      label: 'loss',
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 52,
      ticks: 6,
      grid: true,
      domain: [0, yMax],
    },
    marks: [Plot.ruleY([0]), ...marks],
  });
  svg.querySelector('style')?.remove(); // rules for pages, which a picture does not need
  return svg;
}
