// Activations and their derivatives, nanoseconds per element of a block that lies in the first-level cache.
import { measure, result } from '../harness.js';
import { loadInternals } from '../internals.js';
import { digest, setUp } from '../op.js';

const DTYPES = ['float32', 'float64'];
const ACTIVATIONS = ['relu', 'sigmoid', 'tanh', 'gelu', 'softmax'];
/** 2,048 elements: x, output and delta are 24 KB in float32. */
const ROWS = 32;
const COLS = 64;
/** Rows of ten classes: one vector of four is half pads. */
const CLASSES = 10;
/**
 * Steps of one call: a call costs some 30 ns. Derivatives multiply delta in place, so they begin anew before each call:
 * after eight of them float32 numbers are still far from denormal.
 */
const STEPS = 8;

export async function elementwise({ sampling, report }) {
  const internals = await loadInternals();
  const backends = [internals.createWasmBackend(), internals.createJsBackend()];
  for (const dtype of DTYPES) {
    for (const name of ACTIVATIONS) {
      for (const cols of name === 'softmax' ? [CLASSES, COLS] : [COLS]) {
        for (const way of ['forward', 'backward']) {
          const runs = measure(
            backends.map((backend) => activation(internals, backend, { dtype, name, cols, way })),
            sampling,
          );
          report(
            result({
              group: `elementwise ${dtype}, ${ROWS} rows`,
              name: `${name}${name === 'softmax' ? ` of ${cols}` : ''}, ${way}`,
              unit: 'ns per element',
              runs,
              convert: (t) => (t * 1e6) / (STEPS * ROWS * cols),
            }),
          );
        }
      }
    }
  }
}

/** Op 0 is the activation, op 1 copies y to delta, op 2 is delta *= f′. */
function activation(internals, backend, { dtype, name, cols, way }) {
  let delta;
  const plan = setUp(internals, backend, {
    dtype,
    rows: ROWS,
    x: cols,
    y: cols,
    emit(b, x, y) {
      const out = b.rows('out', cols);
      delta = b.rows('delta', cols);
      b.append(name, { out, x });
      b.append('rescale', { out: delta, x: y }, { scale: 1, offset: 0 });
      b.append(`${name}Backward`, { delta, saved: internals.activations[name].saved === 'output' ? out : x });
      return out;
    },
  });
  plan.fill(plan.x, 1, -3, 3);
  plan.fill(plan.y, 2);
  plan.run(0, 3);
  const values = plan.view(way === 'forward' ? plan.output : delta, ROWS);
  const op = way === 'forward' ? 0 : 2;
  return {
    name: backend.name,
    prepare: op === 2 ? () => plan.run(1, 2) : undefined,
    run() {
      plan.run(op, op + 1, STEPS);
      return values[0];
    },
    digest() {
      plan.run(0, 3);
      return digest(plan.view(way === 'forward' ? plan.output : delta, ROWS));
    },
  };
}
