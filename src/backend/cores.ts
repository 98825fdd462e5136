import type { Call, ThreadChoice } from './backend';

/** A module of Node, Deno or Bun, had without an import, which bundlers for browsers would follow; undefined elsewhere. */
export const builtin = <T>(name: string): T | undefined =>
  (globalThis.process?.getBuiltinModule as ((name: string) => T) | undefined)?.(name);

/** How many threads the machine has room for. */
export const cores = (): number =>
  builtin<{ availableParallelism(): number }>('node:os')?.availableParallelism() ??
  globalThis.navigator?.hardwareConcurrency ??
  1;

/** How many threads that are at most. */
export const mostThreads = (wish: ThreadChoice): number => (wish === 'auto' ? cores() : wish);

/**
 * Multiply-adds of a step that are worth a thread of its own: about as long as the barriers of the step, and what threads
 * then fetch from each other's caches, take.
 */
const SHARE = 500_000;

/** Multiply-adds of a call that are worth waking sleeping threads for, which takes some 30 µs. */
const CALL = 3_000_000;

/** How many threads have enough to do in a call. */
export const worthwhile = ({ plan: { work }, steps }: Call, wish: ThreadChoice): number =>
  work * steps < CALL ? 1 : Math.min(mostThreads(wish), Math.floor(work / SHARE));
