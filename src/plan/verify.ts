import { Segment } from '../../assembly/opcodes';
import type { Instruction, Plan } from './plan';
import { type Operand, type Row, schema } from './schema';
import { bytesPerElement, elements, type Tensor } from './tensor';

interface Span {
  readonly segment: Segment;
  readonly from: number;
  readonly to: number;
}

const overlap = (a: Span, b: Span) => a.segment === b.segment && a.from < b.to && b.from < a.to;
const covers = (a: Span, b: Span) => a.segment === b.segment && a.from <= b.from && b.to <= a.to;

/**
 * Checks a plan once, when it is built, so that kernels need check nothing: every operand inside its segment and
 * aligned, outputs apart from all other operands, workspace written before it is read, registers never touched.
 * @throws Error naming the record and the operand.
 */
export function verify(plan: Plan): void {
  const span = (t: Tensor): Span => {
    const bytes = elements(t, plan.dtype, plan.batch) * bytesPerElement(plan.dtype);
    return { segment: t.segment, from: t.offset, to: t.offset + bytes };
  };
  const limits: Partial<Record<Segment, number>> = {
    [Segment.Model]: plan.model,
    [Segment.Workspace]: plan.workspace,
  };
  const defined: Span[] = [];

  plan.instructions.forEach((instruction, index) => {
    const row: Row = schema[instruction.op];
    const place = (name: string) => `plan record ${index} (${instruction.op}), operand ${name}`;
    const used = present(row, instruction).map(([name, operand, tensor]) => ({ name, operand, span: span(tensor) }));

    for (const { name, operand, span } of used) {
      const limit = limits[span.segment];
      if (span.from % 16 !== 0) throw new Error(`${place(name)}: offset ${span.from} is not a multiple of 16`);
      if (limit !== undefined && span.to > limit) throw new Error(`${place(name)}: ends at ${span.to} of ${limit}`);
      if (operand.role !== 'in' && span.segment >= Segment.X) throw new Error(`${place(name)}: inputs are read-only`);
      const reads = operand.role === 'in' || operand.role === 'inout';
      if (reads && span.segment === Segment.Workspace && !isDefined(span, defined)) {
        throw new Error(`${place(name)}: read before it is written`);
      }
      if (operand.role === 'in') continue;
      const clash = used.find((other) => other.name !== name && overlap(span, other.span));
      if (clash) throw new Error(`${place(name)}: overlaps operand ${clash.name}`);
    }
    for (const { operand, span } of used) if (operand.role !== 'in') defined.push(span);
  });
}

function present(row: Row, { operands }: Instruction): [string, Operand, Tensor][] {
  return Object.entries(row.operands).flatMap(([name, operand], i): [string, Operand, Tensor][] => {
    const tensor = operands[i];
    return tensor ? [[name, operand, tensor]] : [];
  });
}

/** One write covers the span, or (a gradient range, written tensor by tensor) writes inside it cover it whole. */
function isDefined(span: Span, defined: readonly Span[]): boolean {
  if (defined.some((d) => covers(d, span))) return true;
  const parts = defined.filter((d) => covers(span, d)).sort((a, b) => a.from - b.from);
  let reached = span.from;
  for (const part of parts) if (part.from <= reached) reached = Math.max(reached, part.to);
  return reached === span.to;
}
