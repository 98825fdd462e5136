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
 * model at address `base`. Returns the steps completed: fewer than `steps` when the guard ended the run.
 */
export type Run = (plan: number, base: number, from: number, to: number, steps: number) => number;

export type BackendName = 'wasm' | 'js';

/** All that tells one backend from another. */
export interface Backend {
  readonly name: BackendName;
  readonly memory: LinearMemory;
  readonly run: Readonly<Record<DType, Run>>;
}
