import * as fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { type OpName, schema } from '../src/plan/schema';
import { checkOps, randomClock, trainModel } from './support/parity';
import { modelSpec } from './support/random-models';

// What fails is printed with its seed and path, which reproduce it: fc.assert(…, { seed, path }).
const settings = { numRuns: 400, seed: 20_250_101 };

afterEach(() => {
  vi.restoreAllMocks();
});

test('random models: both backends agree after every op, whole or in slices', () => {
  const counts = new Map<OpName, number>();
  fc.assert(
    fc.property(modelSpec, (spec) => {
      for (const op of checkOps(spec)) counts.set(op, (counts.get(op) ?? 0) + 1);
    }),
    settings,
  );
  const rare = (Object.keys(schema) as OpName[]).filter((op) => !(counts.get(op)! > 50));
  expect(rare, 'ops that hardly any random model uses').toEqual([]);
});

test('random models: training gives the same history, weights, file and predictions', async () => {
  let finite = 0;
  await fc.assert(
    fc.asyncProperty(modelSpec, async (spec) => {
      const wasm = await trainModel(spec, 'wasm');
      expect(wasm).toEqual(await trainModel(spec, 'js'));
      vi.spyOn(performance, 'now').mockImplementation(randomClock(spec.seed));
      expect(wasm).toEqual(await trainModel(spec, spec.seed % 2 ? 'js' : 'wasm', true));
      vi.restoreAllMocks();
      if (!wasm.error && typeof wasm.file === 'string') finite++;
    }),
    settings,
  );
  expect(finite).toBeGreaterThan(settings.numRuns / 2);
});
