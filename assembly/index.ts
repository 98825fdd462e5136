// run(): walks a plan's op records. One dispatch line per operation, nothing else.

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
import { huber, meanAbsoluteError, meanSquaredError } from './kernels/loss';
import { addBias, columnSums, matmul, matmulBackwardInput, matmulBackwardWeights } from './kernels/matmul';
import { binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from './kernels/metric';
import { adagrad, adam, decay, flushState, momentum, rmsProp, sgd } from './kernels/optimizer';
import { rescale, rescaleBackward } from './kernels/rescale';
import { softmax, softmaxBackward } from './kernels/softmax';
import { matmulBackwardWeightsSparse, matmulSparse } from './kernels/sparse';
import { countStep, next } from './kernels/step';
import { Op, Rec } from './opcodes';
import { cell, int, num, ptr, rate, rowsOf, size } from './record';

function run<T>(plan: usize, base: usize, from: i32, to: i32, steps: i32): i32 {
  const first = plan + from * Rec.Bytes;
  const end = plan + to * Rec.Bytes;
  for (let step = 0; step < steps; step++) {
    const rows = rowsOf(base);
    for (let p = first; p < end; p += Rec.Bytes) {
      const a = ptr(p, 0, base),
        b = ptr(p, 1, base),
        c = ptr(p, 2, base);
      // biome-ignore format: one line per operation
      switch (load<i32>(p)) {
        case Op.Matmul: matmul<T>(a, b, c, rows, int(p, 3), int(p, 4)); break;
        case Op.AddBias: addBias<T>(a, b, rows, int(p, 2)); break;
        case Op.MatmulBackwardWeights: matmulBackwardWeights<T>(a, b, c, rows, int(p, 3), int(p, 4)); break;
        case Op.MatmulSparse: matmulSparse<T>(a, b, c, rows, int(p, 3), int(p, 4), base); break;
        case Op.MatmulBackwardWeightsSparse: matmulBackwardWeightsSparse<T>(a, b, c, ptr(p, 3, base), rows, int(p, 4), int(p, 5)); break;
        case Op.MatmulBackwardInput: matmulBackwardInput<T>(a, b, c, ptr(p, 3, base), rows, int(p, 4), int(p, 5)); break;
        case Op.ColumnSums: columnSums<T>(a, b, rows, int(p, 2)); break;
        case Op.Relu: relu<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.ReluBackward: reluBackward<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.LeakyRelu: leakyRelu<T>(a, b, size<T>(rows, int(p, 2)), num(p, 0)); break;
        case Op.LeakyReluBackward: leakyReluBackward<T>(a, b, size<T>(rows, int(p, 2)), num(p, 0)); break;
        case Op.Elu: elu<T>(a, b, size<T>(rows, int(p, 2)), num(p, 0)); break;
        case Op.EluBackward: eluBackward<T>(a, b, size<T>(rows, int(p, 2)), num(p, 0)); break;
        case Op.Sigmoid: sigmoid<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.SigmoidBackward: sigmoidBackward<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.Tanh: tanh<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.TanhBackward: tanhBackward<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.Softplus: softplus<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.SoftplusBackward: softplusBackward<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.Gelu: gelu<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.GeluBackward: geluBackward<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.GeluTanh: geluTanh<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.GeluTanhBackward: geluTanhBackward<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.Swish: swish<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.SwishBackward: swishBackward<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.Softmax: softmax<T>(a, b, rows, int(p, 2)); break;
        case Op.SoftmaxBackward: softmaxBackward<T>(a, b, rows, int(p, 2)); break;
        case Op.Dropout: dropout<T>(a, b, c, rows, int(p, 3), int(p, 4), num(p, 0), base); break;
        case Op.DropoutBackward: dropoutBackward<T>(a, b, size<T>(rows, int(p, 2))); break;
        case Op.Rescale: rescale<T>(a, b, size<T>(rows, int(p, 2)), num(p, 0), num(p, 1)); break;
        case Op.RescaleBackward: rescaleBackward<T>(a, size<T>(rows, int(p, 1)), num(p, 0)); break;
        case Op.MeanSquaredError: meanSquaredError<T>(a, b, c, rows, int(p, 3), cell(base, int(p, 4)), int(p, 5)); break;
        case Op.MeanAbsoluteError: meanAbsoluteError<T>(a, b, c, rows, int(p, 3), cell(base, int(p, 4)), int(p, 5)); break;
        case Op.Huber: huber<T>(a, b, c, rows, int(p, 3), cell(base, int(p, 4)), int(p, 5), num(p, 0)); break;
        case Op.BinaryCrossentropy: binaryCrossentropy<T>(a, b, c, rows, int(p, 3), cell(base, int(p, 4)), int(p, 5), num(p, 0)); break;
        case Op.CategoricalCrossentropy: categoricalCrossentropy<T>(a, b, c, rows, int(p, 3), cell(base, int(p, 4)), int(p, 5), num(p, 0)); break;
        case Op.SparseCategoricalCrossentropy: sparseCategoricalCrossentropy<T>(a, b, c, rows, int(p, 3), cell(base, int(p, 4)), int(p, 5)); break;
        case Op.SigmoidBinaryCrossentropy: sigmoidBinaryCrossentropy<T>(a, b, c, ptr(p, 3, base), rows, int(p, 4), cell(base, int(p, 5)), int(p, 6), num(p, 0)); break;
        case Op.SoftmaxCategoricalCrossentropy: softmaxCategoricalCrossentropy<T>(a, b, c, ptr(p, 3, base), rows, int(p, 4), cell(base, int(p, 5)), int(p, 6), num(p, 0)); break;
        case Op.SoftmaxSparseCategoricalCrossentropy: softmaxSparseCategoricalCrossentropy<T>(a, b, c, ptr(p, 3, base), rows, int(p, 4), cell(base, int(p, 5)), int(p, 6)); break;
        case Op.BinaryAccuracy: binaryAccuracy<T>(a, b, rows, int(p, 2), cell(base, int(p, 3)), num(p, 0)); break;
        case Op.CategoricalAccuracy: categoricalAccuracy<T>(a, b, rows, int(p, 2), cell(base, int(p, 3))); break;
        case Op.SparseCategoricalAccuracy: sparseCategoricalAccuracy<T>(a, b, rows, int(p, 2), cell(base, int(p, 3))); break;
        case Op.Regularize: regularize<T>(a, b, int(p, 2), num(p, 0), num(p, 1)); break;
        case Op.Penalty: penalty<T>(a, b, rows, int(p, 2), int(p, 3), cell(base, int(p, 4)), num(p, 0), num(p, 1)); break;
        case Op.ClipValue: clipValue<T>(a, int(p, 1), num(p, 0)); break;
        case Op.SquaredNorm: squaredNorm<T>(a, b, int(p, 2), int(p, 3), base); break;
        case Op.ClipNorm: clipNorm<T>(a, int(p, 1), num(p, 0), base); break;
        case Op.FlushDelta: flushDelta<T>(a, size<T>(rows, int(p, 1)), num(p, 0)); break;
        case Op.Guard: if (!guard<T>(a, int(p, 1), num(p, 0), base)) return step; break;
        case Op.Step: countStep(base); break;
        case Op.Decay: decay<T>(a, int(p, 1), num(p, 0), rate(base)); break;
        case Op.Sgd: sgd<T>(a, b, int(p, 2), rate(base)); break;
        case Op.Momentum: momentum<T>(a, b, c, int(p, 3), int(p, 4), num(p, 0), rate(base)); break;
        case Op.RmsProp: rmsProp<T>(a, b, c, ptr(p, 3, base), ptr(p, 4, base), int(p, 5), int(p, 6), num(p, 0), num(p, 1), num(p, 2), rate(base)); break;
        case Op.Adagrad: adagrad<T>(a, b, c, int(p, 3), num(p, 0), rate(base)); break;
        case Op.Adam: adam<T>(a, b, c, ptr(p, 3, base), int(p, 4), num(p, 0), num(p, 1), num(p, 2), base); break;
        case Op.FlushState: flushState<T>(a, int(p, 1), int(p, 2), num(p, 0), base); break;
        case Op.Next: next(base); break;
        default: unreachable();
      }
    }
  }
  return steps;
}

export function run_f32(plan: usize, base: usize, from: i32, to: i32, steps: i32): i32 {
  return run<f32>(plan, base, from, to, steps);
}

export function run_f64(plan: usize, base: usize, from: i32, to: i32, steps: i32): i32 {
  return run<f64>(plan, base, from, to, steps);
}
