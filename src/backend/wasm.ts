import { core, parts } from '../generated/core';
import type { Backend, LinearMemory, Run } from './backend';
import { decode } from './text';

const PAGE = 65_536;
const MAX_PAGES = 65_536;

/** The compiled core, compiled on first use: about 1 ms for these few kilobytes. */
let compiled: WebAssembly.Module | undefined;

class WasmMemory implements LinearMemory {
  readonly limit = MAX_PAGES * PAGE;
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });

  get buffer(): ArrayBuffer {
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
  compiled ??= new WebAssembly.Module(decode(core, parts));
  const memory = new WasmMemory();
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory: memory.memory } });
  const { run_f32, run_f64 } = exports as unknown as Record<'run_f32' | 'run_f64', Run>;
  return { name: 'wasm', memory, run: { float32: run_f32, float64: run_f64 } };
}
