import type { Logs } from './callbacks';
import type { Progress } from './fit';

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR = 24;
const REDRAW = 50; // milliseconds

const numbers = (logs: Logs) =>
  Object.entries(logs)
    .map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    .join(' · ');

/** The terminal of Node, Deno and Bun, if there is one. */
function terminal(): Terminal | undefined {
  const { process } = globalThis as { process?: { stdout?: Terminal } };
  const out = process?.stdout;
  return out?.isTTY ? out : undefined;
}

/**
 * Progress of `fit`: with verbose 1 a bar that is redrawn in place, or plain lines where the output is no terminal;
 * with verbose 2 one line per epoch.
 */
export function createProgress(verbose: 0 | 1 | 2, epochs: number): Progress | undefined {
  if (verbose === 0) return undefined;
  const screen = verbose === 1 ? terminal() : undefined;
  let started = performance.now();
  let drawn = 0;
  const head = (epoch: number) => `epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`;
  return {
    slice(epoch, done, batches, logs) {
      const now = performance.now();
      if (!screen || now - drawn < REDRAW) return;
      drawn = now;
      const full = Math.round((done / batches) * BAR);
      const bar = '━'.repeat(full) + '╌'.repeat(BAR - full);
      const line = `${head(epoch)} ${bar} ${done}/${batches} · ${numbers(logs)}`;
      screen.write(`\r\x1b[K${line.slice(0, (screen.columns ?? 80) - 1)}`);
    },
    epoch(epoch, _batches, logs) {
      const now = performance.now();
      const line = `${head(epoch)} · ${Math.round(now - started)} ms · ${numbers(logs)}`;
      started = now;
      if (screen) screen.write(`\r\x1b[K${line}\n`);
      else console.log(line);
    },
  };
}
