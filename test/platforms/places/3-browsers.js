// Chromium and Firefox: pages of every policy, a worker, a file from elsewhere.
import { browserOf, isolation, resultOf, serve } from '../browser.js';
import { project } from '../context.js';

const policy = (text) => ({ 'Content-Security-Policy': text });
const dist = '/node_modules/linnet/dist';

const html =
  '<!doctype html><title>linnet</title><link rel="icon" href="data:,"><body><script type="module" src="/page.js"></script>';

/** A script that puts what `body` results in where the test finds it. */
const script = (body, from = `${dist}/index.js`) => `
  import * as linnet from '${from}';
  import { csv } from './digits.js';
  import { train } from './trainings.js';
  const work = async () => { ${body} };
  work().then(
    (result) => { document.body.dataset.result = JSON.stringify(result); },
    (error) => { document.body.dataset.error = String(error); },
  );
`;
const three = `const result = await train(linnet, csv, { threads: 3 });`;
const expectThreads = (count) =>
  `if (result.threads !== ${count}) throw new Error('threads: ' + result.threads + ', not ${count}'); return result;`;
const refused = `
  let refusal;
  try { new linnet.NeuralNetwork(2, 4, 1, { backend: 'wasm' }); } catch (error) { refusal = error; }
  if (refusal?.code !== 'ERR_UNSUPPORTED' || !/WebAssembly refused: .*Use backend: 'auto'/.test(refusal.message)) {
    throw new Error('refused with: ' + refusal);
  }
  const result = await train(linnet, csv, { threads: 3 });
  return { ...result, note: refusal.message.slice(0, 60) + '…' };
`;
const inWorker = `
  const worker = new Worker('/worker.js', { type: 'module' });
  const result = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
`;
const workerScript = `
  import * as linnet from '${dist}/index.js';
  import { csv } from './digits.js';
  import { train } from './trainings.js';
  postMessage(await train(linnet, csv, { threads: 3 }));
`;

/**
 * Trains a network on two threads, and counts the page's turns meanwhile: one or two in each 10 ms if its main thread took
 * part in the training, hundreds if it is left alone, and many also where other programs keep the cores busy.
 */
const leftAlone = `
  const { layers, sequential } = linnet;
  const model = sequential({ seed: 1, threads: 2, layers: [
    layers.dense({ units: 256, activation: 'relu', inputShape: [256] }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ] });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const x = { data: Float32Array.from({ length: 2000 * 256 }, (_, i) => ((i * 7919) % 1009) / 500 - 1), shape: [2000, 256] };
  const y = Uint8Array.from({ length: 2000 }, (_, i) => i % 10);
  const fit = () => model.fit(x, y, { epochs: 10, batchSize: 32 });
  for (const end = performance.now() + 1000; performance.now() < end; ) await fit(); // workers come up
  const { port1, port2 } = new MessageChannel();
  let [turns, blocked, last, running] = [0, 0, performance.now(), true];
  port1.onmessage = () => {
    const now = performance.now();
    turns++;
    if (now - last > 4) blocked += now - last;
    last = now;
    if (running) port2.postMessage(0);
  };
  port2.postMessage(0);
  const began = performance.now();
  await fit();
  running = false;
  const took = performance.now() - began;
  const share = Math.round((100 * blocked) / took);
  const pace = Math.round((10 * turns) / took);
`;

/** What is tried: headers, the script, and what must be so. */
const pages = [
  { name: 'page', body: three + expectThreads(1) },
  { name: 'isolated page', headers: isolation, body: three + expectThreads(3) },
  {
    name: 'isolated page, its main thread left alone',
    headers: isolation,
    body: `
      ${leftAlone}
      if (pace < 6) throw new Error('the page had ' + pace + ' turns in 10 ms of a fit');
      const result = await train(linnet, csv, { threads: 2 });
      return { ...result, note: pace + ' turns in 10 ms of a fit, blocked for ' + share + ' % of it' };`,
  },
  {
    name: 'policy without wasm-unsafe-eval',
    headers: { ...isolation, ...policy("script-src 'self'") },
    body: refused,
    backend: 'js',
    complains: /Content.Security.Policy|unsafe-eval/i,
  },
  {
    name: 'policy with wasm-unsafe-eval, init({ wasm, workerUrl })',
    headers: { ...isolation, ...policy("default-src 'self'; img-src data:; script-src 'self' 'wasm-unsafe-eval'") },
    body: `
      const backend = await linnet.init({ wasm: '${dist}/linnet.wasm', workerUrl: '${dist}/worker.js' });
      if (backend !== 'wasm') throw new Error(backend);
      ${three}${expectThreads(3)}`,
  },
  {
    name: 'policy that refuses workers from text',
    headers: { ...isolation, ...policy("default-src 'self'; img-src data:; script-src 'self' 'wasm-unsafe-eval'") },
    body: three + expectThreads(1),
    complains: /worker|Content.Security.Policy/i,
  },
  {
    name: 'worker script that is not there',
    headers: isolation,
    body: `await linnet.init({ workerUrl: '/nowhere.js' }); ${three}${expectThreads(1)}`,
    complains: /404|nowhere/,
  },
  { name: 'web worker', body: inWorker + expectThreads(1) },
  { name: 'web worker, isolated', headers: isolation, body: inWorker + expectThreads(3) },
  { name: 'one file from another origin', other: 'standalone.js', body: three + expectThreads(1) },
  { name: 'linnet/js', from: `${dist}/js.js`, body: 'return train(linnet, csv);', backend: 'js' },
];

async function open(name, { headers, body, from, other, complains }) {
  const browser = await browserOf(name);
  const cwd = await project('browsers-project', { files: { 'worker.js': workerScript, 'index.html': html } });
  const elsewhere = await serve(cwd, { 'Access-Control-Allow-Origin': '*' });
  const source = other ? `${elsewhere.origin}${dist}/${other}` : from;
  await project('browsers-project', { files: { 'page.js': script(body, source) } });
  const page = await serve(cwd, headers);
  try {
    const result = await resultOf(browser, `${page.origin}/`, { expected: complains });
    return { ...result, version: (await browser.version()).replace(/^\w+\//, '') };
  } finally {
    page.close();
    elsewhere.close();
  }
}

/** @type {import('../index.js').Place[]} */
export const places = ['Chromium', 'Firefox'].flatMap((name) =>
  pages.map((page) => ({
    name: `${name}: ${page.name}`,
    browser: true,
    backend: page.backend ?? 'wasm',
    run: () => open(name, page),
  })),
);
