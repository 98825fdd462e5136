// Vite, webpack, Rollup, esbuild and Parcel: a tiny app each, built, then opened in Chromium.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { gzipSync } from 'node:zlib';
import { browserOf, isolation, resultOf, serve } from '../browser.js';
import { project, run } from '../context.js';

// Threads and readCsv are chunks of their own, loaded on first use: the app wants both, and says so if one does not come.
const app = `
import * as linnet from 'linnet';
import { csv } from './digits.js';
import { train } from './trainings.js';

async function main() {
  const table = await linnet.readCsv('1,2\\n3,4\\n');
  if (table.data.join() !== '1,2,3,4') throw new Error('readCsv: ' + table.data);
  let result;
  for (let i = 0; i < 3; i++) {
    result = await train(linnet, csv, { threads: 2 });
    if (result.threads === 2) return result;
  }
  throw new Error('the workers of two threads did not come');
}
const { dataset } = document.body;
main().then(
  (result) => { dataset.result = JSON.stringify(result); },
  (error) => { dataset.error = error.stack; },
);
`;
/** The same without WebAssembly, which has no threads. */
const jsApp = app
  .replace("from 'linnet'", "from 'linnet/js'")
  .replace(/let result;[\s\S]*?did not come'\);/, 'return train(linnet, csv);');
const page = (script) => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>linnet</title><link rel="icon" href="data:,"></head>
  <body><script type="module" src="${script}"></script></body>
</html>
`;
const vite = { 'vite.config.js': `export default { server: { headers: ${JSON.stringify(isolation)} } };` };
const resolve = { '@rollup/plugin-node-resolve': '^16.0.0' };

/**
 * How each is used: the packages, the bundler first; what is run; `plain` for those that do not build a page but a script.
 * All are left at their defaults, but for what they ask to be told.
 */
const bundlers = [
  ...['7', '8'].map((major) => ({
    name: `Vite ${major}: build`,
    packages: { vite: major },
    files: vite,
    command: ['vite', 'build'],
  })),
  {
    name: 'webpack 5',
    packages: { webpack: '5', 'webpack-cli': '7' },
    command: ['webpack', './main.js', '--mode', 'production'],
    plain: true,
  },
  {
    name: 'Rollup 4',
    packages: { rollup: '4', ...resolve },
    command: ['rollup', 'main.js', '--dir', 'dist', '--plugin', 'node-resolve'],
    plain: true,
  },
  {
    name: 'esbuild: modules',
    packages: { esbuild: '^0.28.0' },
    command: ['esbuild', 'main.js', '--bundle', '--minify', '--format=esm', '--splitting', '--outdir=dist'],
    plain: true,
  },
  {
    name: 'esbuild: a single script',
    packages: { esbuild: '^0.28.0' },
    command: ['esbuild', 'main.js', '--bundle', '--minify', '--outdir=dist'],
    plain: true,
  },
  {
    name: 'esbuild: linnet/js',
    packages: { esbuild: '^0.28.0' },
    files: { 'main.js': jsApp },
    command: ['esbuild', 'main.js', '--bundle', '--minify', '--format=esm', '--splitting', '--outdir=dist'],
    plain: true,
    backend: 'js',
  },
  {
    name: 'Parcel 2',
    packages: { parcel: '2' },
    command: ['parcel', 'build', 'index.html', '--no-cache'],
  },
];

const versionOf = (at, package_) =>
  JSON.parse(readFileSync(join(at, 'node_modules', package_, 'package.json'), 'utf8')).version;
const program = (at, name) => join(at, 'node_modules/.bin', name);

/** Throws for what a bundler said about linnet or about modules of Node, other than that they are there. */
function checkWords(output, at) {
  const text = stripVTControlCharacters(output).replaceAll(at, '');
  const isDoubt = (part) => /\bnode:/.test(part) || (/linnet/.test(part) && /warn|critical|external/i.test(part));
  const doubts = text.split(/\n\s*\n/).filter(isDoubt);
  if (doubts.length > 0) throw new Error(`the bundler warns: ${doubts.join('\n').trim()}`);
}

/**
 * Throws for imports of Node's modules in what was built. Calls of `import()` may be there: they are not reached in a page,
 * and Parcel's minifier writes the names into them, once all is resolved.
 * @returns {string} its size.
 */
function checkBuilt(dist) {
  const scripts = readdirSync(dist, { recursive: true }).filter((name) => /\.m?js$/.test(name));
  const texts = scripts.map((name) => readFileSync(join(dist, name), 'utf8'));
  const leak = texts.join('\n').match(/\b(from|import)\s*["'`]node:[^"'`]*/);
  if (leak) throw new Error(`an import of a module of Node was left: ${leak[0]}`);
  // The digits are no part of linnet: lines of 65 numbers.
  const sizes = texts.map((text) => gzipSync(text.replaceAll(/(\d+,){64}\d+(\\n|\n)?/g, '')).length);
  const size = sizes.reduce((sum, n) => sum + n, 0) / 1000;
  return `${size.toFixed(1)} KB gzip in ${scripts.length} file${scripts.length > 1 ? 's' : ''}`;
}

