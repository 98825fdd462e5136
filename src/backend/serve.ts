/** What a worker gets: the core, the memory it shares, and where in it (as indices of i32) the team's words are. */
export interface Duty {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly go: number;
  readonly ready: number;
  readonly call: number;
  readonly spins: number;
  readonly result: number;
}

/**
 * The program of a worker: waits for calls and takes its part in them, until it is terminated. Most often it is sent to the
 * worker as text, so it must not refer to anything outside.
 */
/* v8 ignore start: runs in workers */
export function serve({ module, memory, go, ready, call, spins, result }: Duty): void {
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
    const owned = (seen >> 8) & 1;
    const part = thread - owned;
    // A call that this worker has no part in may be over by now, and its words another's.
    if (part >= threads) continue;
    const run = exports[words[call] === 4 ? 'run_f32' : 'run_f64'] as (...numbers: (number | undefined)[]) => number;
    const done = run(
      words[call + 1],
      words[call + 2],
      words[call + 3],
      words[call + 4],
      words[call + 5],
      threads,
      part,
    );
    if (owned && part === 0) {
      Atomics.store(words, result, done);
      Atomics.notify(words, result);
    }
  }
}
/* v8 ignore stop */
