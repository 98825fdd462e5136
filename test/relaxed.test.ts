// Relaxed numerics: asked for by init, never otherwise; as accurate as strict ones, and near them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { relaxedBytes } from '../src/backend/relaxed';
import type * as Linnet from '../src/index';
import { uniforms } from './support/probe';

type Library = typeof Linnet;
const random = uniforms(8);
const x = Array.from({ length: 256 }, () => Array.from({ length: 60 }, () => random() - 0.5));
const y = x.map((row) => (row[0]! + row[1]! * row[2]! > 0 ? 1 : 0));

/** The library before its first model. */
function loadAnew(): Promise<Library> {
  vi.resetModules();
  return import('../src/index');
}

function train({ layers, sequential }: Library, options: Linnet.SequentialOptions<'float32' | 'float64'> = {}) {
  const model = sequential({
    seed: 4,
    ...options,
    layers: [
      layers.dense({ units: 50, activation: 'tanh', inputShape: [60] }),
      layers.dense({ units: 37, activation: 'relu' }),
      layers.dense({ units: 2, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { history } = model.fitSync(x, y, { epochs: 10, batchSize: 30 });
  return { model, history, weights: model.getWeights().flatMap(({ data }) => [...data]) };
}

const most = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

// Node 20 has them behind an option.
const [major] = process.versions.node.split('.').map(Number);
const unsupported = !WebAssembly.validate(relaxedBytes(false));

test.runIf(unsupported)('where the engine has none, numerics are strict, and models say so', async () => {
  const library = await loadAnew();
  const strict = train(library).weights;
  const other = await loadAnew();
  expect(await other.init({ numerics: 'relaxed' })).toBe('wasm');
  const { model, weights } = train(other);
  expect(model.backend).toBe('wasm');
  expect(model.backendReason).toBe('WebAssembly is available, but not relaxed numerics, which this engine lacks');
  expect(weights).toEqual(strict);
});

describe('where the engine has them', () => {
  beforeEach(() => {
    if (major! < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
  });

  test('the core has fused instructions, the others none', async () => {
    expect(WebAssembly.validate(relaxedBytes(false))).toBe(true);
    const { coreBytes } = await import('../src/backend/wasm');
    const fused = (bytes: Uint8Array) => Buffer.from(bytes).includes(Buffer.from([0xfd, 0x85, 0x02]));
    expect([relaxedBytes(false), coreBytes(false)].map(fused)).toEqual([true, false]);
  });

  // Sums of up to 256 products of numbers below 1, each rounded to 2⁻²⁴ or 2⁻⁵³; ten epochs of Adam let errors grow.
  test.each([
    ['float32', 2e-4],
    ['float64', 1e-12],
  ] as const)('a training in %s ends near the strict one', async (dtype, tolerance) => {
    const strict = train(await loadAnew(), { dtype });
    const library = await loadAnew();
    expect(await library.init({ numerics: 'relaxed' })).toBe('wasm');
    const relaxed = train(library, { dtype });
    expect(relaxed.model.backendReason).toBe('WebAssembly is available, with relaxed numerics');
    expect(relaxed.weights).not.toEqual(strict.weights); // it was another core
    expect(most(relaxed.weights, strict.weights)).toBeLessThan(tolerance);
    expect(most(relaxed.history.loss, strict.history.loss)).toBeLessThan(tolerance);
    // The first product, zeros skipped, is not fused.
    const skipping = train(library, { dtype, skipZeros: true });
    expect(most(skipping.weights, strict.weights)).toBeLessThan(tolerance);
  });

  test('products err no more than strict ones', async () => {
    const libraries = [await loadAnew(), await loadAnew()];
    await libraries[1]!.init({ numerics: 'relaxed' });
    const kernel = Array.from({ length: 60 }, () => Array.from({ length: 50 }, () => random() - 0.5));
    const exact = x.flatMap((row) =>
      kernel[0]!.map((_, j) =>
        row.reduce((sum, value, k) => sum + Math.fround(value) * Math.fround(kernel[k]![j]!), 0),
      ),
    );
    const errors = libraries.map(({ layers, sequential }) => {
      const model = sequential({ seed: 1, layers: [layers.dense({ units: 50, inputShape: [60], useBias: false })] });
      model.setWeights([kernel]);
      const { data } = model.predict(x);
      return exact.reduce((sum, value, i) => sum + Math.abs(value - data[i]!), 0) / exact.length;
    });
    expect(errors[1]!).toBeLessThan(1.05 * errors[0]!);
    expect(errors[1]!).toBeGreaterThan(0.3 * errors[0]!);
  });

  test('they are shared by threads', async () => {
    const library = await loadAnew();
    await library.init({ numerics: 'relaxed' });
    const expected = train(library).weights;
    const { onThreads } = await import('./support/threads');
    const weights = await onThreads(3, () => train(library, { threads: 3 }).weights);
    expect(weights).toEqual(expected);
  });

  test('they come before the first model or not at all', async () => {
    const library = await loadAnew();
    const strict = train(library).weights;
    const error = { code: 'ERR_STATE', message: expect.stringContaining('must come before the first model') };
    await expect(library.init({ numerics: 'relaxed' })).rejects.toMatchObject(error);
    expect(train(library).weights).toEqual(strict);
    const racing = await loadAnew();
    const promise = racing.init({ numerics: 'relaxed' });
    expect(train(racing).weights).toEqual(strict);
    await expect(promise).rejects.toMatchObject(error);
  });

  test('they stay when init is called again, and are no trouble twice', async () => {
    const library = await loadAnew();
    const other = await loadAnew();
    await other.init({ numerics: 'relaxed' });
    await other.init({ numerics: 'relaxed' });
    await other.init({ workerUrl: '/worker.js' });
    const { model, weights } = train(other);
    expect(model.backendReason).toBe('WebAssembly is available, with relaxed numerics');
    expect(weights).not.toEqual(train(library).weights);
    const wasm = readFileSync(join(import.meta.dirname, '../build/core.wasm'));
    await expect(other.init({ wasm })).rejects.toMatchObject({ code: 'ERR_OPTION' });
    expect(train(other).weights).toEqual(weights);
  });

  test('they go with no file of the strict core, and have a name', async () => {
    const { init } = await loadAnew();
    await expect(init({ numerics: 'relaxed', wasm: new Uint8Array(8) })).rejects.toMatchObject({
      code: 'ERR_OPTION',
      message: "init: wasm is the strict core. Leave out either wasm or numerics: 'relaxed'.",
    });
    await expect(init({ numerics: 'fast' as never })).rejects.toThrow('init numerics: unknown name "fast".');
  });
});
