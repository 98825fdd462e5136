import type { Backend } from './backend/backend';
import { cores } from './backend/cores';
import type { Plan } from './plan/plan';

/** Threads that a user may ask for. */
export type ThreadChoice = number | 'auto';

/**
 * Multiply-adds of a step that are worth a thread of its own: about as long as the barriers of the step, and what threads
 * then fetch from each other's caches, take.
 */
const SHARE = 500_000;

/** Multiply-adds of a call that are worth waking sleeping threads for, which takes some 30 µs. */
const CALL = 3_000_000;

/**
 * Of so many calls, one is made the way that was slower last time: other programs come and go. More of the first ones, as
 * engines compile better code while they run.
 */
const PROBE = 64;
const isProbe = (call: number) => call % PROBE === 0 || (call & (call - 1)) === 0;

/** How long a step of a plan took lately, alone and with other threads. */
interface Pace {
  alone: number;
  together: number;
  calls: number;
}

/** How many threads that are at most. */
export const mostThreads = (choice: ThreadChoice): number => (choice === 'auto' ? cores() : choice);

/**
 * How many threads run a model's calls. Any number gives the same bits, so with `'auto'` each plan is run alone and
 * together in turn, and then as was faster: where other programs keep the cores busy, threads that wait for each other
 * are no help.
 */
export class Threading {
  /** Threads wanted. */
  readonly most: number;
  readonly #paces: WeakMap<Plan, Pace> | undefined;

  constructor(choice: ThreadChoice) {
    this.most = mostThreads(choice);
    if (choice === 'auto') this.#paces = new WeakMap();
  }

  /** Threads for a call: those that have enough to do, and are there. */
  choose({ team }: Backend, plan: Plan, steps: number): number {
    const worth = Math.min(this.most, Math.floor(plan.work / SHARE));
    if (!team || worth < 2 || plan.work * steps < CALL) return 1;
    const ready = team.ready(worth);
    const pace = this.#paces?.get(plan);
    if (!pace || ready < 2) return ready;
    const better = pace.together < pace.alone;
    return better !== isProbe(++pace.calls) ? ready : 1;
  }

  /** Makes a call, and learns how long it takes where that matters. */
  timed(plan: Plan, threads: number, steps: number, call: () => number): number {
    if (!this.#paces || plan.work * steps < CALL) return call();
    const started = performance.now();
    const done = call();
    const pace = this.#paces.get(plan) ?? { alone: 0, together: 0, calls: 0 }; // 0: to be tried first
    pace[threads > 1 ? 'together' : 'alone'] = (performance.now() - started) / steps;
    this.#paces.set(plan, pace);
    return done;
  }
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
