// npm run bench: WebAssembly against TypeScript, side by side in one run. See NOTES.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';

const usage = `npm run bench -- [options]
  --quick         less of everything, within 30 s
  --only NAME     only the cases whose name contains NAME (may be repeated): matmul, xor, digits, mnist, inference,
                  zeros
  --mnist DIR     folder with MNIST's IDX files (plain or .gz)
  --json FILE     where to write the figures (default out/bench.json; the chart goes beside it)`;

const options = readOptions();
if (options.help) {
  console.log(usage);
  process.exit();
}

const { numericsVersion } = await import('linnet').catch((error) => {
  console.error(`bench: the library is not built (${error.message}). Run npm run build first.`);
  process.exit(1);
});
const { digits } = await import('./cases/digits.js');
const { matmul } = await import('./cases/matmul.js');
const { inference, mnist } = await import('./cases/mnist.js');
const { zeros } = await import('./cases/zeros.js');
const { xor } = await import('./cases/xor.js');
const { chart } = await import('./chart.js');
const { drawLine, table } = await import('./report.js');

const cases = { matmul, xor, digits, mnist, inference, zeros };
const only = options.only ?? [''];
const chosen = Object.entries(cases).filter(([name]) => only.some((part) => name.includes(part)));
if (chosen.length === 0) {
  console.error(`bench: --only ${only} names none of ${Object.keys(cases).join(', ')}.`);
  process.exit(1);
}

const started = performance.now();
const cpuBefore = process.cpuUsage();
const environment = {
  date: new Date().toISOString(),
  cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
  cores: os.cpus().length,
  platform: `${os.platform()} ${os.arch()}`,
  node: process.versions.node,
  v8: process.versions.v8,
  numericsVersion,
  quick: options.quick,
};
const { cpu, cores, platform, node, v8 } = environment;
console.log(`${cpu}, ${cores} cores, ${platform} · Node ${node}, V8 ${v8} · numerics ${numericsVersion}, one thread`);

const results = [];
const notes = new Set();
for (const [name, run] of chosen) {
  const context = {
    rounds: 5,
    quick: options.quick,
    mnistFolder: options.mnist,
    report(result) {
      results.push({ case: name, ...result });
      console.log(drawLine(result));
    },
    note: (text) => notes.add(text),
  };
  try {
    await run(context);
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
const svgFile = jsonFile.replace(/(\.json)?$/, '.svg');
mkdirSync(dirname(jsonFile) || '.', { recursive: true });
writeFileSync(jsonFile, `${JSON.stringify({ ...environment, cpuShare, notes: [...notes], results }, null, 1)}\n`);
writeFileSync(svgFile, chart(results, environment));
console.log(`figures: ${jsonFile}, chart: ${svgFile}`);
const different = results.filter(({ sameResult }) => !sameResult).map(({ name }) => name);
console.log(
  `same results on both backends: ${different.length > 0 ? `NO: ${different.join(', ')}` : 'yes, in every case'}`,
);
if (different.length > 0) process.exitCode = 1;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
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
