// The end of a step: counters, and the registers' move to the next batch.
import { Reg } from '../opcodes';

/** Counts an optimizer step, which changes the weights. */
export function countStep(base: usize): void {
  store<f64>(base + Reg.StepCount, load<f64>(base + Reg.StepCount) + 1);
  store<i32>(base + Reg.WeightsFinite, 0);
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
