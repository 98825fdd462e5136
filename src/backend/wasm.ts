import { core, functions } from '../generated/core';
import type { Backend, LinearMemory, Run } from './backend';
import { swapTwins } from './twins';

const PAGE = 65_536;
const MAX_PAGES = 65_536;

/** The compiled core, compiled on first use: about 1 ms for these few kilobytes. */
let compiled: WebAssembly.Module | undefined;

/** How many characters of ASCII are printable. */
const ASCII = 95;

/**
 * The bytes of a module from the text that scripts/generate.js makes, one printable character for each byte. Before them
 * stand the bytes that the characters of ASCII mean, ' ' to '~', as the characters from U+0020 and U+00A1 on in order;
 * the other characters mean the other bytes, in order. Last, twins are swapped in the functions, which begin at `first`.
 */
export function decode(text: string, first: number): Uint8Array<ArrayBuffer> {
  const places = new Uint8Array(text.length);
  // Plain loops: `Uint8Array.from` goes through the string's iterator, 20 ms slower on a first call.
  for (let i = 0; i < places.length; i++) {
    const code = text.charCodeAt(i);
    places[i] = code < 127 ? code - 32 : code - 66;
  }
  const meanings = [...new Set([...places.subarray(0, ASCII), ...Array(256).keys()])];
  const bytes = places.slice(ASCII);
  for (let i = 0; i < bytes.length; i++) bytes[i] = meanings[bytes[i]!]!;
  swapTwins(bytes, first);
  return bytes;
}

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
  compiled ??= new WebAssembly.Module(decode(core, functions));
  const memory = new WasmMemory();
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory: memory.memory } });
  const { run_f32, run_f64 } = exports as unknown as Record<'run_f32' | 'run_f64', Run>;
  return { name: 'wasm', memory, run: { float32: run_f32, float64: run_f64 } };
}
