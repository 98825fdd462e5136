// Jest, Vitest and node --test: a test file in each that trains networks.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { project, root, run } from '../context.js';

/** Needs `TextEncoder`, `TextDecoder` and `structuredClone`. Files and buffers are of Node's realm. */
const savingAndReading = `
  equal([...loadModel(JSON.stringify(model)).predict(x).data], [...out]);
  writeFileSync('table.csv', '1,2\\n3,4\\n');
  for (const source of ['table.csv', readFileSync('table.csv'), new TextEncoder().encode('1,2\\n3,4\\n')]) {
    equal([...(await readCsv(source)).data], [1, 2, 3, 4]);
  }
`;

/**
 * What a test does, with `linnet`, `csv`, `train` and `writeFileSync` at hand. Runners give tests a realm of their own:
 * typed arrays of this realm and of Node's must both do, and errors be instances of the classes that tests know.
 */
const body = (threads, files = true) => `
  const { layers, loadModel, Matrix, readCsv, sequential } = linnet;
  const equal = (got, wanted) => {
    if (JSON.stringify(got) !== JSON.stringify(wanted)) {
      throw new Error('expected ' + JSON.stringify(wanted) + ', got ' + JSON.stringify(got));
    }
  };
  const rows = [[0, 1], [1, 0], [1, 1]];
  equal(Matrix.from(rows.map((row) => new Float32Array(row))).toArray(), rows);
  equal(Matrix.from({ data: new Uint8Array(rows.flat()), shape: [3, 2] }).toArray(), rows);

  const model = sequential({ layers: [layers.dense({ units: 2, inputShape: [1] })], seed: 1 });
  model.compile({ loss: 'mse' });
  await model.fit(new Float32Array([1, 2, 3]), rows.map((row) => new Float64Array(row)), { epochs: 2 });
  const out = new Float32Array(6);
  const x = new Float32Array([4, 5, 6]);
  const predicted = await model.predict(x, { out });
  equal([...out], [...predicted.data]);
  equal(out.some((value) => value !== 0), true);
  equal(predicted.data instanceof Float32Array, true);

  equal([...(await readCsv('1,2\\n3,4\\n')).data], [1, 2, 3, 4]);
  ${files ? savingAndReading : ''}
  let error;
  try {
    Matrix.from([[1], [2, 3]]);
  } catch (thrown) {
    error = thrown;
  }
  equal([error instanceof Error, error instanceof RangeError, error.code], [true, true, 'ERR_SHAPE']);

  const result = await train(linnet, csv, { threads: ${threads} });
  writeFileSync('result.json', JSON.stringify(result));
`;
const modules = (test, threads) => `${test}
import { readFileSync, writeFileSync } from 'node:fs';
import * as linnet from 'linnet';
import { csv } from './digits.js';
import { train } from './trainings.js';

test('trains', async () => {${body(threads)}}, 60_000);
`;
const commonjs = (threads, files) => `
const { readFileSync, writeFileSync } = require('node:fs');
const linnet = require('linnet');
const { csv } = require('./digits.cjs');
const { train } = require('./trainings.cjs');

test('trains', async () => {${body(threads, files)}}, 60_000);
`;
const asCommonjs = (text, names) => `${text.replaceAll(/^export /gm, '')}\nmodule.exports = { ${names} };\n`;
const read = (path) => readFileSync(join(root, path), 'utf8');
const forRequire = {
  'trainings.cjs': asCommonjs(read('test/platforms/trainings.js'), 'train'),
  'digits.cjs': asCommonjs(`const csv = ${JSON.stringify(read('examples/data/digits.csv'))};`, 'csv'),
};

const jest = { jest: '30', 'jest-environment-jsdom': '30' };
const vitest = { vitest: '4', 'happy-dom': '^20.0.0', jsdom: '^26.0.0' };
const fromVitest = "import { test } from 'vitest';";
// An empty one: Vitest would find that of linnet itself, above.
const ownConfig = { 'vitest.config.js': 'export default {};\n' };

/** A place per way: `file` holds the test, `command` is run by Node; the package of the version comes first. */
const runners = [
  {
    name: 'Jest 30: require, 2 threads',
    packages: jest,
    files: { 'required.test.cjs': commonjs(2), ...forRequire },
    command: ['node_modules/jest/bin/jest.js', 'required.test.cjs'],
  },
  {
    name: 'Jest 30: import, 2 threads',
    packages: jest,
    files: { 'imported.test.js': modules('', 2) },
    command: ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'imported.test.js'],
  },
  {
    name: 'Jest 30: require, jsdom',
    packages: jest,
    files: { 'required.test.cjs': commonjs(1, false), ...forRequire },
    command: ['node_modules/jest/bin/jest.js', 'required.test.cjs', '--env=jsdom'],
    note: 'saving needs a TextEncoder and structuredClone, which this jsdom lacks',
  },
  ...['node', 'jsdom', 'happy-dom'].map((environment) => ({
    name: environment === 'node' ? 'Vitest 4: 2 threads' : `Vitest 4: ${environment}`,
    packages: vitest,
    files: { 'vitest.test.js': modules(fromVitest, environment === 'node' ? 2 : 1), ...ownConfig },
    command: ['node_modules/vitest/vitest.mjs', 'run', 'vitest.test.js', `--environment=${environment}`],
  })),
  {
    name: 'node --test: 2 threads',
    packages: {},
    files: { 'node.test.js': modules("import test from 'node:test';", 2).replace(', 60_000);', ');') },
    command: ['--test', 'node.test.js'],
  },
];

/** @type {import('../index.js').Place[]} */
export const places = runners.map(({ name, packages, files, command, note }) => ({
  name,
  async run() {
    const [runner] = Object.keys(packages);
    const at = await project(`runners-${runner ?? 'node'}`, { packages, files });
    const written = join(at, 'result.json');
    rmSync(written, { force: true });
    await run(process.execPath, command, { cwd: at });
    const package_ = runner && JSON.parse(readFileSync(join(at, 'node_modules', runner, 'package.json'), 'utf8'));
    const version = package_?.version ?? process.versions.node;
    return { ...JSON.parse(readFileSync(written, 'utf8')), version, note };
  },
}));
