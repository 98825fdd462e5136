// Times a model's plan op by op. The model is the library's own engine, at work on real rows; only its backend's `run` is
// replaced by one that runs a single op at a time and looks at the clock.
import { statistics } from './harness.js';
import { classify, layersOf } from './models.js';

/** Runs that are not timed, so that V8 is done with the code. */
const WARM_UP = 300;

/**
 * A compiled model with its rows, and `pass(from)`, which does the batches of one call.
 * @param {object} settings options of the command.
 */
export function prepare(internals, data, settings) {
  const { buildArchitecture, Engine, layers, parseCompileOptions, shuffle, toLabels, toRows } = internals;
  const { model: widths, backend, dtype, optimizer, kind, batch, skipZeros, hidden, dropout } = settings;
  const architecture = buildArchitecture(layersOf(layers, widths, { hidden, dropout }));
  const engine = new Engine(architecture, dtype, 1, backend, skipZeros);
  const { outputs } = architecture;
  const training = parseCompileOptions({ ...classify(outputs), optimizer });
  engine.compile(training);

  const given = toRows('x', data.x, architecture.inputs, dtype, { borrow: true });
  const x = kind === 'train' ? engine.hold(given, batch) : engine.skipZeros(given, batch);
  const y =
    outputs === 1
      ? toRows('y', { data: data.y, shape: [data.rows, 1] }, 1, dtype)
      : toLabels('y', data.y, outputs, dtype);
  const order = shuffle(data.rows, 1, 0);
  // As many batches in one call as `fit` has when it is at full pace; whole ones, if the data have one.
  const whole = Math.max(batch, data.rows - (data.rows % batch));
  const count = Math.min(engine.stageRows(x, batch), whole, data.rows);
  const { learningRate } = training.optimizer;
  let from = 0;
  return {
    engine,
    plan: engine.plan(kind, batch),
    rows: Math.min(batch, data.rows),
    steps: Math.ceil(count / batch),
    pass() {
      if (from + count > data.rows) from = 0;
      const sums = new Float64Array(2);
      engine.run(kind, { x, y: kind === 'predict' ? undefined : y, order, from, count, batch, learningRate, sums });
      from += count;
    },
  };
}

/**
 * Calls that run op by op and calls that run as usual take turns.
 * @returns microseconds: `ops` (medians, the cost of a call taken off), `call` (what was taken off), `whole` (a step
 *   that is run in one call), `outside` (per step: gathering rows, and all else that `Engine.run` does).
 */
export function profile({ engine, plan, steps, pass }, milliseconds) {
  const { run: runs } = engine.runtime.backend;
  const run = runs[plan.dtype];
  const samples = plan.instructions.map(() => []);
  const empty = [];
  const whole = [];
  const outside = [];
  let inside = 0;
  const singly = (at, base, from, to, count) => {
    for (let step = 0; step < count; step++) {
      for (let i = from; i < to; i++) {
        const began = performance.now();
        run(at, base, i, i + 1, 1);
        samples[i].push(performance.now() - began);
        if (i !== from + ((samples[i].length - 1) % (to - from))) continue;
        const start = performance.now(); // an empty call, once a step, in turn behind each op
        run(at, base, from, from, 1);
        empty.push(performance.now() - start);
      }
    }
    return count;
  };
  const together = (at, base, from, to, count) => {
    const start = performance.now();
    const done = run(at, base, from, to, count);
    inside = performance.now() - start;
    return done;
  };
  try {
    const warm = performance.now() + WARM_UP;
    while (performance.now() < warm) {
      for (const way of [run, singly]) {
        runs[plan.dtype] = way;
        pass();
      }
    }
    for (const list of [empty, ...samples]) list.length = 0;
    const end = performance.now() + milliseconds;
    while (performance.now() < end || whole.length < 5) {
      runs[plan.dtype] = singly;
      pass();
      runs[plan.dtype] = together;
      const start = performance.now();
      pass();
      outside.push((performance.now() - start - inside) / steps);
      whole.push(inside / steps);
    }
  } finally {
    runs[plan.dtype] = run;
  }
  const median = (list) => statistics(list).median * 1000;
  const call = median(empty);
  return {
    steps: samples[0].length,
    call,
    whole: median(whole),
    outside: median(outside),
    ops: samples.map((list, i) => Math.max(0, time(plan.instructions[i], list, call))),
  };
}

/** Median microseconds of an op; of one that works every so many steps only, the median of these, shared by all. */
function time({ op, ints }, list, call) {
  if (op !== 'flushState') return statistics(list).median * 1000 - call;
  const [interval] = ints;
  const sweeps = list.toSorted((a, b) => b - a).slice(0, Math.ceil(list.length / interval));
  return (statistics(sweeps).median * 1000 - call) / interval;
}

/** What an op works on: its shape as text, elements, and operations if it is a product. */
export function workOf(internals, instruction, rows, density) {
  const { op, dims } = instruction;
  const sizes = Object.fromEntries(internals.schema[op].dims.map((name, i) => [name, dims[i]]));
  const { cols, inner, n } = sizes;
  const sparse = op.endsWith('Sparse');
  const share = sparse ? density : 1;
  const shapes = {
    matmul: `${rows}×${inner} · ${inner}×${cols}`,
    matmulBackwardWeights: `${inner}×${rows} · ${rows}×${cols}`,
    matmulBackwardInput: `${rows}×${cols} · ${cols}×${inner}`,
  };
  const product = op.replace('Sparse', '');
  if (shapes[product]) return { shape: shapes[product], operations: 2 * rows * inner * cols * share, sparse };
  if (n !== undefined) return { shape: n.toLocaleString('en'), elements: n };
  if (inner !== undefined) return { shape: `${inner}×${cols}`, elements: inner * cols };
  return cols === undefined ? { shape: '' } : { shape: `${rows}×${cols}`, elements: rows * cols };
}
