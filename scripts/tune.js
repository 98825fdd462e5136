// node scripts/tune.js [seconds]: looks, by chance steps, for an order of functions, and of the characters that stand for
// the core's bytes, that makes dist/index.js smaller, and writes it to scripts/order.js and src/backend/text.ts. Worth a run
// when much has changed; the bundle is right in any order.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { arrangeFunctions, statements } from './arrange.js';
import { arrange, importReader, toText, twins } from './core.js';
import { minify } from './minify.js';
import * as given from './order.js';
import { shortPrivates } from './privates.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const seconds = Number(process.argv[2] ?? 120);
execFileSync(process.execPath, ['scripts/generate.js'], { cwd: root });
const reader = await importReader();
const named = readFileSync(join(root, 'build/core.wasm.named'));

const unarranged = join(root, 'build/bundle.js');
execFileSync('npx', ['tsup'], { cwd: root, env: { ...process.env, LINNET_TUNE: unarranged }, stdio: 'ignore' });

const { code } = arrangeFunctions(readFileSync(unarranged, 'utf8'), unarranged, given.bundle);
const [swc, long] = await Promise.all([minify(code), minify(code, { mangle: false })]);
const small = shortPrivates(swc.code, unarranged);
const names = statements(long.code).map(({ name }) => name);
const parts = statements(small.code).map(({ isFunction, start, end }, i) => {
  const text = small.code.slice(start, end);
  return { name: names[i], isFunction, text: isFunction || text.endsWith(';') ? text : `${text};` };
});

/** As swc writes it: in the quotes that it has fewer of. */
function quote(text) {
  const [single, double] = ["'", '"'].map((mark) => text.split(mark).length);
  const mark = single < double ? "'" : '"';
  return mark + text.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`) + mark;
}
const written = quote(toText(arrange(named, given.core), reader).text);
const start = { bundle: parts, core: [...new Set([...given.core, ...twins(named)])], frequent: [...reader.FREQUENT] };
if (!small.code.includes(written)) throw new Error('tune: the core is not in the bundle as it is thought to be');

const texts = { core: undefined, bytes: undefined, frequent: undefined, text: '' };
function coreText({ core, frequent }) {
  if (texts.core !== core) texts.bytes = arrange(named, core);
  if (texts.core !== core || texts.frequent !== frequent) {
    texts.text = quote(toText(texts.bytes, { ...reader, FREQUENT: frequent.join('') }).text);
  }
  Object.assign(texts, { core, frequent });
  return texts.text;
}

function size(state) {
  const core = coreText(state);
  const frequent = state.frequent.join('');
  const text = state.bundle.map(({ text }) => text).join('');
  return gzipSync(
    text.replace(written, () => core).replace(reader.FREQUENT, () => frequent),
    { level: 9 },
  ).length;
}

let seed = Date.now() % 2 ** 31;
function chance(below) {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return Math.floor((seed / 2 ** 31) * below);
}

/** Some neighbours elsewhere. */
function moved(list, from, many = 1) {
  const rest = [...list];
  const taken = rest.splice(from, many);
  rest.splice(chance(rest.length + 1), 0, ...taken);
  return rest;
}

const functions = () => best.bundle.flatMap(({ isFunction }, i) => (isFunction ? [i] : []));
const other = () => String.fromCharCode(33 + chance(94));
const steps = {
  bundle() {
    const movable = functions();
    return moved(best.bundle, movable[chance(movable.length)]);
  },
  core: () => moved(best.core, chance(best.core.length), 1 + chance(3)),
  frequent() {
    const at = chance(best.frequent.length);
    const character = other();
    if (chance(2) === 0) return moved(best.frequent, at);
    if (best.frequent.includes(character) || /["'\\`]/.test(character)) return best.frequent;
    return best.frequent.with(at, character);
  },
};

let best = start;
let least = size(best);
console.log(`${least} bytes`);
for (let round = 0; round < 4; round++) {
  for (const [part, step] of Object.entries(steps)) {
    const end = performance.now() + (1000 * seconds) / 12;
    while (performance.now() < end) {
      const next = { ...best, [part]: step() };
      const bytes = size(next);
      if (bytes <= least) [best, least] = [next, bytes];
    }
    console.log(`${least} bytes (${part})`);
  }
}

const list = (names) =>
  `\`\n${names.join(' ').replace(/(.{1,117})( |$)/g, '  $1\n')}\`\n  .trim()\n  .split(/\\s+/);\n`;
const path = join(root, 'scripts/order.js');
const [head] = readFileSync(path, 'utf8').split('\n');
const bundle = best.bundle.map(({ name }) => name).filter(Boolean);
writeFileSync(path, `${head}\nexport const core = ${list(best.core)}\nexport const bundle = ${list(bundle)}`);
const source = join(root, 'src/backend/text.ts');
const before = `'${reader.FREQUENT}'`;
writeFileSync(
  source,
  readFileSync(source, 'utf8').replace(before, () => `'${best.frequent.join('')}'`),
);
