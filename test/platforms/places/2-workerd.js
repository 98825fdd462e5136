// Cloudflare's runtime: it lets nobody compile WebAssembly from bytes, so models run in TypeScript.
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { project, run, runtime } from '../context.js';

const worker = (from) => `
  import * as linnet from '${from}';
  import { csv } from './digits.js';
  import { train } from './trainings.js';
  export default {
    async fetch() {
      const result = await train(linnet, csv);
      let refusal = '';
      try { new linnet.NeuralNetwork(2, 4, 1, { backend: 'wasm' }); } catch (error) { refusal = error.message; }
      return Response.json({ ...result, refusal });
    },
  };
`;

/** A configuration whose modules are those files; dates of compatibility are those that a new project gets. */
const configuration = (modules) => `
  using Workerd = import "/workerd/workerd.capnp";
  const config :Workerd.Config = (
    services = [(name = "main", worker = (
      modules = [${modules.map((name) => `(name = "${name}", esModule = embed "${name}")`).join(', ')}],
      compatibilityDate = "2026-01-01",
    ))],
    sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
  );
`;

/** What the worker answers to a request. Times stand still within a request there, so that there are none. */
async function answerOf(program, cwd) {
  const server = spawn(program, ['serve', '--control-fd=3', 'config.capnp'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (text) => {
    said += text;
  });
  try {
    const port = await new Promise((resolve, reject) => {
      server.stdio[3].on('data', (text) => {
        const { event, port } = JSON.parse(String(text).split('\n')[0]);
        if (event === 'listen') resolve(port);
      });
      server.on('exit', (code) => reject(new Error(`workerd ended with ${code}: ${said.slice(-800)}`)));
      setTimeout(() => reject(new Error(`workerd did not listen: ${said.slice(-800)}`)), 30_000).unref();
    });
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status}: ${text} ${said.slice(-800)}`);
    const { milliseconds, ...result } = JSON.parse(text);
    return result;
  } finally {
    server.kill('SIGKILL');
  }
}

const ways = [
  { name: 'linnet as it is', from: './linnet.js', refusal: /WebAssembly refused: .*Use backend: 'auto'/ },
  { name: 'linnet/js', from: './js.js', refusal: /the build without WebAssembly/ },
  { name: 'linnet, bundled with the condition workerd', from: 'linnet', refusal: /the build without WebAssembly/ },
];

async function open({ name, from, refusal }) {
  const program = await runtime('@cloudflare/workerd-linux-64@1', 'bin/workerd');
  const bundled = from === 'linnet';
  const files = ['digits.js', 'trainings.js', from.slice(2)];
  const modules = bundled ? ['bundle.js'] : ['main.js', ...files];
  const cwd = await project(`workerd-${name}`, {
    files: { 'main.js': worker(from), 'config.capnp': configuration(modules) },
  });
  if (bundled) {
    const conditions = ['workerd', 'worker', 'browser'];
    await build({
      entryPoints: [join(cwd, 'main.js')],
      outfile: join(cwd, 'bundle.js'),
      bundle: true,
      format: 'esm',
      conditions,
    });
  } else {
    const file = from === './js.js' ? 'js.js' : 'index.js';
    cpSync(join(cwd, 'node_modules/linnet/dist', file), join(cwd, from));
  }
  const [version, result] = [await run(program, ['--version']), await answerOf(program, cwd)];
  if (!refusal.test(result.refusal)) throw new Error(`refused with: ${result.refusal}`);
  return { ...result, version: version.trim().split(' ').at(-1) };
}

/** @type {import('../index.js').Place[]} */
export const places = ways.map((way) => ({
  name: `Cloudflare workerd: ${way.name}`,
  backend: 'js',
  run: () => open(way),
}));
