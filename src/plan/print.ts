import { Segment } from '../../assembly/opcodes';
import type { Instruction, Plan } from './plan';
import { operandsOf, type Row, schema } from './schema';
import type { Tensor } from './tensor';

function show({ name, layout, shape }: Tensor): string {
  return `${name}[${['rows', 'scattered', 'lists'].includes(layout) ? ['rows', ...shape] : shape}]`;
}

/** Powers of two such as thresholds by their exponent, other numbers with six digits. */
function number(x: number): string {
  let exponent = 0;
  let rest = x;
  for (; rest >= 2 && rest < Infinity; rest /= 2) exponent++;
  for (; rest > 0 && rest < 1; rest *= 2) exponent--;
  return rest === 1 && Math.abs(exponent) > 16 ? `2^${exponent}` : `${Number(x.toPrecision(6))}`;
}

function line(instruction: Instruction, index: number, width: number): string {
  const { op, ints, constants } = instruction;
  const row: Row = schema[op];
  const named = (reads: boolean) =>
    operandsOf(instruction)
      .filter(({ role }) => role !== 'scratch' && (role === 'in') === reads)
      .map(({ tensor }) => show(tensor))
      .join(', ');
  const numbers = [
    ...row.ints.flatMap((name, i) => (ints[i] ? [`${name} ${ints[i]}`] : [])),
    ...row.constants.map((name, i) => `${name} ${number(constants[i]!)}`),
  ].join(', ');
  const read = named(true);
  return [
    `${String(index).padStart(3)}  ${op.padEnd(width)}`,
    named(false),
    read && `← ${read}`,
    numbers && `(${numbers})`,
  ]
    .filter(Boolean)
    .join(' ')
    .trimEnd();
}

/**
 * The plan as text, one line per op: what is written ← what is read (integers and constants).
 * @param zeros what is done with zeros in the data.
 */
export function printPlan(plan: Plan, zeros: string): string {
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
  const where = plan.input.segment === Segment.X ? show(plan.input) : 'nothing';
  const width = Math.max(...plan.instructions.map(({ op }) => op.length));
  return [
    `plan: ${plan.instructions.length} ops, ${plan.dtype}, up to ${plan.batch} rows a step, input ${where}`,
    `memory: model ${kib(plan.model)}, workspace ${kib(plan.workspace)}; zeros: ${zeros}`,
    ...plan.instructions.map((instruction, i) => line(instruction, i, width)),
  ].join('\n');
}
