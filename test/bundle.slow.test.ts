// What users import: both bundles, both kinds of module, and the chunks that are loaded on first use.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from './support/build';

const root = join(import.meta.dirname, '..');

/** Reads numbers, bytes and a file; fails to read one; and hands on a promise that is rejected while the chunk loads. */
const program = `
  const reason = new Error('offline');
  const attempts = [
    readCsv(Promise.reject(reason)),
    readCsv('a,b\\n1,2\\n3,4\\n'),
    readIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 5, 6])),
    readCsv('examples/data/digits.csv'),
    readCsv('1,x\\n'),
    readIdx('nowhere'),
  ];
  Promise.allSettled(attempts).then(([rejected, csv, idx, file, malformed, missing]) => console.log(JSON.stringify({
    handedOn: rejected.reason === reason,
    csv: [csv.value.header, [...csv.value.data], csv.value.columns(1).shape, Matrix.from(csv.value).rows],
    idx: [...idx.value.data],
    file: file.value.shape,
    errors: [malformed, missing].map(({ reason: { name, code } }) => [name, code]),
    classes: [malformed.reason instanceof RangeError, missing.reason instanceof Error],
  })));
`;

beforeAll(ensureBuilt);

it('the bundle with the core in it is within its budget: 45 KB, compressed', () => {
  const size = gzipSync(readFileSync(join(root, 'dist/index.js')), { level: 9 }).length;
  expect(size).toBeGreaterThan(40_000); // the core is in it
  expect(size).toBeLessThanOrEqual(45_000);
});

describe.each([
  ['linnet', `import { Matrix, readCsv, readIdx } from 'linnet';`],
  ['linnet/js', `import { Matrix, readCsv, readIdx } from 'linnet/js';`],
  ['linnet, required', `const { Matrix, readCsv, readIdx } = require('linnet');`],
  ['linnet/js, required', `const { Matrix, readCsv, readIdx } = require('linnet/js');`],
])('%s', (_, head) => {
  it('reads files', () => {
    const type = head.startsWith('import') ? 'module' : 'commonjs';
    const args = [`--input-type=${type}`, '--eval', head + program];
    const output = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual({
      handedOn: true,
      csv: [['a', 'b'], [1, 2, 3, 4], [2, 1], 2],
      idx: [5, 6],
      file: [1797, 65],
      errors: [
        ['RangeError', 'ERR_FORMAT'],
        ['Error', 'ERR_READ'],
      ],
      classes: [true, true],
    });
  });
});

it.each(['js', 'cjs'])("files.%s keeps bundlers from packing Node's modules", (extension) => {
  const text = readFileSync(join(root, `dist/files.${extension}`), 'utf8');
  const imports = [...text.matchAll(/import\([^)]*\)/g)].map(([found]) => found);
  expect(imports).toHaveLength(text.split('import(').length - 1);
  for (const found of imports)
    if (!found.includes('./relaxed'))
      expect(found).toMatch(/\/\*\s*@vite-ignore\s*\*\/\s*\/\*\s*webpackIgnore: true\s*\*\//);
});

/** Trains a model that asks for two threads until it has them, or knows that it will not. */
const trainer = `
  const model = sequential({
    layers: [layers.dense({ units: 800, activation: 'tanh', inputShape: [20] }), layers.dense({ units: 1 })],
    seed: 1,
    threads: 2,
  });
  model.compile({ loss: 'mse' });
  const x = { data: Float32Array.from({ length: 8000 }, (_, i) => (i % 19) / 19), shape: [400, 20] };
  const y = { data: Float32Array.from({ length: 400 }, (_, i) => i % 2), shape: [400, 1] };
  const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  (async () => {
    const { threads } = model;
    await wait(100);
    await model.fit(x, y, { batchSize: 200 });
    await wait(100);
    const { history } = await model.fit(x, y, { batchSize: 200 });
    console.log(JSON.stringify({ threads: [threads, model.threads], history }));
  })();
`;

describe.each([
  ['js', (file: string) => `import { layers, sequential } from ${JSON.stringify(`file://${file}`)};`],
  ['cjs', (file: string) => `const { layers, sequential } = require(${JSON.stringify(file)});`],
])('index.%s', (extension, head) => {
  const run = (file: string) => {
    const type = extension === 'js' ? 'module' : 'commonjs';
    const args = [`--input-type=${type}`, '--eval', head(file) + trainer];
    return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }));
  };

  it('has one thread without the chunk of threads beside it, and gives the same numbers', () => {
    const folder = mkdtempSync(join(tmpdir(), 'linnet-'));
    try {
      copyFileSync(join(root, `dist/index.${extension}`), join(folder, `index.${extension}`));
      copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
      const alone = run(join(folder, `index.${extension}`));
      const together = run(join(root, `dist/index.${extension}`));
      expect(alone.threads).toEqual([2, 1]);
      expect(together.threads).toEqual([2, 2]);
      expect(alone.history).toEqual(together.history);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('a program that only uses matrices is bundled without WebAssembly', async () => {
  const bundled = async (contents: string) => {
    const stdin = { contents, resolveDir: root };
    const { outputFiles } = await build({ stdin, bundle: true, minify: true, write: false, format: 'esm' });
    return outputFiles[0]!.text;
  };
  const used = 'console.log(Matrix.from([[1, 2]]).rows, typeof NeuralNetwork)';
  const matrices = await bundled("import { Matrix } from 'linnet'; console.log(Matrix.from([[1, 2]]).rows);");
  const all = await bundled(`import { Matrix, NeuralNetwork } from 'linnet'; ${used};`);
  expect(all).toContain('WebAssembly');
  expect(matrices).not.toContain('WebAssembly');
  expect(matrices.length).toBeLessThan(all.length / 3);
  const run = (code: string) =>
    execFileSync(process.execPath, ['--input-type=module', '-'], { encoding: 'utf8', input: code });
  expect([run(matrices), run(all)]).toEqual(['1\n', '1 function\n']);
});

it.each(['js', 'cjs'])('js.%s has no WebAssembly', (extension) => {
  const text = readFileSync(join(root, `dist/js.${extension}`), 'utf8');
  expect(text).toContain('linnet/js');
  expect(text).not.toMatch(/WebAssembly\.\w/);
});

it.each(['js', 'node'])('%s.js has no threads', (name) => {
  const texts = ['js', 'cjs'].map((extension) => readFileSync(join(root, `dist/${name}.${extension}`), 'utf8'));
  for (const text of texts) expect(text).not.toMatch(/threads\.c?js|Atomics|worker_threads/);
});
