// Threads for tests: as many as asked for, whatever the work.
import { expect, vi } from 'vitest';
import type { WorkerCrew } from '../../src/backend/crew';
import { selectBackend } from '../../src/backend/select';
import type { SharedBackend } from '../../src/backend/threads';
// The entry point offers the WebAssembly backend.
import '../../src/index';

/** The backend over shared memory, as it is now. */
export function sharedBackend(): SharedBackend {
  return selectBackend('wasm', 2).runtime.backend as SharedBackend;
}

/** The crew of that backend, which the code has been loaded for. */
export async function crewThere(): Promise<WorkerCrew> {
  const crew = await sharedBackend().coming;
  if (!crew) throw new Error('the crew did not come');
  return crew;
}

/** Ends that crew: models get another one. */
export async function stopCrew(reason: string): Promise<void> {
  (await crewThere()).stop(reason);
}

/** Waits until so many threads are up. */
export async function threadsUp(wanted: number): Promise<WorkerCrew> {
  for (let waited = 0; ; waited += 5) {
    const crew = await crewThere(); // another one, if that of before has ended for want of models
    const ready = crew.team.ready(wanted);
    if (ready === wanted) return crew;
    if (waited > 20_000) throw new Error(`${wanted} threads wanted, ${ready} came: ${crew.ended}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Runs `body` with every call of models that want several threads on so many of them, however little there is to do. */
export async function onThreads<T>(threads: number, body: () => T | Promise<T>): Promise<T> {
  const crew = await threadsUp(threads);
  const choose = vi.spyOn(crew, 'choose').mockReturnValue(threads);
  const leave = vi.spyOn(crew, 'leave').mockReturnValue(); // the last model of a moment must not end the crew
  try {
    return await body();
  } finally {
    expect(choose).toHaveBeenCalled();
    choose.mockRestore();
    leave.mockRestore();
    expect(crew.ended).toBeUndefined();
  }
}
