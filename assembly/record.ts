// Reading an op record and the registers.
import { Rec, Reg } from './opcodes';

/** Absolute address of operand i: its offset plus the address of its segment. */
// @ts-ignore: decorator
@inline
export function ptr(p: usize, i: i32, base: usize): usize {
  const operand = load<u32>(p + Rec.Args + (<usize>i << 2));
  return load<u32>(base + Reg.Segments + ((operand & 3) << 2)) + (operand & ~3);
}

// @ts-ignore: decorator
@inline
export function int(p: usize, i: i32): i32 {
  return load<i32>(p + Rec.Args + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
export function num(p: usize, i: i32): f64 {
  return load<f64>(p + Rec.Constants + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
export function rowsOf(base: usize): i32 {
  return load<i32>(base + Reg.Rows);
}

/** Address of an accumulator over rows: the loss, or a metric. */
// @ts-ignore: decorator
@inline
export function cell(base: usize, accumulator: i32): usize {
  return base + Reg.Accumulators + (<usize>accumulator << 3);
}

/** The learning rate of the current step. */
// @ts-ignore: decorator
@inline
export function rate(base: usize): f64 {
  return load<f64>(load<u32>(base + Reg.LearningRate));
}

/** Columns rounded up to a whole vector: the distance between rows, in elements. */
// @ts-ignore: decorator
@inline
export function pad<T>(cols: i32): i32 {
  const lanes: i32 = 16 / sizeof<T>();
  return (cols + lanes - 1) & -lanes;
}

/** Elements of a padded [rows, cols] block. */
// @ts-ignore: decorator
@inline
export function size<T>(rows: i32, cols: i32): i32 {
  return rows * pad<T>(cols);
}
