// The three matrix products of training, each as a plan of one op through the backends' real `run`.
import { measure, result } from '../harness.js';
import { loadInternals } from '../internals.js';
import { digest, setUp } from '../op.js';

/** Powers of two, and others beside them: a product of 17 must not take as long as one of 32. */
const SQUARES = [8, 16, 17, 31, 32, 33, 64, 65, 100, 127, 128, 129, 256, 512, 1024];
const SQUARES_64 = [64, 128, 256, 512];
/** A layer of the digit classifiers: rows × inner · inner × cols. */
const LAYERS = [
  { form: 'forward', rows: 1, inner: 784, cols: 128 },
  { form: 'forward', rows: 32, inner: 784, cols: 128 },
  { form: 'forward', rows: 32, inner: 128, cols: 10 },
  { form: 'weights', rows: 32, inner: 784, cols: 128 },
  { form: 'weights', rows: 32, inner: 128, cols: 10 },
  { form: 'input', rows: 32, inner: 128, cols: 10 },
];

const titles = {
  forward: ({ rows, inner, cols, square }) => (square ? `${square}³` : `${rows}×${inner} · ${inner}×${cols}`),
  weights: ({ rows, inner, cols }) => `${inner}×${rows} · ${rows}×${cols}, weight gradient`,
  input: ({ rows, inner, cols }) => `${rows}×${cols} · ${cols}×${inner}, input gradient`,
};

export async function matmul({ sampling, quick, report }) {
  const internals = await loadInternals();
  const backends = [internals.createWasmBackend(), internals.createJsBackend()];
  const square = (n) => ({ form: 'forward', rows: n, inner: n, cols: n, square: n });
  const squares = (sizes, most) => sizes.filter((n) => n <= most).map(square);
  const shapes = [
    ...squares(SQUARES, quick ? 512 : 1024).map((shape) => ({ dtype: 'float32', ...shape })),
    ...LAYERS.map((shape) => ({ dtype: 'float32', ...shape })),
    ...squares(SQUARES_64, quick ? 256 : 512).map((shape) => ({ dtype: 'float64', ...shape })),
  ];
  for (const shape of shapes) {
    const { dtype, form, rows, inner, cols } = shape;
    const runs = measure(
      backends.map((backend) => product(internals, backend, shape)),
      sampling,
    );
    const gigaflop = (2 * rows * inner * cols) / 1e9;
    const name = titles[form](shape);
    const convert = (milliseconds) => (gigaflop / milliseconds) * 1000;
    const point = shape.square && { chart: 'matmul', panel: dtype, x: shape.square };
    report(result({ group: `matmul ${dtype}`, name, unit: 'GFLOP/s', runs, convert }), point);
  }
}

const forms = {
  forward(b, w, x) {
    const out = b.rows('out', w.shape[1]);
    b.emit('matmul', { out, x, w });
    return out;
  },
  weights(b, _, x, delta) {
    const dw = b.tensor('∂w');
    b.emit('matmulBackwardWeights', { dw, x, delta });
    return dw;
  },
  input: (b, w, _, delta) => emitInputGradient(b, w, delta),
};

/** delta · wᵀ. */
export function emitInputGradient(b, w, delta) {
  const [inner, cols] = w.shape;
  const dx = b.rows('dx', inner);
  const rows = Math.min(b.batch, 32); // the kernel turns so many at a time
  const scratch = b.flat('scratch', (cols + inner + 8) * rows); // both padded to whole vectors
  b.emit('matmulBackwardInput', { dx, delta, w, scratch });
  return dx;
}

/** A plan of one op, its tensors filled with the same numbers on every backend; `tensors` gives access to them. */
export function product(internals, backend, { dtype, form, rows, inner, cols }) {
  let w;
  const plan = setUp(internals, backend, {
    dtype,
    rows,
    params: [{ name: 'w', shape: [inner, cols] }],
    x: inner,
    y: cols,
    emit(b, x, delta) {
      w = b.tensor('w');
      return forms[form](b, w, x, delta);
    },
  });
  const { x, y, output } = plan;
  plan.fill(x, 1);
  plan.fill(y, 2);
  plan.fill(w, 3);
  const out = plan.view(output, rows);
  return {
    name: backend.name,
    tensors: { x: plan.view(x), w: plan.view(w), out },
    run() {
      plan.run(0, 1);
      return out[0] + out.at(-1);
    },
    digest: () => digest(out),
  };
}
