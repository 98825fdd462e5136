// The tour: XOR and handwritten digits on both backends, timed, and compared bit by bit. Run it with: npm start
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

if (!existsSync(new URL('../dist/index.js', import.meta.url))) {
  console.error('linnet is not built yet: there is no dist/index.js. Run `npm install`, or `npm run build`.');
  process.exit(1);
}
const { trainXor, showXor, showLosses } = await import('./xor.js');
const { attribution, loadDigits, trainDigits, showDigits } = await import('./digits.js');
const { svgChart } = await import('./support/chart.js');
const { sameBits, sameNumbers } = await import('./support/compare.js');
const { bold, dim, duration, green, heading, red, table } = await import('./support/terminal.js');

async function clock(work) {
  const started = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - started };
}

const data = await loadDigits();

/** Both examples on one backend; `earlier` is what another backend made of them. */
async function tour(backend, name, earlier) {
  heading(`XOR on ${name}`);
  const xor = await clock(() => trainXor(backend));
  const { losses } = xor.result;
  showXor(xor.result, xor.milliseconds);
  if (earlier && sameNumbers(losses, earlier.xor.result.losses)) console.log('loss curve: the same 10,000 numbers');
  else showLosses(losses);

  heading(`Handwritten digits on ${name}`);
  if (!earlier) console.log(dim(attribution));
  const digits = await clock(() => trainDigits(data, { backend, verbose: 1 }));
  showDigits(data, digits.result, digits.milliseconds);

  // Once more, in silence, now that the engine has compiled all the code.
  const xorAgain = await clock(() => trainXor(backend));
  const digitsAgain = await clock(() => trainDigits(data, { backend, verbose: 0 }));
  return { xor, xorAgain, digits, digitsAgain };
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
console.log(`${bold(`linnet ${version}`)} on Node ${process.versions.node}, ${process.platform} ${process.arch}`);
const wasm = await tour('wasm', 'WebAssembly');
const js = await tour('js', 'TypeScript', wasm);

heading('WebAssembly beside TypeScript');
const weights = { xor: wasm.xor.result.weights, digits: wasm.digits.result.weights };
let allSame = true;
const rows = [
  ['XOR, first run', wasm.xor, js.xor, weights.xor],
  ['XOR again', wasm.xorAgain, js.xorAgain, weights.xor],
  ['digits, first run', wasm.digits, js.digits, weights.digits],
  ['digits again', wasm.digitsAgain, js.digitsAgain, weights.digits],
].map(([stage, a, b, expected]) => {
  const same = [a, b].every(({ result }) => sameBits(result.weights, expected));
  allSame &&= same;
  const speedUp = `${(b.milliseconds / a.milliseconds).toFixed(1)} ×`;
  return [stage, duration(a.milliseconds), duration(b.milliseconds), bold(speedUp), same ? green('yes') : red('NO')];
});
console.log(table(['stage', 'wasm', 'js', 'speed-up', 'same bits'], rows));
console.log('Times cover making the model, training and testing; first runs also compiling');
console.log('the WebAssembly module. Single runs: `npm run bench` repeats and takes medians.');

const sizes = Object.values(weights).flatMap((list) => list.map((matrix) => matrix.data.length));
const count = sizes.reduce((sum, size) => sum + size, 0).toLocaleString('en-US');
const verdict = allSame ? green('yes') : red('NO');
console.log(`\nsame bits: ${verdict} (all ${count} weights of both models, compared byte by byte)`);
if (!allSame) process.exitCode = 1;

const { history } = wasm.digits.result;
mkdirSync(new URL('../out/', import.meta.url), { recursive: true });
const picture = svgChart([
  { title: 'XOR, 2-4-1', yMax: 0.4, lines: [{ name: 'training', values: wasm.xor.result.losses }] },
  {
    title: 'Handwritten digits, 64-64-10',
    yMax: 2,
    lines: [
      { name: 'training', values: history.loss },
      { name: 'validation', values: history.val_loss },
    ],
  },
]);
writeFileSync(new URL('../out/loss.svg', import.meta.url), picture);
console.log('loss curves: out/loss.svg');
