// Where threads meet after every op: a counter, and a turn that the last to come moves on.
import { Team } from './opcodes';

/**
 * Waits until all threads are here: looks at the turn again and again for a while, about as long as waking a thread
 * takes, then sleeps. Returns false if the others did not come: thread 0 waits for Team.Patience seconds at most.
 */
export function barrier(thread: i32, threads: i32): bool {
  const turn = atomic.load<i32>(Team.Turn);
  if (atomic.add<i32>(Team.Arrived, 1) == threads - 1) {
    atomic.store<i32>(Team.Arrived, 0);
    atomic.store<i32>(Team.Turn, turn + 1);
    if (atomic.load<i32>(Team.Sleeping)) atomic.notify(Team.Turn, -1);
    return true;
  }
  for (let spins = load<i32>(Team.Spins); spins; spins--) {
    if (atomic.load<i32>(Team.Turn) != turn) return true;
  }
  let patience = thread ? -1 : load<i32>(Team.Patience);
  // A page's main thread must not sleep.
  const awake = !thread && load<i32>(Team.Awake) != 0;
  atomic.add<i32>(Team.Sleeping, 1);
  while (atomic.load<i32>(Team.Turn) == turn && patience) {
    if (awake) {
      for (let spins = SECOND; spins && atomic.load<i32>(Team.Turn) == turn; spins--) {}
    } else {
      atomic.wait<i32>(Team.Turn, turn, 1_000_000_000);
    }
    patience--;
  }
  atomic.sub<i32>(Team.Sleeping, 1);
  return atomic.load<i32>(Team.Turn) != turn;
}

/** Looks at the turn that take about a second. */
const SECOND: i32 = 500_000_000;
