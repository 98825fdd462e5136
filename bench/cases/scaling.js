// How speed depends on size: one square dense layer, forward, both gradients and Adam, over its width and over rows.
import { measure, result } from '../harness.js';
import { loadInternals } from '../internals.js';
import { digest, setUp } from '../op.js';
import { emitInputGradient } from './matmul.js';

const ROWS = 32;
const WIDTH = 256;
/** Powers of two, where strides may collide in caches, and half-way between them. */
const WIDTHS = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

/** In a quick run every other size, up to what TypeScript does in 50 ms. */
const quickly = (sizes, most) => sizes.filter((n, i) => i % 2 === 0 && n <= most);

export async function scaling({ sampling, quick, report }) {
  const internals = await loadInternals();
  const backends = [internals.createWasmBackend(), internals.createJsBackend()];
  const curves = [
    ...(quick ? quickly(WIDTHS, 512) : WIDTHS).map((width) => ({ over: 'width', width, rows: ROWS })),
    ...(quick ? quickly(BATCHES, 256) : BATCHES).map((rows) => ({ over: 'rows', width: WIDTH, rows })),
  ];
  for (const { over, width, rows } of curves) {
    const gigaflop = (3 * 2 * rows * width * width) / 1e9;
    // TypeScript takes a second for a step of the largest: few samples of those.
    const rounds = gigaflop > 0.5 ? 3 : sampling.rounds;
    const runs = measure(
      backends.map((backend) => layer(internals, backend, width, rows)),
      { ...sampling, rounds },
    );
    const fixed = over === 'width' ? `${ROWS} rows` : `width ${WIDTH}`;
    report(
      result({
        group: `scaling: dense layer, forward, gradients and Adam, over ${over} (${fixed})`,
        name:
          over === 'width'
            ? `width ${width.toLocaleString('en')}`
            : `${rows.toLocaleString('en')} row${rows > 1 ? 's' : ''}`,
        unit: 'GFLOP/s', // of the three products; Adam and the rest take time, and are not counted
        runs,
        convert: (milliseconds) => (gigaflop / milliseconds) * 1000,
      }),
      { chart: 'scaling', panel: `over ${over} (${fixed})`, x: over === 'width' ? width : rows },
    );
  }
}

function layer(internals, backend, width, rows) {
  const { emitOptimizer, optimizerStates, parseOptimizer } = internals;
  const optimizer = parseOptimizer('adam');
  let w;
  const plan = setUp(internals, backend, {
    dtype: 'float32',
    rows,
    params: [
      { name: 'w', shape: [width, width] },
      { name: 'bias', shape: [width] },
    ],
    states: optimizerStates(optimizer).length,
    x: width,
    y: width, // stands for delta, which is the same in every step
    emit(b, x, delta) {
      w = b.tensor('w');
      const out = b.rows('out', width);
      b.emit('matmul', { out, x, w });
      b.emit('addBias', { out, bias: b.tensor('bias') });
      b.emit('matmulBackwardWeights', { dw: b.tensor('∂w'), x, delta });
      b.emit('columnSums', { sums: b.tensor('∂bias'), delta });
      emitInputGradient(b, w, delta);
      emitOptimizer(b, optimizer, b.gradients);
      return out;
    },
  });
  plan.fill(plan.x, 1);
  plan.fill(plan.y, 2);
  plan.startAnew();
  const values = plan.view(w);
  const step = () => {
    plan.run(0, plan.length);
    return values[0];
  };
  return {
    name: backend.name,
    run: step,
    digest() {
      plan.startAnew();
      step();
      return digest(values) + digest(plan.view(plan.output, rows));
    },
  };
}
