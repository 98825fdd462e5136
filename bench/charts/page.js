// A chart's page: title, legend, and plots below each other or in columns.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

const WIDTH = 900;
const FAMILY = 'system-ui, Helvetica, Arial, sans-serif';
const FONT = `font-family="${FAMILY}"`;
const TOP = 74;
const GAP = 20;

const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const text = (x, y, style, words) => `<text x="${x}" y="${y}" ${FONT} ${style}>${escapeXml(words)}</text>`;

/** The SVG of a plot. */
export function draw(options) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const style = { fontSize: '12px', fontFamily: FAMILY, background: 'white' };
  return Plot.plot({ document, style, ...options }).outerHTML;
}

/**
 * @param {object} options
 * @param {{ title: string, color: string, dash?: string }[]} options.legend
 * @param {{ title: string, height: number, draw: (width: number) => string }[]} options.panels
 */
export function page({ title, subtitle, legend, panels, columns = 1 }) {
  const width = (WIDTH - (columns - 1) * GAP) / columns;
  const parts = [];
  let y = TOP;
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    row.forEach((panel, i) => {
      const x = i * (width + GAP);
      parts.push(text(x + 20, y + 18, 'font-size="15" font-weight="600"', panel.title));
      parts.push(panel.draw(width).replace('<svg ', `<svg x="${x}" y="${y + 26}" `));
    });
    y += Math.max(...row.map(({ height }) => height)) + 42;
  }
  let x = 20;
  const keys = legend.map(({ title: name, color, dash }) => {
    const at = x;
    x += 44 + 7 * name.length;
    const line = `stroke="${color}" stroke-width="${dash ? 3 : 10}"${dash ? ` stroke-dasharray="${dash}"` : ''}`;
    return `<line x1="${at}" y1="58" x2="${at + 18}" y2="58" ${line}/>${text(at + 24, 62, 'font-size="13"', name)}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}">`,
    `<rect width="${WIDTH}" height="${y}" fill="white"/>`,
    text(20, 26, 'font-size="19" font-weight="700"', title),
    text(20, 44, 'font-size="12" fill="#555"', subtitle),
    ...keys,
    ...parts,
    '</svg>\n',
  ].join('\n');
}
