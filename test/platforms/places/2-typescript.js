// The declarations, as compilers from 5.4 on read them under each resolution of modules, library checks included.
import { join } from 'node:path';
import { project, run } from '../context.js';

const program = `
  import { callbacks, init, layers, loadModel, Matrix, NeuralNetwork, type Sequential, sequential } from 'linnet';
  import * as js from 'linnet/js';
  import { enableRevectorize } from 'linnet/node';
  const network = new NeuralNetwork(2, 4, 1, { seed: 1 });
  const losses: number[] = network.train([[0, 1]], [[1]], { epochs: 1 });
  const output: Matrix<'float64'> = network.predict([[0, 1]]);
  const model: Sequential = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })], threads: 'auto' });
  model.compile({ optimizer: 'adam', loss: 'mse' });
  export const done = model.fit([[0, 1]], [1], { callbacks: callbacks.earlyStopping() }).then(({ history }) => history.loss);
  export const loaded = loadModel(JSON.parse(JSON.stringify(model)));
  export const bytes: Promise<'wasm' | 'js'> = init({ wasm: new Uint8Array() });
  export const all = [losses, output, js.numericsVersion, enableRevectorize];
  // @ts-expect-error: no such layer
  layers.dens;
`;

const required = `
  import linnet = require('linnet');
  export const network: linnet.NeuralNetwork = new linnet.NeuralNetwork(2, 4, 1);
`;

const ways = [
  { name: 'node16, ESM', options: { module: 'node16', moduleResolution: 'node16' } },
  { name: 'node16, CommonJS', options: { module: 'node16', moduleResolution: 'node16' }, file: 'program.cts' },
  { name: 'nodenext, ESM', options: { module: 'nodenext', moduleResolution: 'nodenext' } },
  { name: 'bundler', options: { module: 'esnext', moduleResolution: 'bundler' } },
  // Without the types of browsers, with those of Node
  { name: 'node16, Node only', options: { module: 'node16', lib: ['ES2022'] }, packages: { '@types/node': '20' } },
];

const versions = ['5.4', 'latest'];

async function compile(version, { options, packages = {}, file = 'program.mts' }) {
  const name = `typescript-${version}${packages['@types/node'] ? '-node' : ''}`;
  const compilerOptions = {
    target: 'es2022',
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: Object.keys(packages).map((name) => name.slice('@types/'.length)),
    ...options,
  };
  const cwd = await project(name, {
    packages: { typescript: version, ...packages },
    files: {
      [file]: file.endsWith('cts') ? required : program,
      'tsconfig.json': JSON.stringify({ compilerOptions, files: [file] }),
    },
  });
  const tsc = join(cwd, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '--project', 'tsconfig.json'], { cwd });
  return { version: (await run(process.execPath, [tsc, '--version'])).trim().split(' ').at(-1) };
}

/** @type {import('../index.js').Place[]} */
export const places = versions.flatMap((version) =>
  ways.map((way) => ({
    name: `TypeScript ${version}: ${way.name}`,
    backend: 'none',
    run: () => compile(version, way),
  })),
);
