// Threads change no bit: op by op, whole trainings of random models, and what happens when one dies.
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { createWasmBackend } from '../src/backend/wasm';
import { choices, dtypes, few, names } from './ops/cases';
import { difference, trespass } from './ops/checks';
import { execute, prepare, titleOf } from './ops/harness';
import { registers, write } from './ops/registers';
import { table } from './ops/table';
import { trainModel } from './support/parity';
import { uniforms } from './support/probe';
import { modelSpec } from './support/random-models';
import { onThreads, sharedBackend, stopCrew, threadsUp } from './support/threads';

afterAll(() => stopCrew('the tests are over'));

describe.each(dtypes)('in %s', (dtype) => {
  test.each(names)('%s: shared among threads it gives the same bits', async (op) => {
    const { team } = await threadsUp(3);
    const [single, together] = [createWasmBackend(), { ...sharedBackend(), run: team.run }];
    const random = uniforms(4);
    for (const choice of choices(op, table[op], dtype, few)) {
      const setup = prepare(op, table[op], { ...choice, random, threads: 3 });
      const one = execute(setup, single);
      for (const threads of [2, 3]) {
        const several = execute(setup, together, threads);
        if (op === 'matmulSparse') {
          // Each thread looks at some of the weights only, so none can say that all are finite.
          const [, kind, offset] = registers.find(([name]) => name === 'weightsFinite')!;
          for (const { image } of [one, several]) write(new DataView(image.buffer), kind, setup.base + offset, 0);
        }
        const problem = difference(setup, one, several) ?? trespass(setup, several);
        if (problem !== undefined) throw new Error(`${titleOf(setup)}, ${threads} threads: ${problem}`);
      }
    }
  });
});

test.each([2, 3, 4, 7])('random models on %i threads: the bytes of one', async (threads) => {
  await onThreads(threads, () =>
    fc.assert(
      fc.asyncProperty(modelSpec, fc.boolean(), async (spec, sliced) => {
        const one = await trainModel(spec, 'wasm', sliced);
        expect(await trainModel(spec, 'wasm', sliced, threads)).toEqual(one);
      }),
      { numRuns: 150, seed: threads },
    ),
  );
});
