// Where the asking thread must not wait, as on pages, workers make the calls of an asynchronous fit among themselves.
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Reg, Team } from '../assembly/opcodes';
import type { WorkerTeam } from '../src/backend/team';
import { layers, sequential } from '../src/index';
import { intercept } from './support/lockstep';
import { bytesOf } from './support/models';
import { trainModel } from './support/parity';
import { modelSpec } from './support/random-models';
import { crewThere, data, onThreads, sharedBackend, stopCrew, threadsUp, wide } from './support/threads';

/** Makes this thread one that must not wait. */
async function likePage(threads: number) {
  const { team } = await threadsUp(threads + 1);
  team.owns = true;
  return team;
}

/** Lets the next call that workers own go on with its first batch for ever, and does something while they are at it. */
function endless(team: WorkerTeam, meanwhile: () => void): void {
  vi.spyOn(team, 'own').mockImplementationOnce((dtype, threads, numbers, end) => {
    const most = 2 ** 31 - 1;
    const registers = new Int32Array(team.memory.buffer, numbers[1], Reg.Bytes / 4);
    registers[Reg.XStride / 4] = registers[Reg.YStride / 4] = 0;
    registers[Reg.RowsLeft / 4] = most;
    const result = team.own(dtype, threads, [...numbers.slice(0, -1), most], end);
    meanwhile();
    return result;
  });
}

beforeEach(() => stopCrew('a new team for each test'));
afterEach(() => vi.restoreAllMocks());
afterAll(() => stopCrew('the tests are over'));

const options = { epochs: 3, batchSize: 100, validationSplit: 0.1 };
const single = wide({ threads: 1 });
const { history } = single.fitSync(data.x, data.y, options);
const expected = bytesOf(single);

test.each([1, 2, 3])('random models owned by %i workers: the bytes of one thread', async (threads) => {
  const team = await likePage(threads);
  const own = vi.spyOn(team, 'own');
  await onThreads(threads, () =>
    fc.assert(
      fc.asyncProperty(modelSpec, async (spec) => {
        const one = await trainModel(spec, 'wasm', true);
        expect(await trainModel(spec, 'wasm', true, Math.max(2, threads))).toEqual(one);
      }),
      { numRuns: 60, seed: threads },
    ),
  );
  expect(own.mock.calls.length).toBeGreaterThan(100);
  expect(new Set(own.mock.calls.map(([, owners]) => owners))).toEqual(new Set([threads]));
});

