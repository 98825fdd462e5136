// Threads for tests: as many as asked for, whatever the work.
import { cores } from '../../src/backend/cores';
import { selectBackend } from '../../src/backend/select';
// The entry point offers the WebAssembly backend.
import '../../src/index';
import { intercept } from './lockstep';

/** The backend with a team, as it is now. */
export function sharedBackend() {
  const { backend } = selectBackend('wasm', 2).runtime;
  return { ...backend, team: backend.team!, original: backend };
}

/** Waits until so many threads are up. */
export async function threadsUp(wanted: number): Promise<void> {
  const { team } = sharedBackend();
  for (let waited = 0; team.ready(wanted) < wanted; waited += 5) {
    if (waited > 20_000) throw new Error(`${wanted} threads wanted, ${team.ready(wanted)} came: ${team.ended}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Runs `body` with every call of the shared backend on so many threads, however little there is to do. */
export async function onThreads<T>(threads: number, body: () => T | Promise<T>): Promise<T> {
  await threadsUp(threads);
  const { original } = sharedBackend();
  const restores = (['float32', 'float64'] as const).map((dtype) =>
    intercept(original, dtype, (run) => (plan, base, from, to, steps) => run(plan, base, from, to, steps, threads)),
  );
  try {
    return await body();
  } finally {
    for (const restore of restores) restore();
  }
}

export { cores };
