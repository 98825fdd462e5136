import { Rec, Split } from '../../assembly/opcodes';
import type { Instruction, Plan } from './plan';
import { operandsOf } from './schema';
import { type Shared, sharedOf } from './share';
import { bytesPerElement, elements, type Tensor } from './tensor';

type Shareable = Pick<Plan, 'instructions' | 'dtype' | 'batch'>;

/** Ops that write registers which others read: threads meet before them and after them. */
const lonely: readonly string[] = ['guard', 'step', 'next', 'squaredNorm'];

const isWritten = (role: string) => role !== 'in';

/**
 * After which ops the threads must meet: those followed by an op that needs what another thread has done, or writes what
 * another thread may not have read yet, since they met last. The last op is one of them.
 */
function meetings({ instructions, dtype, batch }: Shareable): boolean[] {
  const size = bytesPerElement(dtype);
  const overlap = (a: Tensor, b: Tensor) =>
    a.segment === b.segment &&
    a.offset < b.offset + elements(b, dtype, batch) * size &&
    b.offset < a.offset + elements(a, dtype, batch) * size;

  const conflict = (a: Instruction, b: Instruction): boolean => {
    const [along, other] = [a, b].map(({ op }) => sharedOf(op).replace('input', 'rows'));
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

const splits: Readonly<Partial<Record<Shared, Split>>> = { one: Split.One, rows: Split.Rows, flat: Split.Flat };

/** Writes into records, and copies of them, how threads share ops and after which they meet. */
export function writeShares(plan: Shareable, ...copies: readonly Uint32Array[]): void {
  const meet = meetings(plan);
  plan.instructions.forEach(({ op }, i) => {
    const bits = ((splits[sharedOf(op)] ?? Split.Own) << Rec.Split) | (Number(meet[i]) << Rec.Meet);
    for (const words of copies) words[(i * Rec.Bytes) / 4]! |= bits;
  });
}