describe('while workers own a fit', () => {
  test('the asking thread does none of it', async () => {
    const team = await likePage(2);
    const calls: string[] = [];
    const restores = [sharedBackend().run, team.run].map((run) =>
      intercept({ ...sharedBackend(), run }, 'float32', (original) => (...given) => {
        calls.push('run');
        return original(...given);
      }),
    );
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const model = wide();
    const result = await model.fit(data.x, data.y, options);
    clearInterval(timer);
    for (const restore of restores) restore();
    expect(calls).toEqual([]);
    expect(turns).toBeGreaterThan(0);
    expect(result.history).toEqual(history);
    expect(bytesOf(model)).toBe(expected);
  });

  test('models can be asked and trained, and other fits go on', async () => {
    const team = await likePage(2);
    const settle = vi.spyOn(team, 'settle');
    const [model, other] = [wide(), wide()];
    const small = wide({ threads: 1 });
    let ended = false;
    const fits = Promise.all([model, other].map((each) => each.fit(data.x, data.y, options))).then(() => {
      ended = true;
    });
    let asked = 0;
    while (!ended) {
      await new Promise((resolve) => setImmediate(resolve));
      if (ended) break;
      expect(model.predict(data.x.slice(0, 3)).rows).toBe(3);
      expect(other.evaluate(data.x, data.y).loss).toBeGreaterThan(0);
      expect(model.getWeights()).toHaveLength(6);
      small.fitSync(data.x, data.y, { batchSize: 200 });
      const dropped = wide(); // models come and go, and the memory grows
      dropped.predict(data.x);
      asked++;
    }
    await fits;
    expect(asked).toBeGreaterThan(2);
    expect(settle).toHaveBeenCalled();
    expect(bytesOf(model)).toBe(expected);
    expect(bytesOf(other)).toBe(expected);
  });

  test('a loss that overflows is found where it does, whoever uses the memory since', async () => {
    const team = await likePage(2);
    const own = vi.spyOn(team, 'own');
    const model = sequential({
      threads: 2,
      skipZeros: false,
      layers: [
        layers.dense({ units: 500, activation: 'relu', inputShape: [4], kernelInitializer: 'ones', name: 'first' }),
        layers.dense({ units: 400, activation: 'tanh' }),
        layers.dense({ units: 3, activation: 'softmax' }),
      ],
    });
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    const x = data.x.map((row, i) => row.map((value) => (i === 310 ? 3e38 : value)));
    const fit = model.fit(x, data.y, { batchSize: 100, shuffle: false });
    let waiting = true;
    const disturb = (async () => {
      for (; waiting; await new Promise((resolve) => setImmediate(resolve))) single.predict(data.x);
    })();
    await expect(fit).rejects.toMatchObject({ code: 'ERR_NON_FINITE', layer: 'first', epoch: 0, batch: 3 });
    waiting = false;
    await disturb;
    expect(own).toHaveBeenCalled();
  });

  test('a worker that dies is reported; the model is as before, and goes on with new ones', async () => {
    const workers: { terminate(): Promise<number> }[] = [];
    const node = process.getBuiltinModule('node:worker_threads');
    const original = node.Worker;
    Object.assign(node, {
      Worker: class extends original {
        constructor(...given: ConstructorParameters<typeof original>) {
          super(...given);
          workers.push(this);
        }
      },
    });
    const team = await likePage(2);
    Object.assign(node, { Worker: original });
    const model = wide();
    await model.fit(data.x, data.y, { ...options, epochs: 1 });
    const before = bytesOf(model);
    endless(team, () => void workers[0]!.terminate());
    const failing = model.fit(data.x, data.y, { ...options, shuffle: false });
    await expect(failing).rejects.toMatchObject({
      code: 'ERR_WORKER',
      message: expect.stringMatching(/^threads: a worker ended \(exit code 1\)/),
    });
    for (const worker of workers) void worker.terminate();
    expect(bytesOf(model)).toBe(before);
    await stopCrew('the rest of them');
    await likePage(2);
    await model.fit(data.x, data.y, { ...options, epochs: 2 });
    expect(bytesOf(model)).toBe(expected);
  });
});

test.each([
  ['asked', (model: ReturnType<typeof wide>) => [...model.predict(data.x).data]],
  ['read', (model: ReturnType<typeof wide>) => model.getWeights().flatMap((weights) => [...weights.data])],
])('a model that is %s when its call has just failed is as it was before', async (_, look) => {
  const team = await likePage(2);
  const model = wide();
  await model.fit(data.x, data.y, { ...options, epochs: 1 });
  const [before, seen] = [bytesOf(model), look(model)];
  let now: unknown;
  endless(team, () => {
    team.stop('for a test');
    team.fail(); // as if a worker had died
    now = look(model);
  });
  await expect(model.fit(data.x, data.y, options)).rejects.toMatchObject({ code: 'ERR_WORKER' });
  expect(now).toEqual(seen);
  expect(bytesOf(model)).toBe(before);
});

test('a notice that comes late ends no other call', async () => {
  const team = await likePage(2);
  endless(team, () => {
    const words = new Int32Array(team.memory.buffer, 0, Team.Bytes / 4);
    Atomics.notify(words, Team.Result / 4); // of the call before
  });
  let ended = false;
  const fit = wide()
    .fit(data.x, data.y, options)
    .finally(() => {
      ended = true;
    });
  const failing = expect(fit).rejects.toMatchObject({ code: 'ERR_WORKER' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ended).toBe(false);
  team.stop('the end of the test');
  team.fail();
  await failing;
});

test('where workers cannot tell when they are done, the asking thread takes part', async () => {
  const { waitAsync } = Atomics as { waitAsync?: unknown };
  const team = await likePage(2);
  const own = vi.spyOn(team, 'own');
  delete (Atomics as { waitAsync?: unknown }).waitAsync;
  try {
    const model = wide();
    await model.fit(data.x, data.y, options);
    expect(bytesOf(model)).toBe(expected);
  } finally {
    Object.assign(Atomics, { waitAsync });
  }
  expect(own).not.toHaveBeenCalled();
  expect((await crewThere()).ended).toBeUndefined();
});
