// npm run bench:profile: where the time of a step goes, op by op. See NOTES.md.
import os from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';

const usage = `npm run bench:profile -- [options]
  --model 784-128-10    widths; inputs of 784 get MNIST, of 64 handwritten digits, others seeded numbers
  --batch 32            rows of a step
  --kind train          train, evaluate or predict
  --backend wasm        wasm or js
  --dtype float32       float32 or float64
  --optimizer adam      any that compile() takes
  --activation relu     of the hidden layers
  --dropout 0           rate, before the last layer
  --zeros auto          auto, skip or dense
  --seconds 1           of timing
  --mnist DIR           folder with MNIST's IDX files (plain or .gz)`;

const given = readOptions();
if (given.help) {
  console.log(usage);
  process.exit();
}
const { loadFor } = await import('./data.js').catch((error) => {
  console.error(`profile: the library is not built (${error.message}). Run npm run build first.`);
  process.exit(1);
});
const { loadInternals } = await import('./internals.js');
const { number } = await import('./report.js');
const { prepare, profile, workOf } = await import('./profiler.js');

const { model, backend, dtype, optimizer, kind, activation } = given;
const batch = Number(given.batch);
const widths = model.split('-').map(Number);
const skipZeros = { auto: 'auto', skip: true, dense: false }[given.zeros];
check(
  widths.length > 1 && widths.every((n) => Number.isInteger(n) && n > 0),
  `--model ${model}: give widths, for example 784-128-10.`,
);
check(Number.isInteger(batch) && batch > 0, `--batch ${given.batch}: give a number of rows.`);
check(['train', 'evaluate', 'predict'].includes(kind), `--kind ${kind}: it is train, evaluate or predict.`);
check(skipZeros !== undefined, `--zeros ${given.zeros}: it is auto, skip or dense.`);

const internals = await loadInternals();
const data = await loadFor(widths[0], widths.at(-1), given.mnist);
const dropout = Number(given.dropout);
const settings = { model, batch, kind, backend, dtype, optimizer, skipZeros, hidden: activation, dropout };
let prepared;
try {
  prepared = prepare(internals, data, settings);
} catch (error) {
  check(false, error.message);
}
const { engine, plan, rows, steps } = prepared;
const timed = profile(prepared, 1000 * Number(given.seconds));
const filled = data.x.data.reduce((sum, value) => sum + (value !== 0), 0);

console.log(`${os.cpus()[0]?.model.trim()} · Node ${process.versions.node} · ${backend}, ${dtype}, one thread`);
console.log(
  `${kind} ${model}, ${optimizer}, ${rows} row${rows > 1 ? 's' : ''} a step of ${data.source}; zeros ${engine.zeros}\n`,
);
const total = timed.ops.reduce((sum, t) => sum + t, 0);
const table = new Table({
  head: ['', 'op', 'writes', 'shape', 'µs', 'share', 'GFLOP/s', 'ns/element'],
  colAligns: ['right', 'left', 'left', 'left', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [], compact: true },
});
plan.instructions.forEach((instruction, i) => {
  const t = timed.ops[i];
  const { shape, operations, elements } = workOf(internals, instruction, rows, filled / data.x.data.length);
  table.push([
    i,
    instruction.op,
    written(instruction),
    shape,
    t.toFixed(2),
    `${((100 * t) / total).toFixed(1)} %`,
    operations ? number(operations / t / 1000) : '',
    elements ? ((1000 * t) / elements).toFixed(3) : '',
  ]);
});
table.push(['', { content: 'all ops', colSpan: 3 }, total.toFixed(2), '', '', '']);
console.log(table.toString());
const { call, whole, outside } = timed;
const perSecond = (rows / (whole + outside)) * 1000;
console.log(
  `a step in one call: ${whole.toFixed(2)} µs; outside the ops, gathering rows: ${outside.toFixed(2)} µs a step;`,
);
console.log(`together ${number(perSecond)} k rows/s`);
console.log(
  `Medians of ${timed.steps.toLocaleString('en')} steps, ${steps} to a call; ${call.toFixed(2)} µs for the clock and the call are taken off each op.`,
);
if (plan.instructions.some(({ op }) => op.endsWith('Sparse'))) {
  console.log('GFLOP/s of products that skip zeros count the numbers that are not 0.');
}
if (plan.instructions.some(({ op }) => op === 'flushState')) {
  console.log('flushState sweeps every so many steps: its share of a sweep.');
}

/** The tensor that an op writes; its name says which layer. */
function written({ op, operands }) {
  const roles = Object.values(internals.schema[op].operands);
  return operands.find((tensor, i) => tensor && (roles[i].role === 'out' || roles[i].role === 'inout'))?.name ?? '';
}

function check(good, problem) {
  if (good) return;
  console.error(`profile: ${problem}`);
  process.exit(1);
}

function readOptions() {
  const text = (value) => ({ type: 'string', default: value });
  try {
    const { values } = parseArgs({
      options: {
        model: text('784-128-10'),
        batch: text('32'),
        kind: text('train'),
        backend: text('wasm'),
        dtype: text('float32'),
        optimizer: text('adam'),
        activation: text('relu'),
        dropout: text('0'),
        zeros: text('auto'),
        seconds: text('1'),
        mnist: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    console.error(`profile: ${error.message}\n${usage}`);
    return process.exit(1);
  }
}
