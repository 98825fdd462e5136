// Slots of a linear memory: placing, eviction, growth, refusal; against a model that only remembers.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Team } from '../assembly/opcodes';
import type { LinearMemory } from '../src/backend/backend';
import { type Keep, Slot, SlotMemory } from '../src/backend/memory';

const PAGE = 65_536;
/** Slots begin behind what threads share. */
const START = Team.Bytes;
const KIB = 1024;

/** A memory that grows by pages up to its limit, and moves when it does. */
class FakeMemory implements LinearMemory {
  buffer = new ArrayBuffer(PAGE);
  /** Set to make growing fail although the limit is not reached, as an engine out of memory does. */
  refuses = false;
  constructor(readonly limit: number) {}

  grow(bytes: number): boolean {
    if (bytes <= this.buffer.byteLength) return true;
    if (this.refuses) return false;
    const old = this.buffer;
    this.buffer = new ArrayBuffer(Math.ceil(bytes / PAGE) * PAGE);
    new Uint8Array(this.buffer).set(new Uint8Array(old));
    structuredClone(old, { transfer: [old] }); // detaches the old one, as WebAssembly does
    return true;
  }
}

const filled = (slots: SlotMemory, slot: Slot, value: number) => slots.bytes(slot).fill(value);
const content = (slots: SlotMemory, slot: Slot) => new Set(slots.bytes(slot));
const make = (limit = 16 * PAGE) => {
  const memory = new FakeMemory(limit);
  return { memory, slots: new SlotMemory(memory) };
};
const state = (bytes: number) => new Slot(bytes, 'state');

