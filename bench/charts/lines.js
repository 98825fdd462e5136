// Figures over a size: lines, on logarithmic axes where the size grows by factors.
import * as Plot from '@observablehq/plot';
import { variants } from '../variants.js';
import { draw, page } from './page.js';

const HEIGHT = 300;
const MARGIN = 64;
const PALETTE = ['#4f46c8', '#d99a2b', '#2f8f6b'];

/** Line charts by name. `x` and `y` are labels; `rule`: a line across at this height. */
const kinds = {
  matmul: { title: 'Matrix products n×n · n×n', x: 'n', y: 'GFLOP/s', columns: 2 },
  scaling: {
    title: 'A square dense layer: forward, gradients and Adam',
    x: (panel) => (panel.includes('width (') ? 'width, units' : 'rows of a batch'),
    y: 'GFLOP/s of the three products',
    columns: 2,
  },
  training: { title: 'Training with Adam', x: 'rows of a batch', y: 'thousand samples/s', columns: 2 },
  epochs: { title: 'Time per epoch', x: 'epoch', y: 'µs per sample', linear: true },
  zeros: {
    title: 'Training with zeros skipped',
    x: 'density of the data, % not 0',
    y: 'speed ÷ speed of dense training',
    linear: true,
    rule: 1,
  },
};

/** @returns the SVG of a chart's points. */
export function lines(chart, points, subtitle) {
  const { title, columns = 1, ...kind } = kinds[chart];
  const names = [...new Set(points.map(({ series }) => series))];
  const known = variants.filter(({ name }) => names.includes(name));
  const series =
    known.length > 0 ? known : names.map((name, i) => ({ name, title: name, color: PALETTE[i % PALETTE.length] }));
  const groups = groupByPanel(points);
  const panels = [...groups].map(([panel = '', inside]) => ({
    title: panel,
    height: HEIGHT,
    draw: (width) =>
      drawLines(inside, series, width, {
        ...kind,
        x: typeof kind.x === 'function' ? kind.x(panel) : kind.x,
      }),
  }));
  const axes = kind.linear ? 'Logarithmic height' : 'Logarithmic axes';
  const thin = points.some(({ lower }) => lower) ? '; thin lines: quartiles' : '';
  return page({ title, subtitle: `${subtitle} ${axes}${thin}.`, legend: series, panels, columns });
}

function drawLines(points, series, width, { x, y, linear, rule }) {
  const values = points.flatMap((point) => [point.y, point.lower ?? point.y, point.upper ?? point.y]);
  const lowest = Math.min(...values) / 1.25;
  const highest = Math.max(...values) * 1.25;
  const xs = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  const marks = series.flatMap(({ name, color, dash }) => {
    const own = points.filter((point) => point.series === name);
    const place = { x: 'x', stroke: color };
    return [
      Plot.ruleX(
        own.filter(({ lower }) => lower),
        { ...place, y1: 'lower', y2: 'upper', strokeWidth: 1 },
      ),
      Plot.lineY(own, { ...place, y: 'y', strokeWidth: 2, strokeDasharray: dash }),
      Plot.dot(own, { x: 'x', y: 'y', fill: color, r: linear && xs.length > 20 ? 1.5 : 2.5 }),
    ];
  });
  const ticks = { y: stepsOfTen(lowest, highest), x: linear ? tens(xs) : spaced(xs, width) };
  return draw({
    width,
    height: HEIGHT,
    marginLeft: MARGIN,
    marginTop: 26,
    marginBottom: 44,
    marginRight: 24,
    x: { type: linear ? 'linear' : 'log', label: null },
    y: { type: 'log', domain: [lowest, highest], label: null },
    marks: [
      // With words of their own: by themselves logarithmic axes leave out most.
      Plot.axisX(ticks.x, { text, label: x, labelAnchor: 'center', labelArrow: 'none' }),
      Plot.axisY(ticks.y, { text, label: y, labelArrow: 'none', labelOffset: MARGIN - 20 }),
      Plot.gridY(ticks.y, { strokeOpacity: 0.12 }),
      ...(rule === undefined ? [] : [Plot.ruleY([rule], { stroke: '#888' })]),
      ...marks,
    ],
  });
}

const text = (n) => n.toLocaleString('en');

/** 1, 2, 5, 10, 20 … between two numbers; only powers of ten where there would be many. */
function stepsOfTen(lowest, highest) {
  const all = [];
  for (let e = Math.floor(Math.log10(lowest)); e <= Math.log10(highest); e++) {
    for (const digit of [1, 2, 5]) all.push(Number(`${digit}e${e}`));
  }
  const inside = all.filter((value) => value >= lowest && value <= highest);
  const powers = inside.filter((value) => Number.isInteger(Math.log10(value)));
  return inside.length > 9 && powers.length > 1 ? powers : inside;
}

/** Of the sizes measured, those whose labels do not overlap on a logarithmic axis of this width. */
function spaced(xs, width) {
  const place = (x) => (Math.log(x / xs[0]) / Math.log(xs.at(-1) / xs[0])) * (width - 88);
  const label = (x) => 7 * x.toLocaleString('en').length + 8;
  const rank = (x) => (x === xs[0] || x === xs.at(-1) ? 0 : isPower(x) ? 1 : 2);
  const ranked = [...xs].sort((a, b) => rank(a) - rank(b) || a - b);
  const chosen = [];
  for (const x of ranked) {
    if (chosen.every((other) => Math.abs(place(x) - place(other)) > (label(x) + label(other)) / 2)) chosen.push(x);
  }
  return chosen;
}

/** Steps of ten over sizes that are laid out evenly. */
function tens(xs) {
  const first = Math.ceil(xs[0] / 10);
  return Array.from({ length: Math.floor(xs.at(-1) / 10) - first + 1 }, (_, i) => 10 * (first + i));
}

const isPower = (n) => Number.isInteger(Math.log2(n));

function groupByPanel(points) {
  const groups = new Map();
  for (const point of points) {
    if (!groups.has(point.panel)) groups.set(point.panel, []);
    groups.get(point.panel).push(point);
  }
  return groups;
}
