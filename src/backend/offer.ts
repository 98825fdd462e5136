import type { Backend } from './backend';
import { createSharedBackend } from './threads';
import { createWasmBackend, type Settings, settings } from './wasm';

/** WebAssembly, as far as there is any. */
export interface Offer {
  /** What makes a backend for one thread, and one for several. */
  one?: () => Backend;
  several?: () => Backend;
  settings?: Settings;
  /** Why it cannot be had. */
  refusal?: string;
  /** What models say of it, if it is not the usual. */
  note?: string;
}

/**
 * In bundles without WebAssembly this module is another, with a refusal alone: see tsup.config.ts. Nothing is called when
 * modules load, so that it is left out where only matrices are used.
 */
export const offered: Offer = { one: createWasmBackend, several: createSharedBackend, settings };
