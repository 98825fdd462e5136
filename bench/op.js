// Ops without a model: a plan made by hand in memory laid out by hand, run by the backends' real `run`.
import { random } from './data.js';

/**
 * Puts a plan into a backend's memory, in the place of whatever was there.
 * @param {object} options
 * @param {{ name: string, shape: number[] }[]} [options.params] parameters; `states` is how many mirrors they have.
 * @param {number} [options.threads] that may run it, for a backend that has them.
 * @param {number} options.x columns of the inputs; `y`: of the targets. Both lie in the plan's read-only segments.
 * @param {(b: PlanBuilder, x: Tensor, y: Tensor) => Tensor} options.emit appends the ops; returns the output.
 */
export function setUp(internals, backend, { dtype, rows, params = [], states = 0, x = 1, y = 1, threads = 1, emit }) {
  const { PlanBuilder, layoutModel, Segment, Reg, Team, align, bytesPerElement, elements, pad, viewsOf } = internals;
  const layout = layoutModel(params, dtype, states);
  const b = new PlanBuilder(layout, rows, true, threads); // for training: with a place for the gradients
  const batch = (name, segment, cols) => ({ name, segment, offset: 0, layout: 'rows', shape: [cols] });
  const input = batch('x', Segment.X, x);
  const target = batch('y', Segment.Y, y);
  const output = emit(b, input, target);
  const plan = b.build({ input, target, output, forward: b.length });

  const size = bytesPerElement(dtype);
  const count = (tensor) => elements(tensor, dtype, b.batch);
  let end = Team.Bytes;
  const take = (bytes) => {
    const from = end;
    end = align(end + bytes);
    return from;
  };
  const records = take(plan.records.length);
  const rate = take(8);
  const segments = [layout.bytes, plan.workspace, count(input) * size, count(target) * size].map(take);
  const [base] = segments;
  backend.memory.grow(end + 64);
  const views = viewsOf(backend.memory.buffer);
  views.u8.fill(0, Team.Bytes, end);
  const floats = dtype === 'float32' ? views.f32 : views.f64;

  if (threads > 1) internals.writeShares(plan, new Uint32Array(plan.records.buffer));
  views.u8.set(plan.records, records);
  views.u32.set(segments, (base + Reg.Segments) / 4);
  views.i32[(base + Reg.Rows) / 4] = rows;
  views.u32[(base + Reg.LearningRate) / 4] = rate;
  views.f64[rate / 8] = 0.001;

  const place = ({ segment, offset }) => (segments[segment] + offset) / size;
  const view = (tensor, rowsOf = b.batch) => {
    const at = place(tensor);
    return floats.subarray(at, at + elements(tensor, dtype, rowsOf));
  };
  const call = backend.run[dtype];
  return {
    x: input,
    y: target,
    output,
    /** Ops before `next`, which would move on to another batch. */
    length: plan.instructions.length - 1,
    /** The numbers of a tensor, pads included; of rows, as many as asked for. They hold until the next set-up. */
    view,
    /** Rows of numbers from `low` to `high`, pads +0; other tensors without a gap. */
    fill(tensor, seed, low = -1, high = 1) {
      const values = view(tensor);
      const cols = tensor.layout === 'rows' ? tensor.shape[0] : values.length;
      const stride = tensor.layout === 'rows' ? pad(cols, dtype) : cols;
      const next = random(seed);
      for (let at = 0; at < values.length; at += stride) {
        for (let c = 0; c < cols; c++) values[at + c] = low + (high - low) * next();
      }
    },
    /** Parameters and states as before the first step. */
    startAnew(initial = 0) {
      const parameters = place({ segment: Segment.Model, offset: Reg.Bytes });
      const next = random(3);
      for (let i = 0; i < layout.size; i++) floats[parameters + i] = 2 * next() - 1;
      floats.fill(initial, parameters + layout.size, parameters + (1 + states) * layout.size);
      views.f64.set([0, 1, 1], (base + Reg.StepCount) / 8);
    },
    run: (from, to, steps = 1, threads = 1) => call(records, base, from, to, steps, threads),
  };
}

/** A number that depends on every number, and on its place. */
export const digest = (values) => values.reduce((sum, value, i) => sum + value * (1 + (i % 101)), 0);
