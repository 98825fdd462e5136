import { Team as At } from '../../assembly/opcodes';
import { bytesPerElement, type DType } from '../plan/tensor';
import type { Backend, Run, Team } from './backend';
import { cores } from './cores';
import { compileCore, MAX_PAGES, WasmMemory } from './wasm';
import { startWorker, type Worker } from './worker';

/** Looks at a word before a thread sleeps: some 100 µs, several times what waking one takes. None if threads have to take turns. */
const SPINS = 50_000;

/** Seconds that a call waits for its threads: more than any op should take, even where many threads share few cores. */
const PATIENCE = 30;

/** Milliseconds that workers stay when no model uses them any more: another one may come. */
const LEISURE = 1000;

/** A shared memory of up to 4 GiB, or as much as the engine is ready to set aside. */
function sharedMemory(): WasmMemory {
  for (let maximum = MAX_PAGES; ; maximum /= 2) {
    try {
      return new WasmMemory({ initial: 1, maximum, shared: true });
    } catch (error) {
      if (maximum < 1024) throw error;
    }
  }
}

class WorkerTeam implements Team {
  patience = PATIENCE;
  told = false;
  readonly #workers: Worker[] = [];
  readonly #words: Int32Array;
  #number = 0;
  #models = 0;
  #ended: string | undefined;

  constructor(
    readonly module: WebAssembly.Module,
    readonly memory: WasmMemory,
  ) {
    this.#words = new Int32Array(memory.buffer, 0, At.Bytes / 4);
    try {
      Atomics.wait(this.#words, At.Go / 4, 1);
    } catch {
      this.#words[At.Awake / 4] = 1; // a page's main thread must not wait
    }
  }

  get ended(): string | undefined {
    return this.#ended;
  }

  get came(): boolean {
    return this.#words[At.Ready / 4]! > 0;
  }

  ready(wanted: number): number {
    if (this.#ended !== undefined) return 1;
    try {
      while (this.#workers.length < wanted - 1) this.#start();
    } catch (error) {
      this.#ended = String(error); // no workers here: one thread has to do
      return 1;
    }
    return Math.min(wanted, 1 + Atomics.load(this.#words, At.Ready / 4));
  }

  #start(): void {
    const duty = { module: this.module, memory: this.memory.memory };
    const at = { go: At.Go / 4, ready: At.Ready / 4, call: At.Call / 4, spins: At.Spins / 4 };
    const worker = startWorker({ ...duty, ...at });
    worker.onEnd = (reason) => {
      this.#ended ??= reason;
    };
    this.#workers.push(worker);
  }

  /** Tells the workers of a call that is about to begin. */
  call(dtype: DType, threads: number, numbers: readonly number[]): void {
    const words = this.#words;
    words.set([bytesPerElement(dtype), ...numbers], At.Call / 4);
    words[At.Spins / 4] = threads > cores() ? 0 : SPINS;
    words[At.Start / 4] = words[At.Arrived / 4]!;
    words[At.Patience / 4] = this.patience;
    this.#number = (this.#number + 1) & 0x7fffff;
    Atomics.store(words, At.Go / 4, (this.#number << 8) | threads);
    Atomics.notify(words, At.Go / 4);
  }

  use(models: 1 | -1): void {
    this.#models += models;
    if (this.#models > 0) return;
    const timer: { unref?(): void } | number = setTimeout(() => {
      if (this.#models === 0) this.stop('no model uses it');
    }, LEISURE);
    if (typeof timer === 'object') timer.unref?.();
  }

  stop(reason: string): void {
    this.#ended ??= reason;
    this.told = true;
    for (const worker of this.#workers) worker.stop();
  }
}

/**
 * The WebAssembly backend over shared memory, with a team of workers.
 * @throws whatever the engine throws where shared memory is refused, as on pages that are not cross-origin isolated.
 */
export function createSharedBackend(): Backend {
  const module = compileCore(true);
  const memory = sharedMemory();
  const team = new WorkerTeam(module, memory);
  const { exports } = new WebAssembly.Instance(module, { env: { memory: memory.memory } });
  const bind = (dtype: DType): Run => {
    const run = exports[dtype === 'float32' ? 'run_f32' : 'run_f64'] as Run;
    return (plan, base, from, to, steps, threads = 1) => {
      if (threads > 1) team.call(dtype, threads, [plan, base, from, to, steps]);
      return run(plan, base, from, to, steps, threads);
    };
  };
  return { name: 'wasm', memory, run: { float32: bind('float32'), float64: bind('float64') }, team };
}
