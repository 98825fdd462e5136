// Helpers for text output that looks good in 80 columns, with and without colours.
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';

// False where the output is no terminal, and where NO_COLOR or TERM=dumb ask for plain text.
const hasColours = process.stdout.hasColors?.(256) ?? false;
const style = (code) => (text) => (hasColours ? `\x1b[${code}m${text}\x1b[0m` : String(text));

export const bold = style('1');
export const dim = style('2');
export const red = style('31');
export const green = style('32');
export const cyan = style('36');

const WIDTH = 76;

export function heading(text) {
  console.log(`\n${bold(text)} ${dim('─'.repeat(WIDTH - text.length - 1))}`);
}

/** Milliseconds with three digits or so: `4.83 ms`, `152 ms`, `1.35 s`. */
export function duration(milliseconds) {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${milliseconds.toFixed(milliseconds >= 100 ? 0 : milliseconds >= 10 ? 1 : 2)} ms`;
}

/** A boxed table: `head` is a list of texts, `rows` a list of such lists; the first column is aligned left. */
export function table(head, rows) {
  const colAligns = head.map((_, column) => (column === 0 ? 'left' : 'right'));
  const boxed = new Table({ head: head.map(bold), colAligns, style: { head: [], border: [], compact: true } });
  boxed.push(...rows);
  return boxed.toString();
}

const PIXEL_ROWS = 8;
const grey = (value) => 232 + Math.round((value / 16) * 23); // the 24 grey steps of a 256-colour terminal

/** Two rows of an 8 × 8 digit (pixels 0…16) in one line of text: upper half blocks in two colours or in black and white. */
function halfBlocks(upper, lower) {
  const cells = Array.from(upper, (top, i) => {
    const bottom = lower[i];
    if (hasColours) return `\x1b[38;5;${grey(top)};48;5;${grey(bottom)}m▀`;
    return ' ▄▀█'[2 * (top >= 8) + (bottom >= 8)];
  });
  return cells.join('') + (hasColours ? '\x1b[0m' : '');
}

/**
 * Digits side by side, each with a caption below.
 * @param digits list of { pixels: 64 numbers 0…16, caption: text, paint: function that colours the caption }
 */
export function drawDigits(digits) {
  const gap = '  ';
  for (let y = 0; y < PIXEL_ROWS; y += 2) {
    const line = digits.map(({ pixels }) =>
      halfBlocks(pixels.slice(8 * y, 8 * y + 8), pixels.slice(8 * y + 8, 8 * y + 16)),
    );
    console.log(gap + line.join(gap));
  }
  console.log(gap + digits.map(({ caption, paint }) => paint(caption.padEnd(8))).join(gap));
}

/** True if the module is the one that `node` was started with, and not imported by another. */
export const isMain = ({ url }) => process.argv[1] === fileURLToPath(url);
