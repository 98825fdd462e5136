// The figures as text.
import Table from 'cli-table3';
import { number } from '../../report.js';

const COLUMNS = ['', 'theirs', 'ours', 'linnet', 'ours ÷ theirs', 'by CPU time', 'their result', 'our result', 'same?'];

/** All results, by case. */
export function table(results, cases) {
  const rows = new Table({
    head: COLUMNS,
    colAligns: ['left', 'right', 'right', 'left', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  const notes = [];
  for (const { name, title, unit, result, tolerance, spread } of cases) {
    const found = results.filter((entry) => entry.case === name);
    if (found.length === 0) continue;
    const shuffled = spread ? `; ${percent(spread)} after shuffling` : '';
    const content = `${title}, ${unit}; result: ${result}, within ${percent(tolerance)}${shuffled}`;
    rows.push([{ content, colSpan: COLUMNS.length }]);
    let last;
    for (const { rival, threads, variant, ours, theirs, ratio, ratioOfWork, same, differs } of found) {
      rows.push([
        rival === last ? '' : `  ${rival}`,
        number(theirs.figure),
        number(ours.figure),
        variant,
        `${number(ratio)} ×`,
        threads === 1 ? `${number(ratioOfWork)} ×` : '', // two threads' time is more than either's
        theirs.result.toPrecision(5),
        ours.result.toPrecision(5),
        same ? 'yes' : `NO${mark(notes, differs)}`,
      ]);
      last = rival;
    }
  }
  const footnotes = notes.map((note, i) => `[${i + 1}] ${note}`);
  return [rows.toString(), ...footnotes].join('\n');
}

/** One result as one line. */
export const drawLine = ({ title, rival, variant, ours, theirs, unit, ratio, same }) =>
  `${title} · ${rival}: ${number(theirs.figure)}, linnet ${variant}: ${number(ours.figure)} ${unit} ` +
  `(${number(ratio)} ×)${same ? '' : ', DIFFERENT RESULTS'}`;

const percent = (share) => `${Number((100 * share).toPrecision(2))} %`;

function mark(notes, differs) {
  const note = differs ?? 'for no reason known here: look into it';
  if (!notes.includes(note)) notes.push(note);
  return ` [${notes.indexOf(note) + 1}]`;
}
