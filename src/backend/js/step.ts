import { Reg } from '../../../assembly/opcodes';
import type { Views } from '../backend';

/**
 * Counts an optimizer step and moves the running products β₁ᵗ and β₂ᵗ on. The step changes the weights: whether they are
 * finite is unknown then, unless the optimizer `looks`, and says so where it finds one that is not.
 */
export function countStep(r: Views, base: number, looks: number, beta1: number, beta2: number): void {
  r.f64[(base + Reg.StepCount) >>> 3]! += 1;
  r.f64[(base + Reg.Beta1Power) >>> 3]! *= beta1;
  r.f64[(base + Reg.Beta2Power) >>> 3]! *= beta2;
  r.i32[(base + Reg.WeightsFinite) >>> 2] = looks;
}

/** On to the next batch: its rows, inputs, targets, learning rate and place in the random streams. */
export function next({ i32, u32, f64 }: Views, base: number): void {
  const at = base >>> 2;
  const left = i32[at + (Reg.RowsLeft >> 2)]! - i32[at + (Reg.Rows >> 2)]!;
  i32[at + (Reg.RowsLeft >> 2)] = left;
  i32[at + (Reg.Rows >> 2)] = Math.min(i32[at + (Reg.Batch >> 2)]!, left);
  u32[at + (Reg.X >> 2)]! += u32[at + (Reg.XStride >> 2)]!;
  u32[at + (Reg.Y >> 2)]! += u32[at + (Reg.YStride >> 2)]!;
  u32[at + (Reg.LearningRate >> 2)]! += u32[at + (Reg.LearningRateStride >> 2)]!;
  u32[at + (Reg.EpochStep >> 2)]! += 1;
  const trace = u32[at + (Reg.Trace >> 2)]!;
  if (trace) {
    f64[trace >>> 3] = f64[(base + Reg.Accumulators) >>> 3]!;
    f64[(base + Reg.Accumulators) >>> 3] = 0;
    u32[at + (Reg.Trace >> 2)] = trace + 8;
  }
}
