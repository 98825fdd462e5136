import { core, memoryFlags, parts } from '../generated/core';
import type { Backend, LinearMemory, Run } from './backend';
import { decode } from './text';

const PAGE = 65_536;
export const MAX_PAGES = 65_536;

/** The core's bytes, for a memory of its own or a shared one. */
export function coreBytes(shared: boolean): Uint8Array<ArrayBuffer> {
  return decode(core, parts, shared ? memoryFlags : 0);
}

/** What `init` may see to before the first model is made. */
export interface Settings {
  /** The core for a memory of its own and for a shared one, where it has been compiled; and if not its own, the workers'. */
  readonly modules: WebAssembly.Module[];
  readonly coreBytes: typeof coreBytes;
  /** Where workers get their script, if not as text. */
  workerUrl?: string | URL;
}

export const settings: Settings = { modules: [], coreBytes };

/** The core, compiled on first use: about 1 ms for these few kilobytes. */
export function compileCore(shared: boolean): WebAssembly.Module {
  const { modules } = settings;
  const index = Number(shared);
  modules[index] ??= new WebAssembly.Module(coreBytes(shared));
  return modules[index];
}

export class WasmMemory implements LinearMemory {
  readonly limit: number;
  readonly memory: WebAssembly.Memory;

  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    this.memory = new WebAssembly.Memory(descriptor);
    this.limit = descriptor.maximum! * PAGE;
  }

  get buffer(): ArrayBufferLike {
    return this.memory.buffer;
  }

  grow(bytes: number): boolean {
    const missing = Math.ceil((bytes - this.buffer.byteLength) / PAGE);
    if (missing <= 0) return true;
    try {
      this.memory.grow(missing);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false; // the engine is out of memory: the caller reports it
      throw error;
    }
  }
}

/**
 * The WebAssembly SIMD backend.
 * @throws whatever the engine throws where compiling is refused (a content security policy, no SIMD).
 */
export function createWasmBackend(): Backend {
  return instantiate(compileCore(false));
}

/** A backend of a module and a memory of its own. */
export function instantiate(
  module: WebAssembly.Module,
  memory = new WasmMemory({ initial: 1, maximum: MAX_PAGES }),
): Backend {
  const { exports } = new WebAssembly.Instance(module, { env: { memory: memory.memory } });
  const { run_f32, run_f64 } = exports as unknown as Record<'run_f32' | 'run_f64', Run>;
  return { name: 'wasm', memory, run: { float32: run_f32, float64: run_f64 } };
}
