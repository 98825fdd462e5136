// The data of a fit lie in the backend's memory: what happens to them there changes no bit, and they go with the fit.
import { describe, expect, test, vi } from 'vitest';
import { Slot } from '../src/backend/memory';
import { selectBackend } from '../src/backend/select';
import { type FitOptions, layers, losses, type SequentialOptions, sequential } from '../src/index';
import { uniforms } from './support/probe';
import { crewThere, threadsUp } from './support/threads';

const random = uniforms(3);
/** 90 rows of 11 numbers, of which some are zeros. */
const rowsWith = (filled: number) =>
  Array.from({ length: 90 }, () => Array.from({ length: 11 }, () => (random() < filled ? random() - 0.5 : 0)));
const y = Array.from({ length: 90 }, (_, i) => i % 3);
const dense = rowsWith(1);
const rare = rowsWith(0.1);

function make(options: SequentialOptions) {
  const model = sequential({
    seed: 2,
    ...options,
    layers: [layers.dense({ units: 16, activation: 'tanh', inputShape: [11] }), layers.dense({ units: 3 })],
  });
  model.compile({ optimizer: 'adam', loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
  return model;
}

/** What a fit leaves behind. `disturb` is called after each batch. */
async function trained(x: number[][], options: SequentialOptions, disturb = () => {}, more: FitOptions = {}) {
  const model = make(options);
  const callbacks = { onBatchEnd: disturb };
  await model.fit(x, y, { epochs: 2, batchSize: 8, validationSplit: 0.2, callbacks, ...more });
  return JSON.stringify(model);
}

const runtimeOf = (backend: 'wasm' | 'js') => selectBackend(backend).runtime;

describe.each(['wasm', 'js'] as const)('on %s', (backend) => {
  const cases = [
    ['dense', dense, { backend, skipZeros: false }],
    ['mostly zeros', rare, { backend, skipZeros: true }],
  ] as const;

  test.each(cases)('data, %s, come back when they had to move out', async (_, x, options) => {
    const expected = await trained(x, options);
    const { slots, backend: made } = runtimeOf(backend);
    let moved = 0;
    const result = await trained(x, options, () => {
      // All of the memory, once: everything in it moves out.
      const { byteLength } = made.memory.buffer;
      const usual = made.memory.limit;
      Object.assign(made.memory, { limit: byteLength });
      const all = new Slot(byteLength - 1024, 'nothing');
      slots.acquire(all);
      expect(slots.residents).toBe(1);
      slots.release(all);
      Object.assign(made.memory, { limit: usual });
      moved++;
    });
    expect(moved).toBe(18);
    expect(result).toBe(expected);
  });

  test.each(cases)('data, %s, that are too large go batch by batch', async (_, x, options) => {
    const { slots, backend: made } = runtimeOf(backend);
    const acquire = vi.spyOn(slots, 'acquire');
    /** Rows held in any call since. */
    const held = () =>
      acquire.mock.calls.splice(0).some((given) => (given as Slot[]).some(({ keep }) => keep === 'data'));
    const more = { validationSplit: 0 };
    const expected = await trained(x, options, undefined, more);
    expect(held()).toBe(true);
    const usual = made.memory.limit;
    Object.assign(made.memory, { limit: 15_000 }); // 90 rows take 4,320 bytes
    const result = await trained(x, options, undefined, more);
    Object.assign(made.memory, { limit: usual });
    expect(held()).toBe(false);
    expect(result).toBe(expected);
    acquire.mockRestore();
  });

  test('data go with the fit, however it ends', async () => {
    const { slots } = runtimeOf(backend);
    const model = make({ backend });
    const train = (more: FitOptions) => model.fit(dense, y, { epochs: 2, batchSize: 8, validationSplit: 0.2, ...more });
    await train({});
    const residents = slots.residents;
    await train({});
    expect(slots.residents).toBe(residents);
    const failing = { onBatchEnd: () => Promise.reject(new Error('enough')) };
    await expect(train({ callbacks: failing })).rejects.toThrow('enough');
    expect(slots.residents).toBe(residents);
    const controller = new AbortController();
    const aborting = { onBatchEnd: () => controller.abort() };
    await expect(train({ callbacks: aborting, signal: controller.signal })).rejects.toThrow();
    model.fitSync(dense, y, { epochs: 1, batchSize: 8, validationSplit: 0.2 });
    expect(slots.residents).toBe(residents);
  });
});

test('the data that were given are of no more use to a fit', async () => {
  for (const [filled, x] of [
    [false, dense],
    [true, rare],
  ] as const) {
    const options = { skipZeros: filled };
    const expected = await trained(x, options);
    const model = make(options);
    const given = Float32Array.from(x.flat());
    const fit = model.fit({ data: given, shape: [90, 11] }, y, { epochs: 2, batchSize: 8, validationSplit: 0.2 });
    structuredClone(given, { transfer: [given.buffer] });
    expect(given.length).toBe(0);
    await fit;
    expect(JSON.stringify(model)).toBe(expected);
  }
});

test('data that the engine has no room for go batch by batch', async () => {
  const { slots } = runtimeOf('wasm');
  const expected = await trained(dense, {});
  const acquire = vi.spyOn(slots, 'acquire');
  let refused = 0;
  acquire.mockImplementation((...given) => {
    if ((given as Slot[]).some(({ keep }) => keep === 'data')) {
      refused++;
      throw new RangeError('no room');
    }
    Object.getPrototypeOf(slots).acquire.apply(slots, given);
  });
  expect(await trained(dense, {})).toBe(expected);
  expect(refused).toBe(2);
  acquire.mockRestore();
});

test('data move on to another memory with the model, in the middle of a fit', async () => {
  for (const x of [dense, rare]) {
    const expected = await trained(x, {});
    await threadsUp(2);
    const before = selectBackend('wasm', 2).runtime;
    const acquire = vi.spyOn(before.slots, 'acquire');
    let batches = 0;
    const crew = await crewThere();
    const end = () => void (++batches === 12 && crew.stop('the end, for a test'));
    expect(await trained(x, { threads: 2 }, end)).toBe(expected);
    expect(batches).toBe(18);
    expect(selectBackend('wasm', 2).runtime).not.toBe(before);
    const held = (acquire.mock.calls as Slot[][]).flat().filter(({ keep }) => keep === 'data');
    expect(new Set(held).size).toBe(2); // with those to validate
    for (const { address, home } of held) expect([address, home]).toEqual([0, undefined]);
  }
});
