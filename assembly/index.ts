// run(): walks a plan's op records. One dispatch line per operation, and what threads share how.

import {
  elu,
  eluBackward,
  gelu,
  geluBackward,
  geluTanh,
  geluTanhBackward,
  leakyRelu,
  leakyReluBackward,
  relu,
  reluBackward,
  sigmoid,
  sigmoidBackward,
  softplus,
  softplusBackward,
  swish,
  swishBackward,
  tanh,
  tanhBackward,
} from './kernels/activation';
import { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from './kernels/crossentropy';
import {
  sigmoidBinaryCrossentropy,
  softmaxCategoricalCrossentropy,
  softmaxSparseCategoricalCrossentropy,
} from './kernels/fused';
import { dropout, dropoutBackward } from './kernels/dropout';
import { clipNorm, clipValue, flushDelta, guard, penalty, regularize, squaredNorm } from './kernels/gradient';
import { gather } from './kernels/gather';
import { huber, meanAbsoluteError, meanSquaredError } from './kernels/loss';
import { addBias, columnSums, matmul, matmulBackwardInput, matmulBackwardWeights } from './kernels/matmul';
import { binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from './kernels/metric';
import { adagrad, adam, decay, flushState, momentum, rmsProp, sgd } from './kernels/optimizer';
import { rescale, rescaleBackward } from './kernels/rescale';
import { softmax, softmaxBackward } from './kernels/softmax';
import { matmulBackwardWeightsSparse, matmulSparse } from './kernels/sparse';
import { countStep, next } from './kernels/step';
import { Op, Rec, Reg, Split } from './opcodes';
import { cell, int, num, ptr, rate, rowsOf, size } from './record';
import { barrier, begin, ROWS } from './team';

/** Threads take whole cache lines of flat ranges, so that none writes to another's. */
const LINE: i32 = 64;

/** One op: `rows` rows, or `n` elements, `shift` bytes from where its operands begin. */
// @ts-ignore: decorator
@inline
function perform<T>(
  p: usize, base: usize, op: i32, rows: i32, n: i32, firstRow: i32, shift: usize, thread: i32, threads: i32,
): void {
  const a = ptr(p, 0, base) + shift,
    b = ptr(p, 1, base) + shift,
    c = ptr(p, 2, base) + shift;
  // biome-ignore format: one line per operation
  switch (op) {
    case Op.Gather: gather(a, b, rows, int(p, 3) != 0, thread, threads); break;
    case Op.Matmul: matmul<T>(a, b, c, rows, n, int(p, 4), thread, threads); break;
    case Op.AddBias: addBias<T>(a, b, rows, n, thread, threads); break;
    case Op.MatmulBackwardWeights: matmulBackwardWeights<T>(a, b, c, rows, n, int(p, 4), thread, threads); break;
    case Op.MatmulSparse: matmulSparse<T>(a, b, c, rows, n, int(p, 4), base, thread, threads); break;
    case Op.MatmulBackwardWeightsSparse: matmulBackwardWeightsSparse<T>(a, b, c, ptr(p, 3, base), rows, n, int(p, 5), thread, threads); break;
    case Op.MatmulBackwardInput: matmulBackwardInput<T>(a, b, c, ptr(p, 3, base), rows, n, int(p, 5), thread, threads); break;
    case Op.ColumnSums: columnSums<T>(a, b, rows, n, thread, threads); break;
    case Op.Relu: relu<T>(a, b, size<T>(rows, n)); break;
    case Op.ReluBackward: reluBackward<T>(a, b, size<T>(rows, n)); break;
    case Op.LeakyRelu: leakyRelu<T>(a, b, size<T>(rows, n), num(p, 0)); break;
    case Op.LeakyReluBackward: leakyReluBackward<T>(a, b, size<T>(rows, n), num(p, 0)); break;
    case Op.Elu: elu<T>(a, b, size<T>(rows, n), num(p, 0)); break;
    case Op.EluBackward: eluBackward<T>(a, b, size<T>(rows, n), num(p, 0)); break;
    case Op.Sigmoid: sigmoid<T>(a, b, size<T>(rows, n)); break;
    case Op.SigmoidBackward: sigmoidBackward<T>(a, b, size<T>(rows, n)); break;
    case Op.Tanh: tanh<T>(a, b, size<T>(rows, n)); break;
    case Op.TanhBackward: tanhBackward<T>(a, b, size<T>(rows, n)); break;
    case Op.Softplus: softplus<T>(a, b, size<T>(rows, n)); break;
    case Op.SoftplusBackward: softplusBackward<T>(a, b, size<T>(rows, n)); break;
    case Op.Gelu: gelu<T>(a, b, size<T>(rows, n)); break;
    case Op.GeluBackward: geluBackward<T>(a, b, size<T>(rows, n)); break;
    case Op.GeluTanh: geluTanh<T>(a, b, size<T>(rows, n)); break;
    case Op.GeluTanhBackward: geluTanhBackward<T>(a, b, size<T>(rows, n)); break;
    case Op.Swish: swish<T>(a, b, size<T>(rows, n)); break;
    case Op.SwishBackward: swishBackward<T>(a, b, size<T>(rows, n)); break;
    case Op.Softmax: softmax<T>(a, b, rows, n); break;
    case Op.SoftmaxBackward: softmaxBackward<T>(a, b, rows, n); break;
    case Op.Dropout: dropout<T>(a, b, c, rows, n, int(p, 4), num(p, 0), base, firstRow); break;
    case Op.DropoutBackward: dropoutBackward<T>(a, b, size<T>(rows, n)); break;
    case Op.Rescale: rescale<T>(a, b, size<T>(rows, n), num(p, 0), num(p, 1)); break;
    case Op.RescaleBackward: rescaleBackward<T>(a, size<T>(rows, n), num(p, 0)); break;
    case Op.MeanSquaredError: meanSquaredError<T>(a, b, c, rows, n, cell(base, int(p, 4)), int(p, 5)); break;
    case Op.MeanAbsoluteError: meanAbsoluteError<T>(a, b, c, rows, n, cell(base, int(p, 4)), int(p, 5)); break;
    case Op.Huber: huber<T>(a, b, c, rows, n, cell(base, int(p, 4)), int(p, 5), num(p, 0)); break;
    case Op.BinaryCrossentropy: binaryCrossentropy<T>(a, b, c, rows, n, cell(base, int(p, 4)), int(p, 5), num(p, 0)); break;
    case Op.CategoricalCrossentropy: categoricalCrossentropy<T>(a, b, c, rows, n, cell(base, int(p, 4)), int(p, 5), num(p, 0)); break;
    case Op.SparseCategoricalCrossentropy: sparseCategoricalCrossentropy<T>(a, b, c, rows, n, cell(base, int(p, 4)), int(p, 5)); break;
    case Op.SigmoidBinaryCrossentropy: sigmoidBinaryCrossentropy<T>(a, b, c, ptr(p, 3, base), rows, n, cell(base, int(p, 5)), int(p, 6), num(p, 0)); break;
    case Op.SoftmaxCategoricalCrossentropy: softmaxCategoricalCrossentropy<T>(a, b, c, ptr(p, 3, base), rows, n, cell(base, int(p, 5)), int(p, 6), num(p, 0)); break;
    case Op.SoftmaxSparseCategoricalCrossentropy: softmaxSparseCategoricalCrossentropy<T>(a, b, c, ptr(p, 3, base), rows, n, cell(base, int(p, 5)), int(p, 6)); break;
    case Op.BinaryAccuracy: binaryAccuracy<T>(a, b, rows, n, cell(base, int(p, 3)), num(p, 0)); break;
    case Op.CategoricalAccuracy: categoricalAccuracy<T>(a, b, rows, n, cell(base, int(p, 3))); break;
    case Op.SparseCategoricalAccuracy: sparseCategoricalAccuracy<T>(a, b, rows, n, cell(base, int(p, 3))); break;
    case Op.Regularize: regularize<T>(a, b, n, num(p, 0), num(p, 1)); break;
    case Op.Penalty: penalty<T>(a, b, rows, n, int(p, 3), cell(base, int(p, 4)), num(p, 0), num(p, 1)); break;
    case Op.ClipValue: clipValue<T>(a, n, num(p, 0)); break;
    case Op.SquaredNorm: squaredNorm<T>(a, b, n, int(p, 3), int(p, 4), base); break;
    case Op.ClipNorm: clipNorm<T>(a, n, num(p, 0), base); break;
    case Op.FlushDelta: flushDelta<T>(a, size<T>(rows, n), num(p, 0)); break;
    case Op.Guard: guard<T>(a, n, num(p, 0), base); break;
    case Op.Step: countStep(base, n, num(p, 0), num(p, 1)); break;
    case Op.Decay: decay<T>(a, n, num(p, 0), rate(base)); break;
    case Op.Sgd: sgd<T>(a, b, n, rate(base)); break;
    case Op.Momentum: momentum<T>(a, b, c, n, int(p, 4), num(p, 0), rate(base)); break;
    case Op.RmsProp: rmsProp<T>(a, b, c, ptr(p, 3, base) + shift, ptr(p, 4, base) + shift, n, int(p, 6), num(p, 0), num(p, 1), num(p, 2), rate(base)); break;
    case Op.Adagrad: adagrad<T>(a, b, c, n, num(p, 0), rate(base)); break;
    case Op.Adam: adam<T>(a, b, c, ptr(p, 3, base) + shift, n, num(p, 0), num(p, 1), num(p, 2), base); break;
    case Op.FlushState: flushState<T>(a, n, int(p, 2), num(p, 0), base); break;
    case Op.Next: next(base); break;
    default: unreachable();
  }
}

/**
 * Runs records `from` (inclusive) to `to` (exclusive) of a plan, `steps` times over. Returns the steps completed: fewer
 * where the guard ended the run, −1 where another thread did not come. All of `threads` threads walk the same list, each
 * with its number, and meet after ops as the plan says: what an op writes is divided among them, no chain ever is.
 */
function run<T>(plan: usize, base: usize, from: i32, to: i32, steps: i32, threads: i32, thread: i32): i32 {
  const first = plan + from * Rec.Bytes;
  const end = plan + to * Rec.Bytes;
  for (let step = 0; step < steps; step++) {
    const all = rowsOf(base);
    for (let p = first; p < end; p += Rec.Bytes) {
      const word = load<i32>(p);
      const op = word & Rec.Op;
      const split = (word >> Rec.Split) & 3;
      let n = int(p, (word >> Rec.Operands) & 15); // the first dimension
      let rows = all;
      let firstRow: i32 = 0;
      let shift: usize = 0;
      let idle = false;
      if (ASC_FEATURE_THREADS && threads > 1 && split != Split.Own) {
        const flat = split == Split.Flat;
        const whole = flat ? n : split == Split.Rows ? all : 1;
        const unit: i32 = flat ? LINE / sizeof<T>() : ROWS;
        const mine = begin(whole, unit, thread, threads);
        const count = begin(whole, unit, thread + 1, threads) - mine;
        idle = !count;
        if (flat) {
          n = count;
          shift = <usize>mine * sizeof<T>();
        } else if (split == Split.Rows) {
          rows = count;
          firstRow = mine;
          shift = <usize>size<T>(mine, n) * sizeof<T>();
        }
      }
      if (!idle) perform<T>(p, base, op, rows, n, firstRow, shift, thread, threads);
      if (ASC_FEATURE_THREADS) {
        if (threads > 1 && word >> Rec.Meet && !barrier(thread, threads)) return -1;
      }
      if (op == Op.Guard && load<i32>(base + Reg.Stopped)) {
        steps = step;
        break;
      }
    }
  }
  // The caller may change the register as soon as it has all threads here.
  if (ASC_FEATURE_THREADS) {
    if (threads > 1 && !barrier(thread, threads)) return -1;
  }
  return steps;
}

export function run_f32(plan: usize, base: usize, from: i32, to: i32, steps: i32, threads: i32, thread: i32): i32 {
  return run<f32>(plan, base, from, to, steps, threads, thread);
}

export function run_f64(plan: usize, base: usize, from: i32, to: i32, steps: i32, threads: i32, thread: i32): i32 {
  return run<f64>(plan, base, from, to, steps, threads, thread);
}
