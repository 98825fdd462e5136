import { Reg } from '../../assembly/opcodes';
import type { Registers } from './row';

export type Kind = 'i32' | 'u32' | 'f64';

/** Where each register lies in a model's slot. */
export const registers: readonly (readonly [name: keyof Registers, kind: Kind, offset: number])[] = [
  ['x', 'u32', Reg.X],
  ['y', 'u32', Reg.Y],
  ['rows', 'i32', Reg.Rows],
  ['batch', 'i32', Reg.Batch],
  ['rowsLeft', 'i32', Reg.RowsLeft],
  ['xStride', 'i32', Reg.XStride],
  ['yStride', 'i32', Reg.YStride],
  ['epoch', 'u32', Reg.Epoch],
  ['epochStep', 'u32', Reg.EpochStep],
  ['seedHigh', 'u32', Reg.SeedHigh],
  ['seedLow', 'u32', Reg.SeedLow],
  ['learningRateAt', 'u32', Reg.LearningRate],
  ['learningRateStride', 'u32', Reg.LearningRateStride],
  ['traceAt', 'u32', Reg.Trace],
  ['stopped', 'i32', Reg.Stopped],
  ['weightsFinite', 'i32', Reg.WeightsFinite],
  ['stepCount', 'f64', Reg.StepCount],
  ['beta1Power', 'f64', Reg.Beta1Power],
  ['beta2Power', 'f64', Reg.Beta2Power],
  ['squaredNorm', 'f64', Reg.SquaredNorm],
  ...Array.from(
    { length: Reg.MaxAccumulators },
    (_, i) => [`accumulator${i}`, 'f64', Reg.Accumulators + 8 * i] as const,
  ),
];

export function write(view: DataView, kind: Kind, at: number, value: number): void {
  if (kind === 'f64') view.setFloat64(at, value, true);
  else if (kind === 'i32') view.setInt32(at, value, true);
  else view.setUint32(at, value, true);
}

export function read(view: DataView, kind: Kind, at: number): number {
  if (kind === 'f64') return view.getFloat64(at, true);
  return kind === 'i32' ? view.getInt32(at, true) : view.getUint32(at, true);
}
