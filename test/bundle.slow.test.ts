// What users import: both bundles, both kinds of module, and the chunk that is loaded on first use.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  for (const found of imports) expect(found).toMatch(/\/\*\s*@vite-ignore\s*\*\/\s*\/\*\s*webpackIgnore: true\s*\*\//);
});
