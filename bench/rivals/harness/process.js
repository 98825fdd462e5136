// A process that does one library's share of the work, and the conversation with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(new URL('.', import.meta.url)));
/** Longer than any work takes: a process that says nothing for so long hangs. */
const PATIENCE = 300_000;

export class Process {
  #child;
  #lines;
  #errors = '';

  /** @param {{ command: string, file: string, args: string[], threads: number }} what `file` is in rivals/. */
  constructor({ command, file, args, threads }) {
    this.#child = spawn(command, [join(folder, file), ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        OMP_NUM_THREADS: String(threads),
        OPENBLAS_NUM_THREADS: String(threads),
        MKL_NUM_THREADS: String(threads),
        PYTHONPATH: join(folder, 'harness'),
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    this.#child.on('error', (error) => this.#fail(error.message)); // no such command
    this.#child.stdin.on('error', () => {}); // it ended: the next reply says so
    this.#child.stderr.on('data', (text) => {
      this.#errors = (this.#errors + text).slice(-2000);
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  #fail(text) {
    this.#errors += text;
  }

  /** The next message. */
  async reply() {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE);
    const { value, done } = await this.#lines.next();
    clearTimeout(timer);
    if (done) throw new Error(`it ended: ${this.#errors.trim() || 'without a word'}`);
    const message = JSON.parse(value);
    if (message.error) throw new Error(message.error);
    return message;
  }

  ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.reply();
  }

  /** Ends the process; resolves when it has ended. */
  async close() {
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 2000);
    await ended;
    clearTimeout(timer);
  }
}
