import type { Backend } from './backend/backend';
import type { Plan } from './plan/plan';

/**
 * Multiply-adds of a step that are worth a thread of its own: about as long as the barriers of the step, and what threads
 * then fetch from each other's caches, take.
 */
const SHARE = 500_000;

/** Multiply-adds of a call that are worth waking sleeping threads for, which takes some 30 µs. */
const CALL = 3_000_000;

/** Threads for a call, `wanted` at most: those that have enough to do, and are there. */
export function threadsFor({ team }: Backend, wanted: number, { work }: Plan, steps: number): number {
  const most = Math.min(wanted, Math.floor(work / SHARE));
  return team && most > 1 && work * steps >= CALL ? team.ready(most) : 1;
}

/** Share of the time that copies of a model may take. */
const COPYING = 0.02;

/** A copy of a model's bytes from before the last call, or a little older: a thread that dies leaves half a step. */
export class Backup {
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  #due = 0;

  /** To be called before the bytes change. `made` copies them. */
  renew(made: () => Uint8Array<ArrayBuffer>): void {
    const now = performance.now();
    if (now < this.#due) return;
    this.#bytes = made();
    this.#due = now + (performance.now() - now) / COPYING;
  }

  /** The copy is of no use any more: the bytes have changed in another way. */
  drop(): void {
    this.#bytes = undefined;
    this.#due = 0;
  }

  get bytes(): Uint8Array<ArrayBuffer> | undefined {
    return this.#bytes;
  }
}
