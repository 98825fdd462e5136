import { Team } from '../../assembly/opcodes';
import { align } from '../plan/tensor';
import type { LinearMemory, Views } from './backend';

/** What becomes of a slot's bytes when another model needs the room. */
export type Keep =
  /** Model state: copied out to the slot's own buffer. */
  | 'state'
  /** Data of a fit, the same; memory grows for them rather than that models move out: they go with the fit. */
  | 'data'
  /** A plan: the slot's buffer still has it. */
  | 'constant'
  /** Workspace: lost. */
  | 'nothing';

/**
 * A range of bytes that lives in linear memory while it is used, and in its own buffer otherwise. Memory is a cache:
 * a slot that is dropped without a word is written out once, forgotten by the memory, and collected like any object.
 */
export class Slot {
  /** Address while resident, else 0. */
  address = 0;
  /** The bytes while not resident. */
  home: Uint8Array | undefined;
  /** Neighbours in the order of use while resident, else the slot itself. */
  older: Slot = this;
  newer: Slot = this;

  constructor(
    readonly bytes: number,
    readonly keep: Keep,
    home?: Uint8Array,
  ) {
    this.home = home;
  }
}

export function viewsOf(buffer: ArrayBufferLike): Views {
  return {
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    u8: new Uint8Array(buffer),
  };
}

/** Memory is not grown beyond this many bytes while there are models to evict, but for the data of fits. */
const BUDGET = 64 << 20;
/** Slots resident at most: thousands of small models at once stay, 100,000 that were dropped do not pile up. */
const CROWD = 1 << 14;
/** Gives out slots of one linear memory; when it is full, the least recently used ones move out. */
export class SlotMemory {
  /**
   * Resident slots in the order of use, as a ring: `newer` of this one is the oldest, `older` the newest. (A Set that
   * deletes and adds again took 85 µs a call in V8 with 50,000 entries.)
   */
  readonly #ring = new Slot(0, 'nothing');
  #count = 0;
  /** Free ranges by ascending address. */
  #free: { from: number; to: number }[] = [];
  /** Bytes given out so far, or free. Slots begin at cache lines, the first one behind what threads share. */
  #size = align(Team.Bytes);
  #views: Views | undefined;

  constructor(readonly memory: LinearMemory) {}

  /** Views of the whole memory, renewed when it has grown. */
  get views(): Views {
    const { buffer } = this.memory;
    if (this.#views?.u8.buffer !== buffer) this.#views = viewsOf(buffer);
    return this.#views;
  }

  /** Number of resident slots, for tests and diagnosis. */
  get residents(): number {
    return this.#count;
  }

  /**
   * Makes all given slots resident at once. Their addresses hold until the next call.
   * @throws RangeError if they do not fit the memory together; nothing is lost then.
   */
  acquire(...slots: readonly Slot[]): void {
    for (const slot of slots) {
      if (slot.address === 0) this.#load(slot, slots);
      else this.#unlink(slot);
      slot.older = this.#ring.older;
      slot.newer = this.#ring;
      slot.older.newer = slot;
      this.#ring.older = slot;
      this.#count++;
    }
  }

  #unlink(slot: Slot): void {
    slot.older.newer = slot.newer;
    slot.newer.older = slot.older;
    slot.older = slot; // holds on to no other, so that what is dropped can be collected
    slot.newer = slot;
    this.#count--;
  }

  /** The slot's current bytes, wherever they are; a view that holds until the next allocation. */
  bytes(slot: Slot): Uint8Array {
    if (slot.address === 0) {
      slot.home ??= new Uint8Array(slot.bytes);
      return slot.home;
    }
    return this.views.u8.subarray(slot.address, slot.address + slot.bytes);
  }

  /** Forgets a slot and its bytes. */
  release(slot: Slot): void {
    if (slot.address !== 0) this.#unload(slot);
    slot.home = undefined;
  }

  #load(slot: Slot, kept: readonly Slot[]): void {
    const address = this.#find(slot, kept);
    if (slot.home) this.views.u8.set(slot.home, address);
    else this.views.u8.fill(0, address, address + slot.bytes);
    slot.address = address;
    if (slot.keep !== 'constant') slot.home = undefined;
  }

  #unload(slot: Slot): void {
    this.#unlink(slot);
    this.#give(slot.address, slot.address + align(slot.bytes));
    slot.address = 0;
  }

  #evict(slot: Slot): void {
    if (slot.keep !== 'nothing') slot.home ??= this.views.u8.slice(slot.address, slot.address + slot.bytes);
    this.#unload(slot);
  }

  /** Evicts the least recently used slot that is not kept; false if there is none. */
  #evictOldest(kept: readonly Slot[]): boolean {
    let oldest = this.#ring.newer;
    while (kept.includes(oldest)) oldest = oldest.newer;
    if (oldest === this.#ring) return false;
    this.#evict(oldest);
    return true;
  }

  /** An address for `bytes`: a free range, else growth within the budget, else eviction, else growth to the limit. */
  #find({ bytes: wanted, keep }: Slot, kept: readonly Slot[]): number {
    const bytes = align(wanted);
    const budget = keep === 'data' ? this.memory.limit : BUDGET;
    if (this.#count >= CROWD) this.#evictOldest(kept);
    let address = this.#take(bytes);
    if (address === 0 && this.#size < budget) {
      const least = this.#size + bytes;
      if (!this.#grow(Math.min(budget, Math.max(2 * this.#size, least))) && keep === 'data') this.#grow(least);
      address = this.#take(bytes);
    }
    while (address === 0 && this.#evictOldest(kept)) address = this.#take(bytes);
    if (address === 0) {
      const last = this.#free.at(-1);
      const room = last?.to === this.#size ? last.to - last.from : 0;
      if (!this.#grow(this.#size + bytes - room)) {
        const mib = (n: number) => `${Math.ceil(n / (1 << 20))} MiB`;
        const need = `memory: a run needs ${mib(wanted)} in one piece, more than is left of ${mib(this.memory.limit)}`;
        const text = `${need}. Use smaller layers or a smaller batchSize.`;
        throw Object.assign(new RangeError(text), { code: 'ERR_MEMORY' });
      }
      address = this.#take(bytes);
    }
    return address;
  }

  #grow(bytes: number): boolean {
    if (bytes > this.memory.limit || !this.memory.grow(bytes)) return false;
    const { byteLength } = this.memory.buffer;
    this.#give(this.#size, byteLength);
    this.#size = byteLength;
    return true;
  }

  /** First fit. 0: no free range is large enough. */
  #take(bytes: number): number {
    const index = this.#free.findIndex(({ from, to }) => to - from >= bytes);
    const range = this.#free[index];
    if (!range) return 0;
    const address = range.from;
    range.from += bytes;
    if (range.from === range.to) this.#free.splice(index, 1);
    return address;
  }

  /** Returns a range, joining it with its neighbours. */
  #give(from: number, to: number): void {
    const ranges = this.#free;
    const after = ranges.findIndex((range) => range.from > from);
    const at = after < 0 ? ranges.length : after;
    ranges.splice(at, 0, { from, to });
    for (const i of [at + 1, at]) {
      const [left, right] = [ranges[i - 1], ranges[i]];
      if (left?.to !== right?.from) continue;
      left!.to = right!.to;
      ranges.splice(i, 1);
    }
  }
}