async function buildAndOpen({ name, packages, files, command: [file, ...args], plain }, browser) {
  const [bundler] = Object.keys(packages);
  const at = await project(`bundlers-${name}`, {
    packages,
    files: { 'main.js': app, 'index.html': page('./main.js'), ...files },
  });
  const dist = join(at, 'dist');
  rmSync(dist, { recursive: true, force: true });
  // Warnings may go to either stream.
  const output = await run('sh', ['-c', 'exec "$0" "$@" 2>&1', program(at, file), ...args], { cwd: at });
  checkWords(output, at);
  const note = checkBuilt(dist);
  if (plain) writeFileSync(join(dist, 'index.html'), page('./main.js'));
  const server = await serve(dist, isolation);
  try {
    return { ...(await resultOf(browser, `${server.origin}/`)), version: versionOf(at, bundler), note };
  } finally {
    server.close();
  }
}

/** Vite's server, which hands out linnet as a dependency that it has optimised. */
async function developAndOpen({ name, packages, files }, browser) {
  const at = await project(`bundlers-${name}`, {
    packages,
    files: { 'main.js': app, 'index.html': page('./main.js'), ...files },
  });
  // Forced to optimise anew: it need not notice that linnet was packed again.
  const server = spawn(program(at, 'vite'), ['--force'], { cwd: at });
  let output = '';
  try {
    const url = await new Promise((resolve, reject) => {
      const listen = (chunk) => {
        output += stripVTControlCharacters(String(chunk));
        const found = /Local:\s+(http:\S+)/.exec(output);
        if (found) resolve(found[1]);
      };
      server.stdout.on('data', listen);
      server.stderr.on('data', listen);
      server.on('error', reject);
      server.on('exit', (code) => reject(new Error(`vite ended with ${code}: ${output.slice(-1000)}`)));
      setTimeout(() => reject(new Error(`vite has no address after 30 s: ${output}`)), 30_000).unref();
    });
    const result = await resultOf(browser, url);
    checkWords(output, at);
    return { ...result, version: versionOf(at, 'vite'), note: 'optimised on demand' };
  } finally {
    server.kill();
  }
}

const place = (bundler, open) => ({
  name: bundler.name,
  browser: true,
  backend: bundler.backend ?? 'wasm',
  // The browser first: nothing need be installed and built for a page that cannot be opened.
  run: async () => open(bundler, await browserOf('Chromium')),
});

/** @type {import('../index.js').Place[]} */
export const places = [
  ...['7', '8'].map((major) =>
    place({ name: `Vite ${major}: dev server`, packages: { vite: major }, files: vite }, developAndOpen),
  ),
  ...bundlers.map((bundler) => place(bundler, buildAndOpen)),
];
