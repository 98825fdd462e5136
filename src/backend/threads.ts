import type { Backend } from './backend';
import { mostThreads } from './cores';
import type { WorkerCrew } from './crew';
import { compileCore, createWasmBackend, instantiate, MAX_PAGES, settings, WasmMemory } from './wasm';

/** The WebAssembly backend over shared memory. */
export interface SharedBackend extends Backend {
  /** Its crew, or undefined if that cannot be had. */
  coming?: Promise<WorkerCrew | undefined>;
}

/** A memory of 64 MiB is still worth sharing. */
const MIN_PAGES = 1024;

/**
 * The WebAssembly backend over a shared memory of up to 4 GiB, or as much as the engine is ready to set aside; over one of
 * its own where sharing is refused, as on pages that are not cross-origin isolated. The code of its crew is loaded
 * meanwhile, 16 KB of gzip that models on one thread do without; until it is there calls run on one thread, and for ever
 * where it cannot be had.
 */
export function createSharedBackend(): SharedBackend {
  for (let maximum = MAX_PAGES; maximum >= MIN_PAGES; maximum /= 2) {
    try {
      const memory = new WasmMemory({ initial: 1, maximum, shared: true });
      const backend: SharedBackend = instantiate(compileCore(true), memory);
      backend.threads = mostThreads;
      backend.coming = import('./crew').then(
        ({ WorkerCrew }) => new WorkerCrew(memory.memory, backend, settings),
        () => {
          backend.threads = undefined;
          return undefined;
        },
      );
      return backend;
    } catch {
      // a smaller one
    }
  }
  return createWasmBackend();
}
