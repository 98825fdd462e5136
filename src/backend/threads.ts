import type { Backend } from './backend';
import { mostThreads, worthwhile } from './cores';
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
  /** Loads the code of its crew: a chunk of its own, 2 KB of gzip less for all who have one thread. */
  recruit(): Promise<WorkerCrew | undefined>;
}

/**
 * The WebAssembly backend over shared memory; undefined where that is refused, as on pages that are not cross-origin
 * isolated. Its crew comes after the first call that has enough work for one; until then calls run on one thread, and for
 * ever if the chunk cannot be loaded.
 */
export function createSharedBackend(): SharedBackend | undefined {
  try {
    const module = compileCore(true);
    const memory = sharedMemory();
    let coming: Promise<WorkerCrew | undefined> | undefined;
    const recruit = () => {
      coming ??= import('./crew').then(
        ({ WorkerCrew }) => {
          const crew = new WorkerCrew(module, memory, backend);
          backend.crew = crew;
          return crew;
        },
        () => {
          backend.crew = undefined;
          return undefined;
        },
      );
      return coming;
    };
    const nothing = () => {};
    const backend: SharedBackend = {
      ...instantiate(module, memory),
      recruit,
      crew: {
        most: mostThreads,
        check: nothing,
        run(call, { wish }) {
          if (worthwhile(call, wish) > 1) void recruit();
          const { plan, address, base, from, steps } = call;
          return backend.run[plan.dtype](address, base, from, plan.instructions.length, steps, 1);
        },
        drop: nothing,
        leave: nothing,
      },
    };
    return backend;
  } catch {
    return undefined; // one thread, the same results
  }
}
