// The life of a team of threads: they come when there is work, and what happens when they do not, or die.
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WorkerCrew } from '../src/backend/crew';
import type * as linnet from '../src/index';
import { type LinnetError, layers, loadModel, sequential } from '../src/index';
import { intercept } from './support/lockstep';
import { crewThere, data, sharedBackend, stopCrew, threadsUp, wide } from './support/threads';

interface Thread {
  terminate(): Promise<number>;
}
const node = process.getBuiltinModule('node:worker_threads');
const original = node.Worker;
/** The workers that were started. */
const started: Thread[] = [];

beforeAll(() => {
  Object.assign(node, {
    Worker: class extends original {
      constructor(...given: ConstructorParameters<typeof original>) {
        super(...given);
        started.push(this);
      }
    },
  });
});
afterEach(() => vi.restoreAllMocks());

const options = { epochs: 3, batchSize: 100 };
const fileOf = (model: ReturnType<typeof wide>) => JSON.stringify(model);

const single = wide({ threads: 1 });
single.fitSync(data.x, data.y, options);
const expected = fileOf(single);

/** How many threads each call had, of those by the backend alone and of those by its crew, until `restore` is called. */
function countThreads(crew?: WorkerCrew) {
  const counts: number[] = [];
  const backend = sharedBackend();
  const restores = [backend.run, ...(crew ? [crew.team.run] : [])].map((run) =>
    intercept({ ...backend, run }, 'float32', (original) => (plan, base, from, to, steps, threads) => {
      counts.push(threads ?? 1);
      return original(plan, base, from, to, steps, threads);
    }),
  );
  const restore = () => {
    for (const undo of restores) undo();
  };
  return { counts, restore };
}

describe('threads', () => {
  test('are not waited for: the first call runs alone, later ones together, with the same bytes', async () => {
    const model = wide();
    expect(model.threads).toBe(2);
    const alone = countThreads();
    model.fitSync(data.x, data.y, { ...options, epochs: 1 });
    alone.restore();
    expect(alone.counts[0]).toBe(1);
    const { counts, restore } = countThreads(await threadsUp(2));
    await model.fit(data.x, data.y, { ...options, epochs: 2 });
    restore();
    expect(counts.at(-1)).toBe(2);
    expect(fileOf(model)).toBe(expected);
  });

  test('are left alone where there is little to do', async () => {
    const { counts, restore } = countThreads(await threadsUp(2));
    const small = sequential({ threads: 2, layers: [layers.dense({ units: 1, inputShape: [2] })] });
    small.compile({ loss: 'mse' });
    await small.fit([[1, 2]], [[3]], { epochs: 20 });
    restore();
    expect(new Set(counts)).toEqual(new Set([1]));
  });

  test('serve two models at once, while the memory grows', async () => {
    await threadsUp(3);
    const models = [wide({ threads: 2 }), wide({ threads: 3 })];
    const sizes = new Set<number>();
    const grow = {
      onEpochEnd() {
        const bulky = sequential({ threads: 2, layers: [layers.dense({ units: 2000, inputShape: [3000] })] });
        bulky.predict(new Float32Array(3000));
        sizes.add(sharedBackend().memory.buffer.byteLength);
      },
    };
    await Promise.all(models.map((model) => model.fit(data.x, data.y, { ...options, callbacks: grow })));
    expect(sizes.size).toBeGreaterThan(1);
    for (const model of models) expect(fileOf(model)).toBe(expected);
  });

  test('go on from a file of a model that had other threads', async () => {
    const half = wide({ threads: 3 });
    await threadsUp(3);
    await half.fit(data.x, data.y, { ...options, epochs: 1 });
    for (const threads of [1, 2]) {
      const rest = loadModel(fileOf(half), { threads });
      expect(rest.threads).toBe(threads);
      rest.fitSync(data.x, data.y, { ...options, epochs: 2 });
      expect(JSON.stringify(rest)).toBe(expected);
    }
  });

  test('end when no model uses them any more', async () => {
    const model = wide();
    const crew = await threadsUp(2);
    await model.fit(data.x, data.y, options);
    expect(crew.ended).toBeUndefined();
    crew.stop('the models of other tests');
    const own = wide();
    own.predict(data.x, { batchSize: 400 });
    const mine = await threadsUp(2);
    own.predict(data.x, { batchSize: 400 });
    own.dispose();
    await vi.waitFor(() => expect(mine.ended).toBe('no model uses it'), 5000);
  });
});

