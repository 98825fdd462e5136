import type { Plan } from '../plan/plan';
import { sharedOf } from '../plan/share';
import type { Call, ThreadChoice } from './backend';
import { mostThreads } from './cores';

/** Multiply-adds in the time that an element takes where threads share an op that is no product, all in all. */
const ELEMENT = 10;

/** About how many multiply-adds a full step takes, other work in terms of these. */
function workOf({ instructions, batch }: Plan): number {
  let sum = 0;
  for (const { op, dims } of instructions) {
    const n = dims[0]!;
    const shared = sharedOf(op);
    // Of products that skip zeros, a quarter is left: at most half of the numbers, most often less.
    if (op.startsWith('matmul')) sum += (batch * n * dims[1]!) / (op.endsWith('Sparse') ? 4 : 1);
    else if (shared === 'flat') sum += ELEMENT * n;
    else if (shared === 'rows') sum += ELEMENT * n * batch;
  }
  return sum;
}

/**
 * Multiply-adds of a step that are worth a thread of its own: about as long as the barriers of the step, and what threads
 * then fetch from each other's caches, take.
 */
const SHARE = 500_000;

/** Multiply-adds of a call that are worth waking sleeping threads for, which takes some 30 µs. */
const CALL = 3_000_000;

const works = new WeakMap<Plan, number>();

/** How many threads have enough to do in a call. */
export function worthwhile({ plan, steps }: Call, wish: ThreadChoice): number {
  const work = works.get(plan) ?? workOf(plan);
  works.set(plan, work);
  return work * steps < CALL ? 1 : Math.min(mostThreads(wish), Math.floor(work / SHARE));
}
