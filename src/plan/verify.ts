import { Segment } from '../../assembly/opcodes';
import type { Plan } from './plan';
import { operandsOf, type Role } from './schema';
import { bytesPerElement, elements } from './tensor';

interface Span {
  readonly name: string;
  readonly role: Role;
  readonly segment: Segment;
  readonly from: number;
  readonly to: number;
}

const overlap = (a: Span, b: Span) => a.segment === b.segment && a.from < b.to && b.from < a.to;

/**
 * Checks a plan once, when it is built, so that kernels need check nothing: every operand inside its segment and
 * aligned, outputs apart from all other operands, workspace written before it is read, registers never touched.
 * @throws Error naming the record and the operand.
 */
export function verify(plan: Plan): void {
  const ends: Readonly<Partial<Record<Segment, number>>> = {
    [Segment.Model]: plan.model,
    [Segment.Workspace]: plan.workspace,
  };
  const defined: Span[] = [];
  plan.instructions.forEach((instruction, index) => {
    const spans = operandsOf(instruction).map(({ name, role, tensor }): Span => {
      const { segment, offset: from } = tensor;
      const to = from + elements(tensor, plan.dtype, plan.batch) * bytesPerElement(plan.dtype);
      return { name, role, segment, from, to };
    });
    for (const span of spans) {
      const { name, role, segment, from, to } = span;
      const expect = (good: boolean, problem: string) => {
        if (good) return;
        throw new Error(`plan record ${index} (${instruction.op}): ${name}, bytes ${from}…${to}, ${problem}`);
      };
      expect(from % 16 === 0, 'is not aligned');
      expect(to <= (ends[segment] ?? to), `ends behind ${ends[segment]}`);
      if (role === 'in' || role === 'inout') {
        expect(segment !== Segment.Workspace || isDefined(span, defined), 'is read before it is written');
      }
      if (role === 'in') continue;
      expect(segment < Segment.X, 'is read-only');
      expect(!spans.some((other) => other !== span && overlap(span, other)), 'overlaps another operand');
    }
    defined.push(...spans.filter(({ role }) => role !== 'in'));
  });
}

/** Writes cover the span together: a range of gradients is written tensor by tensor. */
function isDefined(span: Span, defined: readonly Span[]): boolean {
  let reached = span.from;
  const parts = defined.filter((part) => overlap(part, span)).sort((a, b) => a.from - b.from);
  for (const { from, to } of parts) if (from <= reached) reached = Math.max(reached, to);
  return reached >= span.to;
}