describe('a thread that dies', () => {
  beforeEach(async () => {
    started.length = 0;
    await stopCrew('a new team for each test');
  });

  test('between two calls is reported; the model is as it was, and goes on with new ones', async () => {
    const model = wide();
    await threadsUp(2);
    await model.fit(data.x, data.y, { ...options, epochs: 1 });
    const before = fileOf(model);
    await started[0]!.terminate();
    const failing = model.fit(data.x, data.y, options);
    await expect(failing).rejects.toThrow(/^threads: a worker ended \(exit code 1\)/);
    await expect(failing).rejects.toMatchObject({ code: 'ERR_WORKER' });
    expect(fileOf(model)).toBe(before);
    await model.fit(data.x, data.y, { ...options, epochs: 1 });
    await threadsUp(2);
    await model.fit(data.x, data.y, { ...options, epochs: 1 });
    expect(fileOf(model)).toBe(expected);
  });

  test('during a call is noticed; the model is as it was', async () => {
    const model = wide();
    const other = wide({ seed: 6 });
    await threadsUp(2);
    await model.fit(data.x, data.y, { ...options, epochs: 1 });
    await other.fit(data.x, data.y, { ...options, epochs: 1 });
    const [before, otherBefore] = [fileOf(model), fileOf(other)];
    const { team } = await crewThere();
    team.patience = 1;
    void started[0]!.terminate();
    let error: LinnetError | undefined;
    try {
      for (let i = 0; i < 100; i++) model.fitSync(data.x, data.y, { ...options, epochs: 1, shuffle: false });
    } catch (thrown) {
      error = thrown as LinnetError;
    }
    expect(error).toMatchObject({ code: 'ERR_WORKER' });
    expect(error!.message).toContain('no sign of it for 1 s');
    // So many steps of it as one thread does them.
    const { params, counters } = model.toJSON();
    const steps = counters[0] - 4;
    expect(steps).toBeGreaterThanOrEqual(0);
    const reference = loadModel(before);
    let done = 0;
    const stop = {
      onBatchEnd() {
        if (++done === steps) reference.stopTraining = true;
      },
    };
    if (steps > 0) reference.fitSync(data.x, data.y, { ...options, epochs: 100, shuffle: false, callbacks: stop });
    expect(reference.toJSON().params).toEqual(params);
    // Another model of the team moves on without a word.
    expect(fileOf(other)).toBe(otherBefore);
    other.fitSync(data.x, data.y, { ...options, epochs: 1 });
    expect(other.evaluate(data.x, data.y).loss).toBeGreaterThan(0);
  });
});

describe('where threads cannot be had', () => {
  /** The library before its first model. */
  function loadAnew(): Promise<typeof linnet> {
    vi.resetModules();
    return import('../src/index');
  }

  test('for want of workers, one does the work', async () => {
    await stopCrew('a new team');
    vi.spyOn(node, 'Worker').mockImplementation(() => {
      throw new Error('no workers here');
    });
    const model = wide();
    await crewThere();
    await model.fit(data.x, data.y, options);
    expect(model.threads).toBe(1);
    expect(fileOf(model)).toBe(expected);
    // Other models do not try again, each with a memory of its own.
    const calls = vi.mocked(node.Worker).mock.calls.length;
    const next = wide();
    expect(next.threads).toBe(1);
    await next.fit(data.x, data.y, options);
    expect(fileOf(next)).toBe(expected);
    expect(node.Worker).toHaveBeenCalledTimes(calls);
  });

  test('for want of shared memory, one does the work', async () => {
    const library = await loadAnew();
    const { Memory } = WebAssembly;
    WebAssembly.Memory = class extends Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        if (descriptor.shared) throw new TypeError('not cross-origin isolated');
        super(descriptor);
      }
    };
    try {
      const model = wide({}, library);
      expect(model.threads).toBe(1);
      await model.fit(data.x, data.y, options);
      expect(model.backend).toBe('wasm');
      expect(fileOf(model)).toBe(expected);
    } finally {
      WebAssembly.Memory = Memory;
    }
  });

  test('for want of their code, one does the work', async () => {
    const library = await loadAnew();
    vi.doMock('../src/backend/crew', () => {
      throw new Error('refused');
    });
    try {
      const model = wide({}, library);
      expect(model.threads).toBe(2);
      await model.fit(data.x, data.y, { ...options, epochs: 1 });
      await vi.waitFor(() => expect(model.threads).toBe(1));
      expect(wide({}, library).threads).toBe(1);
      await model.fit(data.x, data.y, { ...options, epochs: 2 });
      model.predict(data.x, { batchSize: 400 });
      expect(fileOf(model)).toBe(expected);
    } finally {
      vi.doUnmock('../src/backend/crew');
    }
  });
});
