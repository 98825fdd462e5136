// What threads can gain here at best.
import { statistics } from './harness.js';
import { loadInternals } from './internals.js';
import { setUp } from './op.js';

/** Two threads may share one core of the processor, and virtual machines do not tell. */
export async function scalingNote() {
  const internals = await loadInternals();
  const backend = internals.createSharedBackend();
  const { team } = (await backend.coming) ?? {};
  if (!team) return 'threads: none to be had';
  for (let waited = 0; team.ready(2) < 2; waited += 10) {
    if (waited > 5000) return 'threads: none came up';
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const plan = setUp(
    internals,
    { memory: backend.memory, run: team.run },
    {
      dtype: 'float32',
      threads: 2,
      rows: 64,
      x: 128,
      params: [{ name: 'w', shape: [128, 128] }],
      emit(b, x) {
        const out = b.rows('out', 128);
        b.emit('matmul', { out, x, w: b.tensor('w') });
        return out;
      },
    },
  );
  plan.fill(plan.x, 1);
  const time = (threads) => {
    const start = performance.now();
    plan.run(0, plan.length, 500, threads);
    return performance.now() - start;
  };
  for (let round = 0; round < 5; round++) time(1 + (round % 2));
  const { median } = statistics(Array.from({ length: 9 }, () => time(1) / time(2)));
  team.stop('measured');
  return `threads: here two do ${median.toFixed(2)} times the work of one, in a product that stays in their caches`;
}
