// npm run bench: WebAssembly against TypeScript, side by side in one run. See NOTES.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';

const names = [
  ...['matmul', 'elementwise', 'optimizers', 'scaling', 'xor', 'digits', 'mnist', 'training', 'epochs'],
  ...['inference', 'neuroevolution', 'auto', 'relaxed', 'zeros'],
];
const usage = `npm run bench -- [options]
  --quick         less of everything, within 30 s
  --only NAME     only the cases whose name contains NAME (may be repeated):
                  ${names.join(', ')}
  --revectorize   turn on V8's experimental option first, for the whole run (Node 24 or later; see linnet/node)
  --mnist DIR     folder with MNIST's IDX files (plain or .gz)
  --json FILE     where to write the figures (default out/bench.json; the charts go beside it)`;

const options = readOptions();
if (options.help) {
  console.log(usage);
  process.exit();
}
const only = options.only ?? [''];
const chosen = names.filter((name) => only.some((part) => name.includes(part)));
if (chosen.length === 0) {
  console.error(`bench: --only ${only} names none of ${names.join(', ')}.`);
  process.exit(1);
}

const { numericsVersion } = await import('linnet').catch((error) => {
  console.error(`bench: the library is not built (${error.message}). Run npm run build first.`);
  process.exit(1);
});
if (options.revectorize) {
  const { enableRevectorize } = await import('linnet/node');
  const { enabled, reason, speedup } = enableRevectorize();
  const gain = speedup === undefined ? '' : `, ${speedup.toFixed(2)} × in its own trial`;
  console.log(`revectorize: ${enabled ? 'on' : 'off'}, ${reason}${gain}`);
  if (!enabled) process.exit(1);
}
const { charts } = await import('./charts/index.js');
const { drawLines, table } = await import('./report.js');

const started = performance.now();
const cpuBefore = process.cpuUsage();
const environment = {
  date: new Date().toISOString(),
  cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
  cores: os.cpus().length,
  platform: `${os.platform()} ${os.arch()}`,
  node: process.versions.node,
  ...(process.versions.bun && { bun: process.versions.bun }),
  v8: process.versions.v8,
  numericsVersion,
  quick: options.quick,
  revectorize: options.revectorize,
};
const { cpu, cores, platform, node, v8, bun } = environment;
const engine = bun ? `Bun ${bun}` : `Node ${node}, V8 ${v8}`;
console.log(`${cpu}, ${cores} cores, ${platform} · ${engine} · numerics ${numericsVersion}`);

const results = [];
const points = [];
const notes = new Set();
const context = (name) => ({
  quick: options.quick,
  mnistFolder: options.mnist,
  /** Epochs measured. */
  rounds: options.quick ? 2 : 5,
  /** For `measure`. A quick run warms up for less: single figures may be of code that V8 is not done with. */
  sampling: options.quick ? { rounds: 3, milliseconds: 1.5, warmUp: 10 } : { rounds: 11, milliseconds: 15 },
  /** Adds a row to the table, and if told so its medians to a line chart. */
  report(result, point) {
    results.push({ case: name, curve: Boolean(point), ...result });
    for (const line of drawLines(result)) console.log(line);
    if (!point) return;
    for (const [series, { median: y, lower, upper }] of Object.entries(result.backends)) {
      points.push({ ...point, series, y, lower, upper });
    }
  },
  /** Adds a point to a line chart: `chart`, `panel`, `series`, `x`, `y`, quartiles if known. */
  plot: (point) => points.push(point),
  note: (text) => notes.add(text),
});
for (const name of chosen) {
  try {
    const { [name]: run } = await import(`./cases/${name}.js`);
    await run(context(name));
  } catch (error) {
    console.error(`bench: ${name} failed.`, error);
    process.exit(1);
  }
}

console.log(`\n${table(results)}`);
for (const note of notes) console.log(note);
const seconds = (performance.now() - started) / 1000;
const used = process.cpuUsage(cpuBefore);
const cpuShare = Math.min(1, (used.user + used.system) / 1e6 / seconds);
console.log(`medians [quartiles] of interleaved rounds; ${seconds.toFixed(0)} s in all`);
if (cpuShare < 0.95) {
  console.log(
    `NOTE: others kept the processor busy (this run got ${(100 * cpuShare).toFixed(0)} % of a core); run it again.`,
  );
}

const jsonFile = options.json;
mkdirSync(dirname(jsonFile) || '.', { recursive: true });
writeFileSync(
  jsonFile,
  `${JSON.stringify({ ...environment, cpuShare, notes: [...notes], results, points }, null, 1)}\n`,
);
const stem = jsonFile.replace(/(\.json)?$/, '');
const files = charts(results, points, environment).map(({ name, svg }) => {
  const file = `${stem}${name}.svg`;
  writeFileSync(file, svg);
  return file;
});
console.log(`figures: ${jsonFile}, charts: ${files.join(', ')}`);
const different = results.filter(({ sameResult }) => !sameResult).map(({ group, name }) => `${group}, ${name}`);
console.log(
  `same results on both backends: ${different.length > 0 ? `NO: ${different.join('; ')}` : 'yes, in every case'}`,
);
if (different.length > 0) process.exitCode = 1;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        revectorize: { type: 'boolean', default: false },
        mnist: { type: 'string' },
        json: { type: 'string', default: 'out/bench.json' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    console.error(`bench: ${error.message}\n${usage}`);
    return process.exit(1);
  }
}
