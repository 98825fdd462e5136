import { Reg, Segment } from '../assembly/opcodes';
import type { Backend, Views } from './backend/backend';
import type { Floats } from './plan/layout';
import type { Plan } from './plan/plan';
import { operandsOf } from './plan/schema';
import { bytesPerElement, type DType, elements, type Tensor } from './plan/tensor';

/** All numbers in memory. */
export const numbersIn = ({ f32, f64 }: Views, dtype: DType): Floats => (dtype === 'float32' ? f32 : f64);

/** Where among the numbers in memory the last run of the model at `base` had a tensor. */
export const indexIn = ({ u32 }: Views, base: number, { segment, offset }: Tensor, dtype: DType): number =>
  (u32[base / 4 + segment]! + offset) / bytesPerElement(dtype);

/**
 * Repeats the step at which the guard ended a run op by op, up to the optimizer, and names the first tensor that is not
 * finite; `loss` where only the loss overflowed, else the first gradient that is too large for the optimizer.
 */
export function locate(backend: Backend, views: Views, plan: Plan, address: number, base: number): string {
  const { dtype } = plan;
  const exceeds = (tensor: Tensor, limit: number) => {
    const from = indexIn(views, base, tensor, dtype);
    const to = from + elements(tensor, dtype, views.u32[(base + Reg.Rows) / 4]!);
    return numbersIn(views, dtype)
      .subarray(from, to)
      .some((value) => !(Math.abs(value) <= limit));
  };
  const gradients: Tensor[] = [];
  for (const [i, instruction] of plan.instructions.entries()) {
    const { op, constants } = instruction;
    if (op === 'step') break; // the optimizer would change the weights
    if (op === 'guard') {
      if (!Number.isFinite(views.f64[(base + Reg.Accumulators) / 8])) return 'loss';
      const large = gradients.find((tensor) => exceeds(tensor, constants[0]!));
      if (large) return large.name;
      continue;
    }
    backend.run[dtype](address, base, i, i + 1, 1);
    for (const { role, tensor } of operandsOf(instruction)) {
      const isNumbers = role !== 'scratch' && tensor.layout !== 'lists';
      if (!isNumbers || tensor.segment !== Segment.Workspace) continue;
      if (exceeds(tensor, Number.MAX_VALUE)) return tensor.name;
      if (tensor.name.startsWith('∂')) gradients.push(tensor);
    }
  }
  return 'gradients';
}
