import type { Logs } from './callbacks';

/** Shows how far training is; called between slices. */
export interface Progress {
  slice(epoch: number, done: number, batches: number, logs: Partial<Logs>): void;
  epoch(epoch: number, logs: Partial<Logs>): void;
  /** Training is over, perhaps within an epoch. */
  end(): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR = 24;
const REDRAW = 50; // milliseconds

// Four decimals, so that epochs stand in columns.
const number = (value: number) =>
  value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4) ? value.toFixed(4) : value.toExponential(3);

/** `loss 0.0951 (val 0.2325) · accuracy 0.9784 (val 0.9306)`: short enough for 80 columns. */
function numbers(logs: Readonly<Record<string, number>>): string {
  const parts = Object.entries(logs).map(([name, value]) => {
    if (name.startsWith('val_')) return '';
    const validation = logs[`val_${name}`];
    return `${name} ${number(value)}${validation === undefined ? '' : ` (val ${number(validation)})`}`;
  });
  return parts.filter(Boolean).join(' · ');
}

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
export function createProgress(verbose: number, epochs: number): Progress | undefined {
  if (verbose === 0) return undefined;
  const screen = verbose === 1 ? terminal() : undefined;
  let started = performance.now();
  let drawn = 0;
  let open = false; // a bar is on the last line
  const head = (epoch: number) => `epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`;
  return {
    slice(epoch, done, batches, logs) {
      const now = performance.now();
      if (!screen || now - drawn < REDRAW) return;
      drawn = now;
      open = true;
      const bar = '━'.repeat(Math.round((done / batches) * BAR)).padEnd(BAR, '╌');
      const line = `${head(epoch)} ${bar} ${done}/${batches} · ${numbers(logs)}`;
      screen.write(`\r\x1b[K${line.slice(0, (screen.columns ?? 80) - 1)}`);
    },
    epoch(epoch, logs) {
      const now = performance.now();
      const line = `${head(epoch)} · ${numbers(logs)} · ${Math.round(now - started)} ms`;
      started = now;
      open = false;
      if (screen) screen.write(`\r\x1b[K${line}\n`);
      else console.log(line);
    },
    end() {
      if (open) screen?.write('\n');
    },
  };
}
