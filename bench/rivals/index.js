// npm run bench:rivals: linnet beside other libraries, each in its own process. See bench/NOTES.md.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCases, writeData } from './harness/cases.js';
import { compare } from './harness/compare.js';
import { rivals } from './harness/list.js';
import { INSTALL, readOptions, stop, usage } from './harness/options.js';
import { Process } from './harness/process.js';
import { drawLine, table } from './harness/table.js';
import { opponents, variants } from './harness/variants.js';

const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, '../..');
const data = join(root, 'build/rivals');
const options = readOptions();
if (options.help) {
  console.log(usage);
  process.exit();
}
if (options.install) {
  const { status } = spawnSync('npm', ['--prefix', folder, 'install'], {
    stdio: 'inherit',
    shell: os.platform() === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
if (!existsSync(join(root, 'dist/index.js'))) stop('the library is not built. Run npm run build first.');

const contains = (name, parts) => !parts || parts.some((part) => name.toLowerCase().includes(part.toLowerCase()));
const { rows, source } = await writeData(data, options.mnist).catch((error) => stop(error.message));
const cases = makeCases({ rows }).filter(({ name }) => contains(name, options.case));
const chosen = rivals.filter(({ name }) => contains(name, options.only));
if (cases.length === 0) stop(`--case ${options.case} names no work.`);
if (chosen.length === 0) stop(`--only ${options.only} names none of ${rivals.map(({ name }) => name).join(', ')}.`);

const started = performance.now();
const missing = [];
const versions = {};
const usable = await usableVariants();
const results = [];
for (const rival of chosen) {
  for (const threads of options.threads) await meet(rival, threads);
}

const seconds = Math.round((performance.now() - started) / 1000);
const environment = {
  date: new Date().toISOString(),
  cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
  cores: os.cpus().length,
  platform: `${os.platform()} ${os.arch()}`,
  rounds: options.rounds,
  rows,
  data: source,
  seconds,
  versions,
  missing,
};
if (results.length > 0) console.log(`\n${table(results, cases)}`);
console.log(
  'ours ÷ theirs: speed, above 1 linnet is faster. Median of the rounds, each run of theirs between two of ours; the\n' +
    'figures themselves are the best of the rounds. Trainings: epochs from the second on.\n' +
    'by CPU time: the same by the time that the process got, which others on the machine disturb less.',
);
const shares = results.map(({ ours }) => Math.max(...ours.shares));
if (Math.min(...shares) < 0.95) {
  const least = (100 * Math.min(...shares)).toFixed(0);
  console.log(`NOTE: others kept the processor busy (at best, linnet got ${least} % of a core); run it again.`);
}
console.log(`digits: ${rows.toLocaleString('en')} rows of ${source}`);
for (const [name, version] of Object.entries(versions)) console.log(`${name}: ${version}`);
for (const { name, reason } of missing) console.log(`missing: ${name}: ${reason.slice(0, 300)}`);
const { date, cpu, cores, platform } = environment;
console.log(`${date.slice(0, 10)}, ${cpu}, ${cores} cores, ${platform}; ${seconds} s in all`);
mkdirSync(dirname(options.json) || '.', { recursive: true });
writeFileSync(options.json, `${JSON.stringify({ ...environment, results }, null, 1)}\n`);
console.log(`figures: ${options.json}`);

/** All work that a rival does with so many threads, in turns with linnet. */
async function meet({ name, file, args = [], npm, works }, threads) {
  const todo = cases.filter(({ params }) => threads <= (works[params.kind] ?? 0));
  if (todo.length === 0) return;
  const label = Math.max(...Object.values(works)) > 1 ? `${name}, ${threads} thread${threads > 1 ? 's' : ''}` : name;
  const lack = (reason) => {
    if (missing.some((entry) => entry.name === name && entry.reason === reason)) return;
    missing.push({ name, reason });
    console.log(`${label}: ${reason}`);
  };
  const manifest = npm && join(folder, 'node_modules', npm, 'package.json');
  if (manifest && !existsSync(manifest)) return lack(`not installed. Run: ${INSTALL}`);
  const command = file.endsWith('.js') ? options.node : options.python;
  const rival = new Process({ command, file, args: [...args, String(threads)], threads });
  const ours = new Map();
  try {
    const hello = await rival.reply();
    if (hello.missing) return lack(`${options.python} does not have it. On Debian: ${hello.install}`);
    const version = hello.version ?? JSON.parse(readFileSync(manifest, 'utf8')).version;
    versions[name] = [version, hello.note, hello.runtime].filter(Boolean).join(', ');
    for (const work of todo) {
      const against = opponents(usable, work.params.kind, threads);
      for (const variant of against) {
        if (!ours.has(variant)) ours.set(variant, (await startOurs(variant)).process);
      }
      const members = against.map((variant) => ({ name: variant.name, process: ours.get(variant) }));
      const params = { ...work.params, folder: data };
      try {
        for (const result of await compare({ ...work, params }, members, { process: rival }, options)) {
          results.push({ rival: label, threads, ...result });
          console.log(drawLine(results.at(-1)));
        }
      } catch (error) {
        lack(`${work.name} failed: ${error.message}`);
      }
    }
  } catch (error) {
    lack(`failed: ${error.message}`);
  } finally {
    await Promise.all([rival, ...ours.values()].map((opened) => opened.close()));
  }
}

async function startOurs({ name, threads }) {
  const started = new Process({ command: options.node, file: 'ours.js', args: [name], threads });
  try {
    return { process: started, hello: await started.reply() };
  } catch (error) {
    await started.close();
    throw error;
  }
}

/** Variants that this version of linnet has. */
async function usableVariants() {
  const found = [];
  for (const variant of variants.filter(({ threads }) => threads === 1 || options.threads.includes(threads))) {
    try {
      const { process: ours, hello } = await startOurs(variant);
      await ours.close();
      versions.linnet = `${hello.version}, numerics ${hello.numericsVersion}, ${hello.runtime}`;
      if (hello.unsupported) missing.push({ name: `linnet ${variant.name}`, reason: hello.unsupported });
      else found.push(variant);
    } catch (error) {
      missing.push({ name: `linnet ${variant.name}`, reason: error.message });
    }
  }
  if (found.length === 0) stop(`linnet does not start under ${options.node}: ${missing[0].reason}`);
  return found;
}
