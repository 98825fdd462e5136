// Options of the command line.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { rivals } from './list.js';

/** What installs the JavaScript rivals, from the root. */
export const INSTALL = 'npm --prefix bench/rivals install';

export const usage = `npm run bench:rivals -- [options]
  --install       first installs the JavaScript rivals (${INSTALL}; 500 MB)
  --only NAME     only rivals whose name contains NAME (may be repeated): ${rivals.map(({ name }) => name).join(', ')}
  --case NAME     only work whose name contains NAME (may be repeated): xor, train-32, predict-1, matmul-256 …
  --rounds N      rounds of each comparison (default 5; slow ones end after a minute, when they have had two)
  --threads LIST  numbers of threads, where a rival can have them (default 1,2)
  --mnist DIR     folder with MNIST's IDX files (plain or .gz)
  --node PATH     Node that runs linnet and the JavaScript rivals (default: this one)
  --python PATH   Python that runs the others (default /usr/bin/python3, else python3)
  --json FILE     where to write the figures (default out/rivals.json)`;

export function stop(message) {
  console.error(`bench:rivals: ${message}`);
  return process.exit(1);
}

/** The options, checked. */
export function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        install: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        case: { type: 'string', multiple: true },
        rounds: { type: 'string', default: '5' },
        threads: { type: 'string', default: '1,2' },
        mnist: { type: 'string' },
        node: { type: 'string', default: process.execPath },
        python: { type: 'string', default: existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3' },
        json: { type: 'string', default: 'out/rivals.json' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const whole = (name, text) =>
      Number(text) > 0 && Number.isInteger(Number(text))
        ? Number(text)
        : stop(`--${name} wants positive integers, got ${text}.`);
    const threads = values.threads.split(',').map((text) => whole('threads', text));
    return { ...values, rounds: whole('rounds', values.rounds), threads };
  } catch (error) {
    return stop(`${error.message}\n${usage}`);
  }
}
