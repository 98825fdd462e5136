import { Team } from '../../assembly/opcodes';
import { core, memoryFlags, parts } from '../generated/threads-core';
import { bytesPerElement, type DType } from '../plan/tensor';
import type { Run } from './backend';
import { cores } from './cores';
import { decode } from './text';
import type { Settings } from './wasm';
import { startWorker, type Worker } from './worker';

/** Looks at a word before a thread sleeps: some 100 µs, several times what waking one takes. None if threads have to take turns. */
const SPINS = 50_000;

/** Seconds that a call waits for its threads: more than any op should take, even where many threads share few cores. */
const PATIENCE = 30;

/** What stands in Team.Result while an owned call runs. */
const RUNNING = -2;

/** Missing in the types of this version of TypeScript; Chromium and Safari have it, Firefox from 145 on. */
type WaitAsync = (words: Int32Array, index: number, value: number) => { readonly value: unknown };

let compiled: WebAssembly.Module | undefined;

/** The core for threads over shared memory, compiled on first use. */
function compileCore(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(decode(core, parts, memoryFlags));
  return compiled;
}

/** Workers that share a backend's memory. */
export class WorkerTeam {
  /** Seconds that a call waits for its threads. */
  patience = PATIENCE;
  /** Why the team is of no use any more: a worker ended, or could not start. */
  ended: string | undefined;
  /** As the backend's, on several threads, as many as must be ready. */
  readonly run: Readonly<Record<DType, Run>>;
  readonly #module: WebAssembly.Module;
  readonly #workers: Worker[] = [];
  readonly #words: Int32Array;
  #number = 0;
  /** Whether the asking thread must not wait, as a page's main thread, and so has workers own its calls where it can. */
  owns = false;
  /** Ends the call that workers own. */
  #settle: (() => void) | undefined;

  constructor(
    readonly memory: WebAssembly.Memory,
    readonly settings: Pick<Settings, 'workerUrl' | 'modules'>,
  ) {
    this.#module = settings.modules[2] ?? compileCore();
    const { exports } = new WebAssembly.Instance(this.#module, { env: { memory } });
    const bind = (dtype: DType): Run => {
      const run = exports[dtype === 'float32' ? 'run_f32' : 'run_f64'] as Run;
      return (plan, base, from, to, steps, threads = 1) => {
        this.#call(dtype, threads, false, [plan, base, from, to, steps]);
        return run(plan, base, from, to, steps, threads);
      };
    };
    this.run = { float32: bind('float32'), float64: bind('float64') };
    this.#words = new Int32Array(memory.buffer, 0, Team.Bytes / 4);
    try {
      Atomics.wait(this.#words, Team.Go / 4, 1);
    } catch {
      this.owns = true;
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
    const duty = { module: this.#module, memory: this.memory };
    const at = { go: Team.Go / 4, ready: Team.Ready / 4, call: Team.Call / 4, spins: Team.Spins / 4 };
    const worker = startWorker({ ...duty, ...at, result: Team.Result / 4 }, this.settings.workerUrl);
    worker.onEnd = (reason) => {
      this.ended ??= reason;
      this.fail();
    };
    this.#workers.push(worker);
  }

  /** Tells the workers of a call that is about to begin. */
  #call(dtype: DType, threads: number, owned: boolean, numbers: readonly number[]): void {
    const words = this.#words;
    words.set([bytesPerElement(dtype), ...numbers], Team.Call / 4);
    words[Team.Spins / 4] = threads > cores() ? 0 : SPINS;
    words[Team.Start / 4] = words[Team.Arrived / 4]!;
    words[Team.Patience / 4] = this.patience;
    words[Team.Awake / 4] = Number(this.owns && !owned);
    this.#number = (this.#number + 1) & 0x3fffff;
    Atomics.store(words, Team.Go / 4, (this.#number << 9) | (Number(owned) << 8) | threads);
    Atomics.notify(words, Team.Go / 4);
  }

  /** Workers that can make a call among themselves, up to `wanted`; missing ones begin to start. */
  owners(wanted: number): number {
    return this.owns && 'waitAsync' in Atomics ? this.ready(wanted + 1) - 1 : 0;
  }

  /**
   * Has workers make a call while this thread goes on.
   * @param conclude what is to be done when it is over, before this thread does anything else with the memory.
   * @returns what that returns.
   */
  own(dtype: DType, threads: number, numbers: readonly number[], conclude: (done: number) => number): Promise<number> {
    const words = this.#words;
    const result = Team.Result / 4;
    words[result] = RUNNING;
    this.#call(dtype, threads, true, numbers);
    return new Promise((resolve, reject) => {
      const settle = () => {
        if (this.#settle !== settle) return; // it has been waited for
        this.#settle = undefined;
        try {
          resolve(conclude(Atomics.load(words, result)));
        } catch (error) {
          reject(error);
        }
      };
      this.#settle = settle;
      const { waitAsync } = Atomics as unknown as { waitAsync: WaitAsync };
      const wait = async () => {
        // More than once: the call before may have been concluded before its worker gave notice.
        while (Atomics.load(words, result) === RUNNING) await waitAsync(words, result, RUNNING).value;
        settle();
      };
      void wait();
    });
  }

  /** Waits for the call that workers own, if there is one, and concludes it. */
  settle(): void {
    if (!this.#settle) return;
    const end = performance.now() + 1000 * this.patience;
    while (Atomics.load(this.#words, Team.Result / 4) === RUNNING) if (performance.now() > end) this.fail();
    this.#settle();
  }

  /** An owned call will not end. */
  fail(): void {
    Atomics.compareExchange(this.#words, Team.Result / 4, RUNNING, -1);
    Atomics.notify(this.#words, Team.Result / 4);
  }

  /** Ends the workers. */
  stop(reason: string): void {
    this.ended ??= reason;
    for (const worker of this.#workers) worker.stop();
  }
}
