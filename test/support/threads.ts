// Threads for tests: as many as asked for, whatever the work.
import { expect, vi } from 'vitest';
import type { WorkerCrew } from '../../src/backend/crew';
import { selectBackend } from '../../src/backend/select';
import type { SharedBackend } from '../../src/backend/threads';
import * as linnet from '../../src/index';
import { classes } from './models';

/** Rows that are worth several threads to a wide model. */
export const data = classes(400);

/** A model for them, compiled. */
export function wide(options: linnet.SequentialOptions = {}, { layers, sequential }: typeof linnet = linnet) {
  const model = sequential({
    seed: 5,
    threads: 2,
    ...options,
    layers: [
      layers.dense({ units: 600, activation: 'relu', inputShape: [data.x[0]!.length] }),
      layers.dense({ units: 500, activation: 'tanh' }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

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
