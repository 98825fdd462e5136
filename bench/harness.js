// Timing: variants take turns, round after round, so that a busy neighbour or a clock that slows down meets all alike.
import { opponentOf } from './variants.js';

/** Least milliseconds of calls before anything is timed: enough for V8 to optimise both languages. */
const WARM_UP = 100;

/**
 * One of the things compared.
 * @typedef {object} Variant
 * @property {string} name
 * @property {() => unknown} [prepare] called before each `run`, not timed.
 * @property {(prepared: unknown) => number} run returns a number that depends on the result, so that none is dropped.
 * @property {() => number} [digest] a number that depends on all of the last result; default: what `run` returned.
 */

/**
 * Milliseconds per call of each variant.
 * @param {Variant[]} variants
 * @param {{ rounds: number, milliseconds: number, warmUp?: number }} options `milliseconds`: least time of one sample.
 * @returns {{ name: string, samples: number[], sink: number }[]} one sample a round.
 */
export function measure(variants, { rounds, milliseconds, warmUp: least = WARM_UP }) {
  const runs = variants.map((variant) => ({ name: variant.name, variant, calls: 1, samples: [], sink: 0 }));
  for (const run of runs) {
    const { calls, total } = warmUp(run.variant, Math.max(least, 2 * milliseconds));
    run.calls = Math.max(1, Math.ceil(milliseconds / (total / calls)));
  }
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < runs.length; i++) {
      const run = runs[(round + i) % runs.length];
      const { total, sink } = timed(run.variant, run.calls);
      run.samples.push(total / run.calls);
      run.sink = sink;
    }
  }
  return runs.map(({ name, samples, sink, variant }) => ({ name, samples, sink: variant.digest?.() ?? sink }));
}

/** Calls until the time is over; returns how long the last of them took, when the code was hot. */
function warmUp(variant, milliseconds) {
  const end = performance.now() + milliseconds;
  let calls = 1;
  for (;;) {
    const { total } = timed(variant, calls);
    if (performance.now() >= end) return { calls, total };
    if (total < milliseconds / 8) calls *= 2;
  }
}

function timed({ prepare, run }, calls) {
  let sink = 0;
  if (!prepare) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) sink = run();
    return { total: performance.now() - start, sink };
  }
  let total = 0;
  for (let i = 0; i < calls; i++) {
    const prepared = prepare();
    const start = performance.now();
    sink = run(prepared);
    total += performance.now() - start;
  }
  return { total, sink };
}

/**
 * Milliseconds per epoch of several calls of `fit` that take turns: one epoch of each, again and again. The first
 * epoch of each is the warm-up and left out.
 * @param {{ name: string, fit: (callbacks: object) => Promise<unknown> }[]} variants `fit` trains, and returns a number
 *   that depends on the result.
 * @returns {Promise<{ name: string, samples: number[], sink: number }[]>}
 */
export async function measureEpochs(variants) {
  const runs = variants.map(({ name }) => ({ name, samples: [], sink: 0 }));
  const waiting = [];
  let turn = 0;
  await Promise.all(
    variants.map(async (variant, i) => {
      let started = 0;
      const start = () => {
        started = performance.now();
      };
      runs[i].sink = await variant.fit({
        onEpochBegin() {
          if (turn === i) return start();
          return new Promise((resolve) => {
            waiting[i] = resolve;
          }).then(start);
        },
        onEpochEnd(epoch) {
          if (epoch > 0) runs[i].samples.push(performance.now() - started);
          turn = (i + 1) % variants.length;
          waiting[turn]?.();
        },
      });
    }),
  );
  return runs;
}

/** Median, quartiles and extremes. */
export function statistics(samples) {
  const sorted = samples.slice().sort((a, b) => a - b);
  const at = (q) => {
    const place = q * (sorted.length - 1);
    const low = Math.floor(place);
    return sorted[low] + (place - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
  };
  return { median: at(0.5), lower: at(0.25), upper: at(0.75), min: sorted[0], max: sorted.at(-1) };
}

/**
 * A result as it is reported: `convert` turns milliseconds into the unit. Ratios are those of times, opponent ÷ variant.
 */
export function result({ group, name, unit, runs, convert }) {
  const byName = Object.fromEntries(runs.map((run) => [run.name, run]));
  const compared = runs.filter((run) => byName[opponentOf(run.name)]);
  return {
    group,
    name,
    unit,
    backends: Object.fromEntries(
      runs.map(({ name: variant, samples, sink }) => {
        const values = samples.map(convert);
        return [variant, { ...statistics(values), samples: values, sink }];
      }),
    ),
    ratios: Object.fromEntries(
      compared.map(({ name: variant, samples }) => {
        const others = byName[opponentOf(variant)].samples;
        return [variant, statistics(samples.map((milliseconds, i) => others[i] / milliseconds))];
      }),
    ),
    sameResult: runs.every(({ sink }) => Object.is(sink, runs[0].sink)),
  };
}
