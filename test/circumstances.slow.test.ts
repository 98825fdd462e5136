// Bad circumstances: what engines, policies and users do to the bundle. Each works or gives one clear error.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from './support/build';

const root = join(import.meta.dirname, '..');
beforeAll(ensureBuilt);

/** What an ES module prints as JSON by `tell`, in a process of its own where linnet is installed. */
function told(code: string): unknown {
  const program = `const tell = (value) => console.log(JSON.stringify(value)); ${code}`;
  const args = ['--input-type=module', '--eval', program];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }).trim().split('\n').at(-1)!);
}

const caught = (code: string) => `(() => { try { ${code} } catch ({ code, message }) { return [code, message]; } })()`;
const xor = 'const X = [[0, 0], [0, 1], [1, 0], [1, 1]]; const y = [[0], [1], [1], [0]];';
const usual = told.bind(
  null,
  `
  const { NeuralNetwork } = await import('linnet'); ${xor}
  const nn = new NeuralNetwork(2, 4, 1, { seed: 1 });
  nn.train(X, y, 1000);
  tell(nn);
`,
);

test('without WebAssembly models are TypeScript, and give the same weights', () => {
  const [backend, reason, model, refusal] = told(`
    delete globalThis.WebAssembly;
    const { init, NeuralNetwork } = await import('linnet'); ${xor}
    const nn = new NeuralNetwork(2, 4, 1, { seed: 1 });
    nn.train(X, y, 1000);
    if (await init() !== 'js') throw new Error('init');
    tell([nn.backend, nn.backendReason, nn, ${caught("new NeuralNetwork(2, 4, 1, { backend: 'wasm' }).train(X, y)")}]);
  `) as [string, string, object, string[]];
  expect([backend, reason]).toEqual(['js', 'WebAssembly refused: WebAssembly is not defined']);
  expect(model).toEqual(usual());
  expect(refusal).toEqual([
    'ERR_UNSUPPORTED',
    "backend: 'wasm' cannot be had: WebAssembly refused: WebAssembly is not defined. Use backend: 'auto', which gives the same results, slower.",
  ]);
});

test('without shared memory models that ask for threads have one, and give the same weights', () => {
  const program = (before: string) => `
    ${before}
    const { layers, sequential } = await import('linnet');
    const model = sequential({ layers: [layers.dense({ units: 3, inputShape: [2] })], seed: 1, threads: 2 });
    model.compile({ loss: 'mse' });
    await model.fit([[1, 2], [3, 4]], [[1, 2, 3], [4, 5, 6]], { epochs: 3 });
    tell([model.backend, model.threads, model.getWeights()]);
  `;
  const [backend, threads, weights] = told(
    program(
      'delete globalThis.SharedArrayBuffer; const { Memory } = WebAssembly; WebAssembly.Memory = class { constructor(options) { if (options.shared) throw new TypeError("no"); return new Memory(options); } };',
    ),
  ) as unknown[];
  expect([backend, threads]).toEqual(['wasm', 1]);
  expect((told(program('')) as unknown[])[2]).toEqual(weights);
});

test('where the memory cannot grow, what does not fit is refused and the rest goes on', () => {
  const [before, error, after] = told(`
    const { Memory } = WebAssembly;
    const grow = Memory.prototype.grow;
    let full = false;
    Memory.prototype.grow = function (pages) {
      if (full) throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
      return grow.call(this, pages);
    };
    const { layers, NeuralNetwork, sequential } = await import('linnet'); ${xor}
    const nn = new NeuralNetwork(2, 4, 1, { seed: 1 });
    nn.train(X, y, 500);
    const before = nn.predict(X).toArray();
    full = true;
    const large = ${caught('sequential({ layers: [layers.dense({ units: 4000, inputShape: [4000] })] }).predict([new Float32Array(4000)])')};
    const after = nn.predict(X).toArray();
    nn.train(X, y, 500);
    tell([before, large, after]);
  `) as [unknown, string[], unknown];
  expect(error[0]).toBe('ERR_MEMORY');
  expect(error[1]).toMatch(/memory/i);
  expect(after).toEqual(before);
});

test('two copies in one process take matrices from each other', () => {
  const [same, one, two, error] = told(`
    import { createRequire } from 'node:module';
    const a = await import('linnet');
    const b = createRequire(process.cwd() + '/')('linnet'); ${xor}
    const network = new b.NeuralNetwork(2, 4, 1, { seed: 1 });
    network.train(a.Matrix.from(X), a.Matrix.from(y), 1000);
    const other = new a.NeuralNetwork(2, 4, 1, { seed: 1 });
    other.train(b.Matrix.from(X), b.Matrix.from(y), 1000);
    other.W1 = network.W1;
    const model = a.sequential({ layers: [b.layers.dense({ units: 1, inputShape: [2] })], seed: 1 });
    model.compile({ loss: b.losses.meanSquaredError(), optimizer: b.optimizers.adam() });
    tell([a.Matrix === b.Matrix, network, other, model.predict(b.Matrix.from(X)).shape]);
  `) as unknown[];
  expect(same).toBe(false);
  expect(one).toEqual(usual());
  expect(two).toEqual(usual());
  expect(error).toEqual([4, 1]);
});

test('a worker thread trains, with threads of its own, and gives the same weights', () => {
  const [model, threads, digest] = told(`
    import { Worker } from 'node:worker_threads';
    const code = \`
      import('linnet').then(async ({ layers, NeuralNetwork, sequential }) => { ${xor}
        const nn = new NeuralNetwork(2, 4, 1, { seed: 1 });
        nn.train(X, y, 1000);
        const wide = sequential({ layers: [layers.dense({ units: 512, inputShape: [512] })], seed: 1, threads: 2 });
        wide.compile({ loss: 'mse' });
        const rows = Array.from({ length: 64 }, (_, i) => new Float32Array(512).fill(i / 64));
        for (let i = 0; i < 6; i++) {
          await wide.fit(rows, rows, { epochs: 2, batchSize: 32 });
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        (await import('node:worker_threads')).parentPort.postMessage([nn.toJSON(), wide.threads, wide.toJSON().checksum]);
      });
    \`;
    const worker = new Worker(code, { eval: true });
    const [network, threads, checksum] = await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject));
    await worker.terminate();
    tell([network, threads, checksum]);
  `) as unknown[];
  expect(model).toEqual(usual());
  expect(threads).toBe(2);
  expect(digest).toBe(
    told(`
    const { layers, sequential } = await import('linnet');
    const wide = sequential({ layers: [layers.dense({ units: 512, inputShape: [512] })], seed: 1 });
    wide.compile({ loss: 'mse' });
    const rows = Array.from({ length: 64 }, (_, i) => new Float32Array(512).fill(i / 64));
    for (let i = 0; i < 6; i++) wide.fitSync(rows, rows, { epochs: 2, batchSize: 32 });
    tell(wide.toJSON().checksum);
  `),
  );
});
