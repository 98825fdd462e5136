// The core for relaxed numerics, a chunk of its own in the bundle, dist/relaxed.js: src/init.ts loads it.
import { core, memoryFlags, parts } from '../generated/relaxed-core';
import { decode } from './text';

/** The bytes of the core that fuses products and sums, for one thread and for several. */
export const relaxedBytes = (shared: boolean) => decode(core, parts, shared ? memoryFlags : 0);
