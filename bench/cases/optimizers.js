// Optimizers on 100,000 parameters, nanoseconds per parameter: all ops of a step, sweeps of denormals included.
import { measure, result } from '../harness.js';
import { loadInternals } from '../internals.js';
import { digest, setUp } from '../op.js';

const PARAMETERS = 100_000;
/** Two sweeps, for the comparison of results. */
const CHECKED = 129;

const OPTIMIZERS = {
  sgd: { name: 'sgd', momentum: 0, nesterov: false },
  momentum: { name: 'sgd', momentum: 0.9, nesterov: false },
  rmsprop: 'rmsprop',
  adagrad: 'adagrad',
  adam: 'adam',
  adamw: 'adamw',
};

export async function optimizers({ sampling, report }) {
  const internals = await loadInternals();
  const backends = [internals.createWasmBackend(), internals.createJsBackend()];
  for (const dtype of ['float32', 'float64']) {
    for (const [name, chosen] of Object.entries(OPTIMIZERS)) {
      const runs = measure(
        backends.map((backend) => update(internals, backend, dtype, chosen)),
        sampling,
      );
      report(
        result({
          group: `optimizers ${dtype}, ${PARAMETERS.toLocaleString('en')} parameters`,
          name,
          unit: 'ns per parameter',
          runs,
          convert: (t) => (t * 1e6) / PARAMETERS,
        }),
      );
    }
  }
}

function update(internals, backend, dtype, chosen) {
  const { emitOptimizer, optimizerStates, parseOptimizer, Segment } = internals;
  const optimizer = typeof chosen === 'string' ? parseOptimizer(chosen) : chosen;
  const states = optimizerStates(optimizer);
  let w;
  const plan = setUp(internals, backend, {
    dtype,
    rows: 1,
    params: [{ name: 'w', shape: [PARAMETERS] }],
    states: states.length,
    x: PARAMETERS,
    emit(b) {
      w = b.tensor('w');
      // Gradients that stay the same: states neither vanish nor overflow, however often this runs.
      const g = { name: 'g', segment: Segment.X, offset: 0, layout: 'flat', shape: [PARAMETERS] };
      emitOptimizer(b, optimizer, g);
      return w;
    },
  });
  plan.fill(plan.x, 1);
  const initial = states[0]?.initial;
  plan.startAnew(initial);
  const values = plan.view(w);
  const step = (steps) => {
    plan.run(0, plan.length, steps);
    return values[0];
  };
  return {
    name: backend.name,
    run: () => step(1),
    digest() {
      plan.startAnew(initial);
      step(CHECKED);
      return digest(values);
    },
  };
}
