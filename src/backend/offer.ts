import type { Backend } from './backend';
import { createSharedBackend } from './threads';
import { createWasmBackend } from './wasm';

/**
 * What makes WebAssembly backends, for one thread and for several. In bundles without it this module is another, which
 * offers nothing: see tsup.config.ts. What is not called when modules load can be left out where only matrices are used.
 */
export const offered: { one?: () => Backend; several?: () => Backend } = {
  one: createWasmBackend,
  several: createSharedBackend,
};
