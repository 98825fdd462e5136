// Relaxed numerics (`init({ numerics: 'relaxed' })`) against strict ones, where the engine has them: products, and trainings.
import * as strict from 'linnet';
import { loadMnist } from '../data.js';
import { measure, statistics } from '../harness.js';
import { loadInternals } from '../internals.js';
import { classify, layersOf, measureFits } from '../models.js';
import { product } from './matmul.js';

const PRODUCTS = [
  ['256³', { form: 'forward', rows: 256, inner: 256, cols: 256 }],
  ['32×784 · 784×128', { form: 'forward', rows: 32, inner: 784, cols: 128 }],
  ['784×32 · 32×128', { form: 'weights', rows: 32, inner: 784, cols: 128 }],
];

/** How many times as fast as strict numerics are relaxed ones; medians of what took turns. */
export async function relaxed({ rounds, quick, sampling, mnistFolder, note }) {
  const internals = await loadInternals();
  const bytes = internals.relaxedBytes(false);
  if (!WebAssembly.validate(bytes)) return note('relaxed ÷ strict: this engine has no relaxed SIMD');
  const ratio = (a, b) => {
    const { median, lower, upper } = statistics(a.samples.map((time, i) => time / b.samples[i]));
    return `${median.toFixed(2)} [${lower.toFixed(2)}–${upper.toFixed(2)}]`;
  };
  const backends = [internals.createWasmBackend(), internals.instantiate(new WebAssembly.Module(bytes))];
  const cells = PRODUCTS.map(([name, shape]) => {
    const runs = backends.map((backend) => product(internals, backend, { dtype: 'float32', ...shape }));
    return `${name}: ${ratio(...measure(runs, sampling))}`;
  });
  note(`relaxed ÷ strict, products: ${cells.join(' · ')}`);

  // A second copy of the library, as its numerics are those of all its models.
  const second = await import('../../dist/index.js?relaxed');
  await second.init({ numerics: 'relaxed' });
  const data = await loadMnist(mnistFolder);
  for (const skipZeros of [false, true]) {
    const fits = [];
    for (const batchSize of quick ? [32] : [32, 512]) {
      const variants = [strict, second].map((library, i) => ({ name: `${i}`, options: { library, skipZeros } }));
      const [one, other] = await measureFits(variants, {
        make: ({ library, ...options }) =>
          library.sequential({ seed: 1, ...options, layers: layersOf(library.layers, '784-128-10') }),
        compile: classify(10),
        data,
        batchSize,
        rows: Math.min(data.rows, quick ? 1024 : 10_000),
        epochs: 1 + 2 * rounds,
      });
      fits.push(`${batchSize}: ${ratio(one, other)}`);
    }
    note(`relaxed ÷ strict, 784-128-10 ${skipZeros ? 'zeros skipped' : 'dense'}, by batch size: ${fits.join(' · ')}`);
  }
}
