// The three matrix products of training, each as a plan of one op through the backends' real `run`.
import { random } from '../data.js';
import { measure, result } from '../harness.js';
import { loadInternals } from '../internals.js';

const SQUARES = [8, 16, 32, 64, 128, 256, 512, 1024];
const SQUARES_64 = [64, 256, 512];
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

export async function matmul({ rounds, quick, report }) {
  const internals = await loadInternals();
  const squares = quick ? SQUARES.filter((n) => n <= 512) : SQUARES;
  const square = (n) => ({ form: 'forward', rows: n, inner: n, cols: n, square: n });
  const shapes = [
    ...squares.map((n) => ({ dtype: 'float32', ...square(n) })),
    ...LAYERS.map((shape) => ({ dtype: 'float32', ...shape })),
    ...(quick ? [256] : SQUARES_64).map((n) => ({ dtype: 'float64', ...square(n) })),
  ];
  for (const shape of shapes) {
    const { dtype, form, rows, inner, cols } = shape;
    const products = [internals.createWasmBackend(), internals.createJsBackend()].map((backend) =>
      product(internals, backend, shape),
    );
    const runs = measure(products, { rounds: 2 * rounds + 1, milliseconds: quick ? 5 : 15 });
    const gigaflop = (2 * rows * inner * cols) / 1e9;
    const name = titles[form](shape);
    const convert = (milliseconds) => (gigaflop / milliseconds) * 1000;
    report(result({ group: `matmul ${dtype}`, name, unit: 'GFLOP/s', runs, convert }));
  }
}

/** A plan of one op, its tensors filled with the same numbers on every backend; `tensors` gives access to them. */
export function product(internals, backend, { dtype, form, rows, inner, cols }) {
  const { PlanBuilder, layoutModel, Segment, Reg, align, bytesPerElement, elements, pad, viewsOf } = internals;
  const layout = layoutModel([{ name: 'w', shape: [inner, cols] }], dtype, 0);
  const b = new PlanBuilder(layout, rows, true); // for training: with a place for the gradient
  const count = (tensor) => elements(tensor, dtype, b.batch);
  const padded = (cols) => pad(cols, dtype);
  const [w] = layout.params;
  const x = { name: 'x', segment: Segment.X, offset: 0, layout: 'rows', shape: [inner] };
  const delta = { name: 'delta', segment: Segment.Y, offset: 0, layout: 'rows', shape: [cols] };
  const output = {
    forward() {
      const out = b.rows('out', cols);
      b.emit('matmul', { out, x, w });
      return out;
    },
    weights() {
      const dw = b.tensor('∂w');
      b.emit('matmulBackwardWeights', { dw, x, delta });
      return dw;
    },
    input() {
      const dx = b.rows('dx', inner);
      const scratch = b.flat('scratch', (padded(cols) + padded(inner)) * padded(b.batch));
      b.emit('matmulBackwardInput', { dx, delta, w, scratch });
      return dx;
    },
  }[form]();
  const plan = b.build({ input: x, target: delta, output, forward: 1 });

  const size = bytesPerElement(dtype);
  let end = 64;
  const take = (bytes) => {
    const from = end;
    end = align(end + bytes);
    return from;
  };
  const records = take(plan.records.length);
  const base = take(layout.bytes);
  const workspace = take(plan.workspace);
  const [xAt, deltaAt] = [x, delta].map((tensor) => take(count(tensor) * size));
  backend.memory.grow(end + 64);
  const views = viewsOf(backend.memory.buffer);
  const floats = dtype === 'float32' ? views.f32 : views.f64;
  fill(floats, xAt / size, rows, inner, padded(inner), 1);
  fill(floats, deltaAt / size, rows, cols, padded(cols), 2);
  fill(floats, (base + w.offset) / size, 1, count(w), count(w), 3);
  views.u8.set(plan.records, records);
  views.u32.set([base, workspace, xAt, deltaAt], (base + Reg.Segments) / 4);
  views.i32[(base + Reg.Rows) / 4] = rows;

  const first = (workspace + output.offset) / size;
  const last = first + elements(output, dtype, rows) - 1;
  const call = backend.run[dtype];
  const tensor = (at, length) => floats.subarray(at / size, at / size + length);
  return {
    name: backend.name,
    tensors: {
      x: tensor(xAt, count(x)),
      w: tensor(base + w.offset, count(w)),
      out: floats.subarray(first, last + 1),
    },
    run() {
      call(records, base, 0, 1, 1);
      return floats[first] + floats[last];
    },
    digest: () => floats.subarray(first, last + 1).reduce((sum, value, i) => sum + value * (1 + (i % 101)), 0),
  };
}

/** Rows of numbers in −1…1, pads +0. */
function fill(floats, at, rows, cols, stride, seed) {
  const next = random(seed);
  for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) floats[at + r * stride + c] = 2 * next() - 1;
}
