// The end of a step: counters, and the registers' move to the next batch.
import { Reg } from '../opcodes';

/**
 * Counts an optimizer step and moves the running products β₁ᵗ and β₂ᵗ on. The step changes the weights: whether they are
 * finite is unknown then, unless the optimizer `looks`, and says so where it finds one that is not.
 */
export function countStep(base: usize, looks: i32, beta1: f64, beta2: f64): void {
  store<f64>(base + Reg.StepCount, load<f64>(base + Reg.StepCount) + 1);
  store<f64>(base + Reg.Beta1Power, load<f64>(base + Reg.Beta1Power) * beta1);
  store<f64>(base + Reg.Beta2Power, load<f64>(base + Reg.Beta2Power) * beta2);
  store<i32>(base + Reg.WeightsFinite, looks);
}

/** On to the next batch: its rows, inputs, targets, learning rate and place in the random streams. */
export function next(base: usize): void {
  const left = load<i32>(base + Reg.RowsLeft) - load<i32>(base + Reg.Rows);
  store<i32>(base + Reg.RowsLeft, left);
  store<i32>(base + Reg.Rows, min(load<i32>(base + Reg.Batch), left));
  advance(base, Reg.X, Reg.XStride);
  advance(base, Reg.Y, Reg.YStride);
  advance(base, Reg.LearningRate, Reg.LearningRateStride);
  store<i32>(base + Reg.EpochStep, load<i32>(base + Reg.EpochStep) + 1);
  const trace = load<u32>(base + Reg.Trace);
  if (trace) {
    store<f64>(trace, load<f64>(base + Reg.Accumulators));
    store<f64>(base + Reg.Accumulators, 0);
    store<u32>(base + Reg.Trace, trace + 8);
  }
}

// @ts-ignore: decorator
@inline
function advance(base: usize, pointer: usize, stride: usize): void {
  store<u32>(base + pointer, load<u32>(base + pointer) + load<u32>(base + stride));
}
