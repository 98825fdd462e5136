import type { Plan } from '../plan/plan';
import type { Backend, BackendName, ThreadChoice } from './backend';
import { createJsBackend } from './js';
import { Slot, SlotMemory } from './memory';
import { offered } from './offer';

/** A plan and its records in memory. */
export interface CachedPlan {
  readonly plan: Plan;
  readonly slot: Slot;
}

/** A backend with what its models share: memory, plans, and the workspace of whichever runs. */
export interface Runtime {
  readonly backend: Backend;
  readonly slots: SlotMemory;
  readonly plans: Map<string, CachedPlan>;
  workspace: Slot;
}

/** What users may ask for: `auto` takes WebAssembly where it can be had, else TypeScript: the same bits, slower. */
export type BackendChoice = 'auto' | BackendName;

export interface Selection {
  readonly runtime: Runtime;
  /** Why this backend: one sentence. */
  readonly reason: string;
}

/** Plans and registers are read in this order. WebAssembly memory has it everywhere, typed arrays need not. */
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

type Creator = () => Backend;

const runtimes = new Map<Creator, Runtime>();

function runtime(create: Creator): Runtime {
  const existing = runtimes.get(create);
  if (existing && !existing.backend.crew?.ended) return existing;
  const backend = create();
  const slots = new SlotMemory(backend.memory);
  const made: Runtime = { backend, slots, plans: new Map(), workspace: new Slot(0, 'nothing') };
  runtimes.set(create, made);
  return made;
}

const unsupported = (text: string) => Object.assign(new Error(text), { code: 'ERR_UNSUPPORTED' });

/**
 * One runtime per backend and process. `auto` falls back to TypeScript (the same bits, slower) where WebAssembly is
 * refused, and says why. With several threads the memory is shared, where it can be.
 * @throws Error if `wasm` is asked for by name and cannot be had.
 */
export function selectBackend(choice: BackendChoice, threads: ThreadChoice = 1): Selection {
  if (!LITTLE_ENDIAN) throw unsupported('linnet needs a little-endian machine.');
  const asked = choice !== 'auto' && `asked for by backend: '${choice}'`;
  if (choice !== 'js' && offered.refusal === undefined) {
    try {
      const wasm = runtime((threads === 1 ? offered.one : offered.several)!);
      return { runtime: wasm, reason: offered.note ?? (asked || 'WebAssembly is available') };
    } catch (error) {
      offered.refusal = `WebAssembly refused: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  if (choice === 'wasm') {
    const text = `backend: 'wasm' cannot be had: ${offered.refusal}. Use backend: 'auto', which gives the same results, slower.`;
    throw unsupported(text);
  }
  return { runtime: runtime(createJsBackend), reason: asked || offered.refusal! };
}
