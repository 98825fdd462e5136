import { builtin } from './cores';

/** What a worker gets: the core, the memory it shares, and where in it (as indices of i32) the team's words are. */
export interface Duty {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly go: number;
  readonly ready: number;
  readonly call: number;
  readonly spins: number;
}

/** A running worker. */
export interface Worker {
  /** Called once if it ends, with the reason, unless by `stop`. */
  onEnd: (reason: string) => void;
  stop(): void;
}

/**
 * The program of a worker: waits for calls and takes its part in them, until it is terminated. It is sent to the worker as
 * text, so it must not refer to anything outside.
 */
/* v8 ignore start: runs in workers */
function serve({ module, memory, go, ready, call, spins }: Duty): void {
  const words = new Int32Array(memory.buffer);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  let seen = Atomics.load(words, go);
  const thread = Atomics.add(words, ready, 1) + 1;
  for (;;) {
    for (let i = words[spins]!; i && Atomics.load(words, go) === seen; i--);
    Atomics.wait(words, go, seen);
    const next = Atomics.load(words, go);
    if (next === seen) continue;
    seen = next;
    const threads = seen & 255;
    // A call that this worker has no part in may be over by now, and its words another's.
    if (thread >= threads) continue;
    const run = exports[words[call] === 4 ? 'run_f32' : 'run_f64'] as (...numbers: (number | undefined)[]) => number;
    run(words[call + 1], words[call + 2], words[call + 3], words[call + 4], words[call + 5], threads, thread);
  }
}
/* v8 ignore stop */

/** What is used of `node:worker_threads`. */
interface NodeThreads {
  readonly Worker: new (
    code: string,
    options: object,
  ) => {
    on(event: 'error' | 'exit', listener: (what: unknown) => void): void;
    unref(): void;
    terminate(): unknown;
  };
}

/**
 * Starts a worker: a thread that does not keep the process alive in Node, Deno and Bun, a web worker elsewhere.
 * @throws whatever the engine throws where workers are refused.
 */
export function startWorker(duty: Duty): Worker {
  const worker: Worker = { onEnd() {}, stop() {} };
  const node = builtin<NodeThreads>('node:worker_threads');
  let stopped = false;
  const end = (reason: string) => {
    if (!stopped) worker.onEnd(reason);
    stopped = true;
  };
  if (node) {
    const code = `(${serve})(require('node:worker_threads').workerData)`;
    const thread = new node.Worker(code, { eval: true, workerData: duty, execArgv: [] });
    thread.on('error', (error) => end(String(error)));
    thread.on('exit', (code) => end(`exit code ${code}`));
    thread.unref();
    worker.stop = () => {
      stopped = true;
      void thread.terminate();
    };
    return worker;
  }
  const code = `onmessage = ({ data }) => (${serve})(data)`;
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const page = new globalThis.Worker(url, { name: 'linnet' });
  page.onerror = ({ message }) => end(message || 'the script was refused');
  page.postMessage(duty);
  worker.stop = () => {
    stopped = true;
    page.terminate();
    URL.revokeObjectURL(url);
  };
  return worker;
}