describe('SlotMemory', () => {
  it('gives cache lines, zeroed, none at address 0', () => {
    const { slots } = make();
    const [a, b, c] = [state(1), state(64), state(65)];
    slots.acquire(a, b, c);
    expect([a.address, b.address, c.address]).toEqual([START, START + 64, START + 128]);
    const d = state(10);
    slots.acquire(d);
    expect(d.address).toBe(START + 256);
    expect(content(slots, d)).toEqual(new Set([0]));
    expect(slots.residents).toBe(4);
  });

  it('takes the first range that fits, and joins neighbours that are given back', () => {
    const { slots } = make();
    const [a, b, c, d] = [state(128), state(128), state(128), state(128)];
    slots.acquire(a, b, c, d);
    for (const slot of [a, c, b]) slots.release(slot); // c alone, then b between two free ones
    const whole = state(384);
    slots.acquire(whole);
    expect(whole.address).toBe(START);
    slots.release(whole);
    const small = state(64);
    slots.acquire(small);
    expect(small.address).toBe(START);
  });

  it('brings in what a slot had at home, and reads it wherever it is', () => {
    const { slots } = make();
    const slot = new Slot(8, 'state', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect(slots.bytes(slot)[7]).toBe(8);
    slots.acquire(slot);
    expect(slot.home).toBeUndefined();
    expect([...slots.bytes(slot)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('keeps the bytes when the memory grows and moves', () => {
    const { memory, slots } = make(64 * PAGE);
    const a = state(1000);
    slots.acquire(a);
    filled(slots, a, 7);
    const old = memory.buffer;
    slots.acquire(state(10 * PAGE));
    expect(memory.buffer).not.toBe(old);
    expect(content(slots, a)).toEqual(new Set([7]));
    expect(slots.views.u8.buffer).toBe(memory.buffer);
  });

  it('evicts the least recently used, writes states home and forgets the rest', () => {
    const { memory, slots } = make(PAGE);
    memory.refuses = true;
    const kinds: Keep[] = ['state', 'constant', 'nothing', 'state'];
    const home = new Uint8Array(15 * KIB).fill(9);
    const [a, b, c, d] = kinds.map((keep) => new Slot(15 * KIB, keep, keep === 'constant' ? home : undefined));
    for (const slot of [a!, b!, c!, d!]) slots.acquire(slot);
    for (const slot of [a!, c!, d!]) filled(slots, slot, 5);
    slots.acquire(a!); // now b is the oldest
    const large = state(20 * KIB);
    slots.acquire(large); // b and c are neighbours: room enough
    expect([a, b, c, d].map((slot) => slot!.address > 0)).toEqual([true, false, false, true]);
    expect(content(slots, b!)).toEqual(new Set([9]));
    expect(content(slots, c!)).toEqual(new Set([0]));
    slots.acquire(state(25 * KIB)); // d was used before a
    expect([a, d, large].map((slot) => slot!.address > 0)).toEqual([true, false, true]);
    for (const slot of [a!, d!]) expect(content(slots, slot)).toEqual(new Set([5]));
    slots.acquire(d!);
    expect(content(slots, d!)).toEqual(new Set([5]));
  });

  it('grows for the data of a fit rather than that others move out', () => {
    const MIB = 1 << 20;
    const { memory, slots } = make(128 * MIB);
    const model = state(40 * MIB);
    const data = new Slot(40 * MIB, 'data');
    slots.acquire(model);
    filled(slots, model, 3);
    slots.acquire(data);
    expect(model.address).toBeGreaterThan(0);
    filled(slots, data, 7);
    memory.refuses = true;
    slots.acquire(state(60 * MIB));
    slots.acquire(state(60 * MIB));
    expect(data.address).toBe(0);
    expect(content(slots, data)).toEqual(new Set([7]));
    expect(content(slots, model)).toEqual(new Set([3]));
  });

  it('never evicts what the same call needs', () => {
    const { memory, slots } = make(PAGE);
    memory.refuses = true;
    const [a, b, c] = [state(20 * KIB), state(20 * KIB), state(20 * KIB)];
    slots.acquire(a, b, c);
    slots.acquire(a, state(20 * KIB), b);
    expect([a, b, c].map((slot) => slot.address > 0)).toEqual([true, true, false]);
  });

  it('refuses what cannot fit, and nothing is lost', () => {
    const { slots, memory } = make(4 * PAGE);
    const [a, b] = [state(100), state(50 * KIB)];
    slots.acquire(a, b);
    filled(slots, a, 3);
    filled(slots, b, 4);
    for (const run of [
      () => slots.acquire(state(5 * PAGE)),
      () => slots.acquire(a, b, state(4 * PAGE - 50 * KIB)),
      () => {
        memory.refuses = true;
        slots.acquire(b, state(4 * PAGE - 50 * KIB - 1000));
      },
    ]) {
      expect(run).toThrow(
        expect.objectContaining({ name: 'RangeError', code: 'ERR_MEMORY', message: expect.stringContaining('MiB') }),
      );
      expect([content(slots, a), content(slots, b)]).toEqual([new Set([3]), new Set([4])]);
    }
    slots.acquire(a, b, state(KIB));
    expect([content(slots, a), content(slots, b)]).toEqual([new Set([3]), new Set([4])]);
  });

  it('grows beyond its budget only for what is needed at once', () => {
    const { slots, memory } = make(2 ** 30);
    const size = 5 * 2 ** 20;
    const many = Array.from({ length: 40 }, () => state(size));
    for (const slot of many) slots.acquire(slot);
    expect(memory.buffer.byteLength).toBeLessThanOrEqual(64 * 2 ** 20);
    expect(many.slice(-12).every((slot) => slot.address > 0)).toBe(true);
    expect(many[0]!.home).toHaveLength(size);
    slots.acquire(...many.slice(0, 14));
    expect(memory.buffer.byteLength).toBeLessThanOrEqual(14 * size + PAGE);
  });

  it('holds thousands of small slots, not any number', () => {
    const { slots, memory } = make(2 ** 30);
    const seen = (count: number) => {
      for (let i = 0; i < count; i++) slots.acquire(state(64));
      return [slots.residents, memory.buffer.byteLength];
    };
    expect(seen(10_000)[0]).toBe(10_000);
    const level = seen(10_000);
    expect(level[0]).toBe(16_384);
    expect(seen(50_000)).toEqual(level);
  });

  it('survives any sequence of calls', () => {
    const sizes = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 30 * KIB }));
    const slot = fc.record({ bytes: sizes, keep: fc.constantFrom<Keep>('state', 'constant', 'nothing') });
    const index = fc.nat(19);
    const call = fc.oneof(
      { weight: 6, arbitrary: fc.record({ acquire: fc.array(index, { minLength: 1, maxLength: 3 }) }) },
      { weight: 1, arbitrary: fc.record({ release: index }) },
    );
    fc.assert(
      fc.property(
        fc.array(slot, { minLength: 20, maxLength: 20 }),
        fc.array(call, { maxLength: 60 }),
        (specs, calls) => {
          const { slots, memory } = make(3 * PAGE);
          const expected = specs.map(({ keep }, i) => (keep === 'constant' ? i + 1 : 0));
          const all = specs.map(({ bytes, keep }, i) => {
            return new Slot(bytes, keep, keep === 'constant' ? new Uint8Array(bytes).fill(i + 1) : undefined);
          });
          let order: Slot[] = []; // least recently used first
          calls.forEach((given, step) => {
            if ('release' in given) {
              const i = given.release;
              slots.release(all[i]!);
              expected[i] = 0;
              order = order.filter((other) => other !== all[i]);
            } else {
              const wanted = given.acquire.map((i) => all[i]!);
              slots.acquire(...wanted);
              const rest = order.filter((other) => !wanted.includes(other));
              const survivors = rest.filter((other) => other.address > 0);
              expect(survivors).toEqual(rest.slice(rest.length - survivors.length)); // the oldest went first
              order = [...survivors, ...wanted.filter((other, i) => wanted.lastIndexOf(other) === i)];
              for (const i of given.acquire) {
                expect(all[i]!.address).toBeGreaterThan(0);
                if (specs[i]!.keep === 'constant') continue;
                expected[i] = (step % 250) + 1;
                filled(slots, all[i]!, expected[i]!);
              }
            }
            expect(slots.residents).toBe(order.length);
            const ranges = order.map(({ address, bytes }) => [address, address + bytes] as const);
            ranges.sort(([a], [b]) => a - b);
            ranges.forEach(([from, to], i) => {
              expect(from % 64).toBe(0);
              expect(to).toBeLessThanOrEqual(ranges[i + 1]?.[0] ?? memory.buffer.byteLength);
            });
            all.forEach((slot, i) => {
              if (specs[i]!.keep === 'nothing' && slot.address === 0) return;
              const bytes = slots.bytes(slot);
              expect([bytes[0], bytes[bytes.length >> 1], bytes.at(-1)]).toEqual(new Array(3).fill(expected[i]));
            });
          });
        },
      ),
      { numRuns: 100 },
    );
  });
});
