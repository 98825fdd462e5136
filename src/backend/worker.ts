import { builtin } from '../builtin';
import { type Duty, serve } from './serve';

/** A running worker. */
export interface Worker {
  /** Called once if it ends, with the reason, unless by `stop`. */
  onEnd: (reason: string) => void;
  stop(): void;
}

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
 * @param script of web workers: where dist/worker.js is. By default its text is in a `blob:` address, which a content
 *   security policy may refuse.
 * @throws whatever the engine throws where workers are refused.
 */
export function startWorker(duty: Duty, script?: string | URL): Worker {
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
  const url = script ?? URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const page = new globalThis.Worker(url, { name: 'linnet' });
  page.onerror = ({ message }) => end(message || 'the script was refused');
  page.postMessage(duty);
  worker.stop = () => {
    stopped = true;
    page.terminate();
    if (!script) URL.revokeObjectURL(url as string);
  };
  return worker;
}
