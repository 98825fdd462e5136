import type { Backend } from './backend';
import { mostThreads } from './cores';
import type { WorkerCrew } from './crew';
import { compileCore, instantiate, MAX_PAGES, WasmMemory } from './wasm';

/** A shared memory of up to 4 GiB, or as much as the engine is ready to set aside. */
function sharedMemory(): WasmMemory {
  for (let maximum = MAX_PAGES; ; maximum /= 2) {
    try {
      return new WasmMemory({ initial: 1, maximum, shared: true });
    } catch (error) {
      if (maximum < 1024) throw error;
    }
  }
}

/** The WebAssembly backend over shared memory. */
export interface SharedBackend extends Backend {
  /** Its crew, or undefined if that cannot be had. */
  readonly coming: Promise<WorkerCrew | undefined>;
}

/**
 * The WebAssembly backend over shared memory; undefined where that is refused, as on pages that are not cross-origin
 * isolated. The code of its crew is loaded meanwhile, 15 KB of gzip that models on one thread do without; until it is there
 * calls run on one thread, and for ever where it cannot be had.
 */
export function createSharedBackend(): SharedBackend | undefined {
  try {
    const memory = sharedMemory();
    const backend: SharedBackend = {
      ...instantiate(compileCore(true), memory),
      threads: mostThreads,
      coming: import('./crew').then(
        ({ WorkerCrew }) => new WorkerCrew(memory.memory, backend),
        () => {
          backend.threads = undefined;
          return undefined;
        },
      ),
    };
    return backend;
  } catch {
    return undefined; // one thread, the same results
  }
}
