// A rival's side of the conversation: one JSON message a line, requests on stdin, replies on stdout. serve.py is its
// twin in Python.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Least milliseconds of calls before anything is timed, so that V8's optimised code is. */
const WARM_UP = 1000;
/** Least milliseconds of a sample. */
const SAMPLE = 200;

/**
 * The same work, made ready.
 * @typedef {object} Work
 * @property {() => unknown} [reset] called before each `run`, not timed.
 * @property {() => unknown} run what is timed; may return a promise. `{ milliseconds }` that comes of it stands for its time.
 * @property {() => number | Promise<number>} value a number that depends on all of the last run's result, not timed.
 * @property {() => number | Promise<number>} [check] the same from a run whose every step is prescribed, not timed.
 * @property {string} [differs] why the work is not quite the same, where it cannot be.
 */

/**
 * Answers until stdin ends.
 * @param {Record<string, (params: object) => Work | Promise<Work>>} makers by kind of work.
 * @param {object} [about] what the table says about this rival.
 */
export async function serve(makers, about = {}) {
  const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  // What libraries print must not get between the lines.
  for (const method of ['log', 'info', 'warn', 'debug']) console[method] = console.error;
  let work;
  let calls = 1;
  const answers = {
    async prepare({ params }) {
      work = await makers[params.kind](params);
      calls = await warmUp(work);
      return { differs: work.differs };
    },
    async run() {
      const [began, cpu] = [performance.now(), process.cpuUsage()];
      const milliseconds = (await timed(work, calls)) / calls;
      const { user, system } = process.cpuUsage(cpu);
      const share = (user + system) / 1000 / (performance.now() - began);
      return { milliseconds, share, value: await work.value() };
    },
    check: async () => ({ value: await work.check?.() }),
  };
  send({ ready: true, ...about, runtime: `Node ${process.versions.node}` });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
      send(await answers[request.do](request));
    } catch (error) {
      send({ error: error.stack ?? String(error) });
    }
  }
  process.exit(); // threads of theirs would keep it alive
}

/** Calls per sample, after as many calls as it takes to be warm. */
async function warmUp(work) {
  const end = performance.now() + WARM_UP;
  for (let calls = 1; ; ) {
    const total = await timed(work, calls);
    if (performance.now() >= end) return Math.max(1, Math.ceil(SAMPLE / (total / calls)));
    if (total < SAMPLE / 2) calls *= 2;
  }
}

async function timed({ reset, run }, calls) {
  let total = 0;
  for (let i = 0; i < calls; i++) {
    await reset?.();
    const start = performance.now();
    const result = await run();
    total += result?.milliseconds ?? performance.now() - start;
  }
  return total;
}

const floats = (folder, name) => new Float32Array(new Uint8Array(readFileSync(join(folder, name))).buffer);

/** The digits and the first weights: x [rows, 784], y [rows], w1 [784, 128], w2 [128, 10]; biases begin at 0. */
export const readDigits = ({ folder }) => ({
  x: floats(folder, 'x.f32'),
  y: new Uint8Array(readFileSync(join(folder, 'y.u8'))),
  w1: floats(folder, 'w1.f32'),
  w2: floats(folder, 'w2.f32'),
});

/** Two matrices [n, n]. */
export const readSquares = ({ folder, n }) => ({ a: floats(folder, `a${n}.f32`), b: floats(folder, `b${n}.f32`) });

/** Mean cross-entropy of the first rows: `probabilities` [rows, 10], flat. */
export function crossentropy(probabilities, y) {
  const rows = probabilities.length / 10;
  let sum = 0;
  for (let i = 0; i < rows; i++) sum -= Math.log(Math.max(probabilities[i * 10 + y[i]], 1e-30));
  return sum / rows;
}

/** Mean of the squares. */
export const meanSquare = (values) => values.reduce((sum, value) => sum + value * value, 0) / values.length;

/**
 * Calls that train for so many epochs, timed by those from the second on: before the first one libraries check the data and
 * copy them, once for all epochs. Libraries whose epochs are loops of their users are timed as a whole.
 * @param {(callbacks: object) => Promise<unknown>} fit
 * @returns `{ milliseconds }` of as many epochs, all like these.
 */
export async function epochsFromSecond(epochs, fit) {
  let began;
  let ended;
  await fit({
    onEpochEnd() {
      ended = performance.now();
      began ??= ended;
    },
  });
  return { milliseconds: ((ended - began) * epochs) / (epochs - 1) };
}

/** The four rows of XOR, as lists. */
export const XOR = {
  x: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  y: [[0], [1], [1], [0]],
};

/** Mean squared error of four outputs for XOR. */
export const xorError = (outputs) => meanSquare(outputs.map((output, i) => output - XOR.y[i][0]));

/** 0 … count − 1 in a random order (Fisher–Yates), for rivals that leave shuffling to their users. */
export function permutation(count) {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
