import type { DType } from '../plan/tensor';

/** Views of a backend's memory. Memory may grow: never keep views across an allocation. */
export interface Views {
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly u8: Uint8Array;
}

/** A linear memory that only grows. Growing may move it: `buffer` is read anew each time. */
export interface LinearMemory {
  readonly buffer: ArrayBufferLike;
  /** Largest size it can have, in bytes. */
  readonly limit: number;
  /** Makes the memory at least `bytes` long. Returns false where the engine refuses. */
  grow(bytes: number): boolean;
}

/**
 * Runs the records `from` (inclusive) to `to` (exclusive) of the plan at address `plan`, `steps` times over, on the
 * model at address `base`, on `threads` threads (default 1) if the backend has a team and as many are ready. Returns the
 * steps completed: fewer than `steps` when the guard ended the run, −1 when a thread did not come.
 */
export type Run = (plan: number, base: number, from: number, to: number, steps: number, threads?: number) => number;

/** Workers that share a backend's memory. */
export interface Team {
  /** Threads that can take part in a call, up to `wanted`, the calling one included. Missing workers begin to start. */
  ready(wanted: number): number;
  /** Why the team is of no use any more: a worker ended, or could not start. */
  readonly ended: string | undefined;
  /** Whether that matters to nobody, or has been said. */
  told: boolean;
  /** Whether a worker ever came up. */
  readonly came: boolean;
  /** Seconds that a call waits for its threads. */
  patience: number;
  /** One more model, or one less, uses the workers; without any they end before long. */
  use(models: 1 | -1): void;
  /** Ends the workers. */
  stop(reason: string): void;
}

export type BackendName = 'wasm' | 'js';

/** All that tells one backend from another. */
export interface Backend {
  readonly name: BackendName;
  readonly memory: LinearMemory;
  readonly run: Readonly<Record<DType, Run>>;
  readonly team?: Team;
}
