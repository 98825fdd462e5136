import type { Plan } from '../plan/plan';
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
 * model at address `base`, on `threads` threads (default 1), which only a crew has. Returns the steps completed: fewer than
 * `steps` when the guard ended the run, −1 when a thread did not come.
 */
export type Run = (plan: number, base: number, from: number, to: number, steps: number, threads?: number) => number;

/** Threads that a user may ask for: a number from 1, or `'auto'`, as many as the machine has room for. */
export type ThreadChoice = number | 'auto';

/** A call of `run` to the end of a plan, on threads yet to be chosen. */
export interface Call {
  readonly plan: Plan;
  /** Where its records are. */
  readonly address: number;
  readonly base: number;
  readonly from: number;
  readonly steps: number;
  /** Whether it changes the model. */
  readonly changes: boolean;
}

/** A model, as far as threads are concerned. */
export interface Member {
  /** Threads wanted. */
  readonly wish: ThreadChoice;
  /** A copy of its bytes. */
  copy(): Uint8Array<ArrayBuffer>;
  /** Moves to the backend that there is now, with these bytes. */
  move(bytes: Uint8Array<ArrayBuffer>): void;
}

/** Threads that share a backend's memory, and what they know of their models. */
export interface Crew {
  /** Why it is of no use any more: a worker ended. */
  readonly ended?: string | undefined;
  /** Waits for the call that workers own, if there is one: models may have moved then. */
  settle(): void;
  /**
   * Moves a model on if the crew has ended; to be called before its bytes are put in place.
   * @throws Error if workers have run the model, and it is the first to hear of it.
   */
  check(model: Member): void;
  /**
   * Makes a call on as many threads as there are and are worth it.
   * @param finish is called with the steps completed, and returns what this returns.
   * @param owned workers may make it while the caller goes on: then a promise is returned.
   * @throws Error, or rejects, if one of them did not come; the model has moved on then, and is as it was before.
   */
  run(call: Call, model: Member, finish: (done: number) => number, owned?: boolean): number | Promise<number>;
  /** The model's bytes change in another way, or should not be gone back on. */
  drop(model: Member): void;
  /** The model is of no use any more; workers without any end before long. */
  leave(model: Member): void;
}

/** What runs a model: WebAssembly SIMD, or plain TypeScript. Both give the same bits. */
export type BackendName = 'wasm' | 'js';

/** All that tells one backend from another. */
export interface Backend {
  readonly name: BackendName;
  readonly memory: LinearMemory;
  readonly run: Readonly<Record<DType, Run>>;
  /** How many threads long calls run on, once these have started; left out where it is one. */
  threads?: ((wish: ThreadChoice) => number) | undefined;
  crew?: Crew;
}
