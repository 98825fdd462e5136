import type { Plan } from '../plan/plan';

/**
 * Of so many calls, one is made the way that was slower last time: other programs come and go. More of the first ones, as
 * engines compile better code while they run.
 */
const PROBE = 64;
const isProbe = (call: number) => call % PROBE === 0 || (call & (call - 1)) === 0;

/** Threads have to be faster by a twentieth: figures are that rough, and keeping another core busy has its price. */
const GAIN = 0.95;

/** Share of a time longer than before that is believed at once: most often another program came between. */
const DOUBT = 1 / 8;

/** How long a step of a plan took lately, alone and with other threads. */
interface Pace {
  alone: number;
  together: number;
  calls: number;
}

/**
 * Whether threads help. Any number gives the same bits, so each plan is run alone and together in turn, and then as was
 * faster: where other programs keep the cores busy, threads that wait for each other are no help.
 */
export class Paces {
  readonly #paces = new WeakMap<Plan, Pace>();

  /** Threads for a call of which so many are ready: these, or one. */
  choose(plan: Plan, ready: number): number {
    const pace = this.#paces.get(plan);
    if (!pace || ready < 2) return ready;
    const better = pace.together < GAIN * pace.alone;
    return better !== isProbe(++pace.calls) ? ready : 1;
  }

  /** Learns how long a step took. */
  learn(plan: Plan, threads: number, time: number): void {
    const pace = this.#paces.get(plan) ?? { alone: 0, together: 0, calls: 0 }; // 0: to be tried first
    const way = threads > 1 ? 'together' : 'alone';
    const before = pace[way];
    pace[way] = before > 0 && time > before ? before + DOUBT * (time - before) : time;
    this.#paces.set(plan, pace);
  }
}
