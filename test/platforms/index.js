// npm run test:platforms: the packed library in every place it is for. README, "Everywhere", has the results.
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { closeBrowsers } from './browser.js';
import { pack, Skipped } from './context.js';

const usage = `npm run test:platforms -- [options]
  --only TEXT        only places whose name contains TEXT (may be repeated)
  --without TEXT     not those whose name contains TEXT (may be repeated)
  --browser yes      only places that need a browser; no: only the others
  --list             prints the names of all places`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [''] },
    without: { type: 'string', multiple: true, default: [] },
    browser: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(usage);
  process.exit();
}

const committed = JSON.parse(readFileSync(new URL('digests.json', import.meta.url), 'utf8'));

/**
 * A place: where linnet is to work.
 * @typedef {object} Place
 * @property {string} name
 * @property {boolean} [browser] whether it needs one.
 * @property {string} [backend] that it must have there, default `wasm`; `none` where nothing is trained.
 * @property {() => Promise<object>} run returns what `train` did, and `version`, `note`. Throws `Skipped` where the place
 *   cannot be had.
 */
const files = readdirSync(new URL('places', import.meta.url)).sort();
const all = (await Promise.all(files.map((file) => import(`./places/${file}`)))).flatMap(({ places }) => places);
const includes = (texts, { name }) => texts.some((text) => name.toLowerCase().includes(text.toLowerCase()));
const fits = ({ browser = false }) => !options.browser || browser === (options.browser === 'yes');
const chosen = all.filter((place) => fits(place) && includes(options.only, place) && !includes(options.without, place));
if (options.list) {
  console.log(chosen.map(({ name }) => name).join('\n'));
  process.exit();
}

/** What is wrong with a result, or undefined. */
function fault({ backend = 'wasm' }, result) {
  if (backend === 'none') return undefined;
  if (result.backend !== backend) return `backend ${result.backend}, not ${backend}`;
  const expected = committed[result.numericsVersion];
  if (!expected) return `digests.json has nothing for numericsVersion ${result.numericsVersion}`;
  const other = Object.keys(expected).filter((name) => result.digests[name] !== expected[name]);
  return other.length > 0 ? `other bits: ${other.join(', ')}` : undefined;
}

console.log(`packed: ${(await pack()).split('/').at(-1)}`);
const table = new Table({
  head: ['place', 'version', 'backend', 'threads', 'same bits', 'XOR', ''],
  colAligns: ['left', 'left', 'left', 'right', 'left', 'right', 'left'],
  style: { head: [], border: [], compact: true },
});
const count = { passed: 0, failed: 0, skipped: 0 };
for (const place of chosen) {
  let outcome = 'passed';
  let result = {};
  let remark;
  try {
    result = await place.run();
    remark = fault(place, result);
    if (remark) outcome = 'failed';
  } catch (error) {
    outcome = error instanceof Skipped ? 'skipped' : 'failed';
    remark = error.message;
  }
  count[outcome]++;
  console.log(`${outcome.padEnd(8)}${place.name}${remark ? `: ${remark}` : ''}`);
  const { version = '', backend = '', threads = '', digests, milliseconds, note = '' } = result;
  const bits = outcome === 'failed' ? 'NO' : digests ? 'yes' : '';
  const time = milliseconds === undefined ? '' : `${milliseconds} ms`;
  table.push([place.name, version, backend, threads, bits, time, outcome === 'passed' ? note : outcome]);
}
await closeBrowsers();
console.log(table.toString());
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 ? 1 : 0;
