import { Op, Rec, Reg } from '../../../assembly/opcodes';
import type { Views } from '../backend';
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
} from './activation';
import { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from './crossentropy';
import { dropout, dropoutBackward } from './dropout';
import { type Floats, LANES, SHIFT } from './dtype';
import {
  sigmoidBinaryCrossentropy,
  softmaxCategoricalCrossentropy,
  softmaxSparseCategoricalCrossentropy,
} from './fused';
import { gather } from './gather';
import { clipNorm, clipValue, flushDelta, guard, penalty, regularize, squaredNorm } from './gradient';
import { huber, meanAbsoluteError, meanSquaredError } from './loss';
import { addBias, columnSums, matmul, matmulBackwardInput, matmulBackwardWeights } from './matmul';
import { binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from './metric';
import { adagrad, adam, decay, flushState, momentum, rmsProp, sgd } from './optimizer';
import { rescale, rescaleBackward } from './rescale';
import { softmax, softmaxBackward } from './softmax';
import { matmulBackwardWeightsSparse, matmulSparse } from './sparse';
import { countStep, next } from './step';

/**
 * Runs the records `from` (inclusive) to `to` (exclusive) of the plan at byte address `plan`, `steps` times over, on
 * the model whose slot begins at `base`. Returns the steps completed: fewer than `steps` when the guard ended the run.
 */
export function run(r: Views, plan: number, base: number, from: number, to: number, steps: number): number {
  const f = (SHIFT === 2 ? r.f32 : r.f64) as unknown as Floats;
  const { i32, u32, f64 } = r;
  let p = 0; // byte address of the current record
  let rows = 0;
  const int = (i: number) => i32[(p + Rec.Args + i * 4) >>> 2]!;
  const num = (i: number) => f64[(p + Rec.Constants + i * 8) >>> 3]!;
  const address = (i: number) => {
    const operand = int(i);
    return u32[(base + Reg.Segments + (operand & 3) * 4) >>> 2]! + (operand & ~3);
  };
  const at = (i: number) => address(i) >>> SHIFT;
  const size = (cols: number) => rows * ((cols + LANES - 1) & -LANES);
  const cell = (accumulator: number) => ((base + Reg.Accumulators) >>> 3) + accumulator;
  const rate = () => f64[u32[(base + Reg.LearningRate) >>> 2]! >>> 3]!;

  for (let step = 0; step < steps; step++) {
    rows = i32[(base + Reg.Rows) >>> 2]!;
    for (let record = from; record < to; record++) {
      p = plan + record * Rec.Bytes;
      switch ((i32[p >>> 2]! & Rec.Op) as Op) {
        case Op.Gather:
          gather(u32, address(0), address(1), rows, int(3));
          break;
        case Op.Matmul:
          matmul(f, at(0), at(1), at(2), rows, int(3), int(4));
          break;
        case Op.AddBias:
          addBias(f, at(0), at(1), rows, int(2));
          break;
        case Op.MatmulBackwardWeights:
          matmulBackwardWeights(f, at(0), at(1), at(2), rows, int(3), int(4));
          break;
        case Op.MatmulSparse:
          matmulSparse(f, at(0), address(1), at(2), rows, int(3), int(4), r, base);
          break;
        case Op.MatmulBackwardWeightsSparse:
          matmulBackwardWeightsSparse(f, at(0), address(1), at(2), address(3), rows, int(4), int(5), u32);
          break;
        case Op.MatmulBackwardInput:
          matmulBackwardInput(f, at(0), at(1), at(2), at(3), rows, int(4), int(5));
          break;
        case Op.ColumnSums:
          columnSums(f, at(0), at(1), rows, int(2));
          break;
        case Op.Relu:
          relu(f, at(0), at(1), size(int(2)));
          break;
        case Op.ReluBackward:
          reluBackward(f, at(0), at(1), size(int(2)));
          break;
        case Op.LeakyRelu:
          leakyRelu(f, at(0), at(1), size(int(2)), num(0));
          break;
        case Op.LeakyReluBackward:
          leakyReluBackward(f, at(0), at(1), size(int(2)), num(0));
          break;
        case Op.Elu:
          elu(f, at(0), at(1), size(int(2)), num(0));
          break;
        case Op.EluBackward:
          eluBackward(f, at(0), at(1), size(int(2)), num(0));
          break;
        case Op.Sigmoid:
          sigmoid(f, at(0), at(1), size(int(2)));
          break;
        case Op.SigmoidBackward:
          sigmoidBackward(f, at(0), at(1), size(int(2)));
          break;
        case Op.Tanh:
          tanh(f, at(0), at(1), size(int(2)));
          break;
        case Op.TanhBackward:
          tanhBackward(f, at(0), at(1), size(int(2)));
          break;
        case Op.Softplus:
          softplus(f, at(0), at(1), size(int(2)));
          break;
        case Op.SoftplusBackward:
          softplusBackward(f, at(0), at(1), size(int(2)));
          break;
        case Op.Gelu:
          gelu(f, at(0), at(1), size(int(2)));
          break;
        case Op.GeluBackward:
          geluBackward(f, at(0), at(1), size(int(2)));
          break;
        case Op.GeluTanh:
          geluTanh(f, at(0), at(1), size(int(2)));
          break;
        case Op.GeluTanhBackward:
          geluTanhBackward(f, at(0), at(1), size(int(2)));
          break;
        case Op.Swish:
          swish(f, at(0), at(1), size(int(2)));
          break;
        case Op.SwishBackward:
          swishBackward(f, at(0), at(1), size(int(2)));
          break;
        case Op.Softmax:
          softmax(f, at(0), at(1), rows, int(2));
          break;
        case Op.SoftmaxBackward:
          softmaxBackward(f, at(0), at(1), rows, int(2));
          break;
        case Op.Dropout:
          dropout(f, at(0), at(1), at(2), rows, int(3), int(4), num(0), r, base);
          break;
        case Op.DropoutBackward:
          dropoutBackward(f, at(0), at(1), size(int(2)));
          break;
        case Op.Rescale:
          rescale(f, at(0), at(1), size(int(2)), num(0), num(1));
          break;
        case Op.RescaleBackward:
          rescaleBackward(f, at(0), size(int(1)), num(0));
          break;
        case Op.MeanSquaredError:
          meanSquaredError(f, at(0), at(1), at(2), rows, int(3), f64, cell(int(4)), int(5));
          break;
        case Op.MeanAbsoluteError:
          meanAbsoluteError(f, at(0), at(1), at(2), rows, int(3), f64, cell(int(4)), int(5));
          break;
        case Op.Huber:
          huber(f, at(0), at(1), at(2), rows, int(3), f64, cell(int(4)), int(5), num(0));
          break;
        case Op.BinaryCrossentropy:
          binaryCrossentropy(f, at(0), at(1), at(2), rows, int(3), f64, cell(int(4)), int(5), num(0));
          break;
        case Op.CategoricalCrossentropy:
          categoricalCrossentropy(f, at(0), at(1), at(2), rows, int(3), f64, cell(int(4)), int(5), num(0));
          break;
        case Op.SparseCategoricalCrossentropy:
          sparseCategoricalCrossentropy(f, at(0), at(1), at(2), rows, int(3), f64, cell(int(4)), int(5));
          break;
        case Op.SigmoidBinaryCrossentropy:
          sigmoidBinaryCrossentropy(f, at(0), at(1), at(2), at(3), rows, int(4), f64, cell(int(5)), int(6), num(0));
          break;
        case Op.SoftmaxCategoricalCrossentropy:
          softmaxCategoricalCrossentropy(
            f,
            at(0),
            at(1),
            at(2),
            at(3),
            rows,
            int(4),
            f64,
            cell(int(5)),
            int(6),
            num(0),
          );
          break;
        case Op.SoftmaxSparseCategoricalCrossentropy:
          softmaxSparseCategoricalCrossentropy(f, at(0), at(1), at(2), at(3), rows, int(4), f64, cell(int(5)), int(6));
          break;
        case Op.BinaryAccuracy:
          binaryAccuracy(f, at(0), at(1), rows, int(2), f64, cell(int(3)), num(0));
          break;
        case Op.CategoricalAccuracy:
          categoricalAccuracy(f, at(0), at(1), rows, int(2), f64, cell(int(3)));
          break;
        case Op.SparseCategoricalAccuracy:
          sparseCategoricalAccuracy(f, at(0), at(1), rows, int(2), f64, cell(int(3)));
          break;
        case Op.Regularize:
          regularize(f, at(0), at(1), int(2), num(0), num(1));
          break;
        case Op.Penalty:
          penalty(f, at(0), at(1), rows, int(2), int(3), f64, cell(int(4)), num(0), num(1));
          break;
        case Op.ClipValue:
          clipValue(f, at(0), int(1), num(0));
          break;
        case Op.SquaredNorm:
          squaredNorm(f, at(0), at(1), int(2), int(3), int(4), r, base);
          break;
        case Op.ClipNorm:
          clipNorm(f, at(0), int(1), num(0), r, base);
          break;
        case Op.FlushDelta:
          flushDelta(f, at(0), size(int(1)), num(0));
          break;
        case Op.Guard:
          guard(f, at(0), int(1), num(0), r, base);
          if (i32[(base + Reg.Stopped) >>> 2]) return step;
          break;
        case Op.Step:
          countStep(r, base, int(0), num(0), num(1));
          break;
        case Op.Decay:
          decay(f, at(0), int(1), num(0), rate());
          break;
        case Op.Sgd:
          sgd(f, at(0), at(1), int(2), rate());
          break;
        case Op.Momentum:
          momentum(f, at(0), at(1), at(2), int(3), int(4), num(0), rate());
          break;
        case Op.RmsProp:
          rmsProp(f, at(0), at(1), at(2), at(3), at(4), int(5), int(6), num(0), num(1), num(2), rate());
          break;
        case Op.Adagrad:
          adagrad(f, at(0), at(1), at(2), int(3), num(0), rate());
          break;
        case Op.Adam:
          adam(f, at(0), at(1), at(2), at(3), int(4), num(0), num(1), num(2), r, base);
          break;
        case Op.FlushState:
          flushState(f, at(0), int(1), int(2), num(0), r, base);
          break;
        case Op.Next:
          next(r, base);
          break;
      }
    }
  }
  return steps;
}
