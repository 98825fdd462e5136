import { builtin } from '../builtin';
import type { ThreadChoice } from './backend';

let known: number | undefined;

/** How many threads the machine has room for. Asked once: Node takes 11 µs. */
export const cores = (): number => {
  known ??=
    builtin<{ availableParallelism(): number }>('node:os')?.availableParallelism() ??
    globalThis.navigator?.hardwareConcurrency ??
    1;
  return known;
};

/** Threads that can take part in a call: it tells the workers their number in 8 bits. */
const MOST = 255;

/** How many threads that are at most. */
export const mostThreads = (wish: ThreadChoice): number => Math.min(wish === 'auto' ? cores() : wish, MOST);
