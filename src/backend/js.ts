import { float32, float64 } from '../generated/kernels';
import type { Backend, LinearMemory, Run } from './backend';
import { viewsOf } from './memory';

/** Byte addresses are unsigned 32-bit numbers, as in WebAssembly. */
const LIMIT = 4_294_967_296 - 65_536;

class JsMemory implements LinearMemory {
  readonly limit = LIMIT;
  views = viewsOf(new ArrayBuffer(65_536));

  get buffer(): ArrayBufferLike {
    return this.views.u8.buffer;
  }

  grow(bytes: number): boolean {
    if (bytes <= this.buffer.byteLength) return true;
    try {
      const views = viewsOf(new ArrayBuffer(Math.ceil(bytes / 65_536) * 65_536));
      views.u8.set(this.views.u8);
      this.views = views;
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
  const bind =
    (run: typeof float32.run): Run =>
    (plan, base, from, to, steps) =>
      run(memory.views, plan, base, from, to, steps);
  return { name: 'js', memory, run: { float32: bind(float32.run), float64: bind(float64.run) } };
}
