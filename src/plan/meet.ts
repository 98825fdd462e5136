import { Rec } from '../../assembly/opcodes';
import type { Instruction, Plan } from './plan';
import { operandsOf, schema } from './schema';
import { bytesPerElement, elements, type Tensor } from './tensor';

/** Ops that write registers which others read: threads meet before them and after them. */
const lonely: readonly string[] = ['guard', 'step', 'next', 'squaredNorm'];

const isWritten = (role: string) => role !== 'in';

/**
 * After which ops the threads must meet: those followed by an op that needs what another thread has done, or writes what
 * another thread may not have read yet, since they met last. The last op is one of them.
 */
function meetings({ instructions, dtype, batch }: Plan): boolean[] {
  const size = bytesPerElement(dtype);
  const overlap = (a: Tensor, b: Tensor) =>
    a.segment === b.segment &&
    a.offset < b.offset + elements(b, dtype, batch) * size &&
    b.offset < a.offset + elements(a, dtype, batch) * size;

  const conflict = (a: Instruction, b: Instruction): boolean => {
    const [along, other] = [a, b].map(({ op }) => schema[op].shared.replace('input', 'rows'));
    if (along === 'one' && other === 'one') return false; // the same thread
    if (lonely.includes(a.op) || lonely.includes(b.op)) return true;
    return operandsOf(a).some((x) =>
      operandsOf(b).some((y) => {
        if ((!isWritten(x.role) && !isWritten(y.role)) || !overlap(x.tensor, y.tensor)) return false;
        // Each thread finds what it did itself.
        const same = x.tensor.offset === y.tensor.offset && x.tensor.shape.join() === y.tensor.shape.join();
        return !(same && along === other && (along === 'rows' || along === 'flat' || b.op === 'addBias'));
      }),
    );
  };

  let since: Instruction[] = [];
  return instructions.map((instruction, i) => {
    since.push(instruction);
    const next = instructions[i + 1];
    if (next && !since.some((before) => conflict(before, next))) return false;
    since = [];
    return true;
  });
}

/** As plans are written, threads meet after every op: takes out of the records, and copies of them, what nothing needs. */
export function thinMeetings(plan: Plan, ...copies: readonly Uint32Array[]): void {
  meetings(plan).forEach((needed, i) => {
    if (needed) return;
    for (const words of copies) words[(i * Rec.Bytes) / 4]! &= ~(1 << Rec.Meet);
  });
}
