import { Team } from '../../assembly/opcodes';
import { bytesPerElement, type DType } from '../plan/tensor';
import type { Backend, Run } from './backend';
import { cores } from './cores';
import type { WasmMemory } from './wasm';
import { startWorker, type Worker } from './worker';

/** Looks at a word before a thread sleeps: some 100 µs, several times what waking one takes. None if threads have to take turns. */
const SPINS = 50_000;

/** Seconds that a call waits for its threads: more than any op should take, even where many threads share few cores. */
const PATIENCE = 30;

/** Workers that share a backend's memory. */
export class WorkerTeam {
  /** Seconds that a call waits for its threads. */
  patience = PATIENCE;
  /** Why the team is of no use any more: a worker ended, or could not start. */
  ended: string | undefined;
  /** As the backend's, on several threads, of which as many must be ready. */
  readonly run: Readonly<Record<DType, Run>>;
  readonly #workers: Worker[] = [];
  readonly #words: Int32Array;
  #number = 0;

  constructor(
    readonly module: WebAssembly.Module,
    readonly memory: WasmMemory,
    backend: Backend,
  ) {
    const bind =
      (dtype: DType): Run =>
      (plan, base, from, to, steps, threads = 1) => {
        if (threads > 1) this.#call(dtype, threads, [plan, base, from, to, steps]);
        return backend.run[dtype](plan, base, from, to, steps, threads);
      };
    this.run = { float32: bind('float32'), float64: bind('float64') };
    this.#words = new Int32Array(memory.buffer, 0, Team.Bytes / 4);
    try {
      Atomics.wait(this.#words, Team.Go / 4, 1);
    } catch {
      this.#words[Team.Awake / 4] = 1; // a page's main thread must not wait
    }
  }

  /** Whether a worker ever came up. */
  get came(): boolean {
    return this.#words[Team.Ready / 4]! > 0;
  }

  /** Threads that can take part in a call, up to `wanted`, the calling one included. Missing workers begin to start. */
  ready(wanted: number): number {
    if (this.ended !== undefined) return 1;
    try {
      while (this.#workers.length < wanted - 1) this.#start();
    } catch (error) {
      this.ended = String(error); // no workers here: one thread has to do
      return 1;
    }
    return Math.min(wanted, 1 + Atomics.load(this.#words, Team.Ready / 4));
  }

  #start(): void {
    const duty = { module: this.module, memory: this.memory.memory };
    const at = { go: Team.Go / 4, ready: Team.Ready / 4, call: Team.Call / 4, spins: Team.Spins / 4 };
    const worker = startWorker({ ...duty, ...at });
    worker.onEnd = (reason) => {
      this.ended ??= reason;
    };
    this.#workers.push(worker);
  }

  /** Tells the workers of a call that is about to begin. */
  #call(dtype: DType, threads: number, numbers: readonly number[]): void {
    const words = this.#words;
    words.set([bytesPerElement(dtype), ...numbers], Team.Call / 4);
    words[Team.Spins / 4] = threads > cores() ? 0 : SPINS;
    words[Team.Start / 4] = words[Team.Arrived / 4]!;
    words[Team.Patience / 4] = this.patience;
    this.#number = (this.#number + 1) & 0x7fffff;
    Atomics.store(words, Team.Go / 4, (this.#number << 8) | threads);
    Atomics.notify(words, Team.Go / 4);
  }

  /** Ends the workers. */
  stop(reason: string): void {
    this.ended ??= reason;
    for (const worker of this.#workers) worker.stop();
  }
}
