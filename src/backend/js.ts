import { float32, float64 } from '../generated/kernels';
import type { Backend, LinearMemory, Run, Views } from './backend';
import { viewsOf } from './memory';

/** Byte addresses are unsigned 32-bit numbers, as in WebAssembly. */
const LIMIT = 4_294_967_296 - 65_536;

class JsMemory implements LinearMemory {
  readonly limit = LIMIT;
  buffer = new ArrayBuffer(65_536);

  grow(bytes: number): boolean {
    if (bytes <= this.buffer.byteLength) return true;
    try {
      const buffer = new ArrayBuffer(Math.ceil(bytes / 65_536) * 65_536);
      new Uint8Array(buffer).set(new Uint8Array(this.buffer));
      this.buffer = buffer;
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false; // the engine is out of memory: the caller reports it
      throw error;
    }
  }
}

/** The TypeScript backend: the same plans on the same layout, no WebAssembly. */
export function createJsBackend(): Backend {
  const memory = new JsMemory();
  let views: Views | undefined;
  const current = (): Views => {
    const { buffer } = memory;
    if (views?.u8.buffer !== buffer) views = viewsOf(buffer);
    return views;
  };
  const bind =
    (run: typeof float32.run): Run =>
    (plan, base, from, to, steps) =>
      run(current(), plan, base, from, to, steps);
  return { name: 'js', memory, run: { float32: bind(float32.run), float64: bind(float64.run) } };
}
