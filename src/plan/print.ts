import { Segment } from '../../assembly/opcodes';
import type { Instruction, Plan } from './plan';
import { type Row, schema } from './schema';
import type { Tensor } from './tensor';

function show({ name, layout, shape }: Tensor): string {
  return `${name}[${layout === 'rows' || layout === 'lists' ? ['rows', ...shape] : shape}]`;
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
  const row: Row = schema[instruction.op];
  const written: string[] = [];
  const read: string[] = [];
  Object.values(row.operands).forEach((operand, i) => {
    const tensor = instruction.operands[i];
    if (!tensor || operand.role === 'scratch') return;
    (operand.role === 'in' ? read : written).push(show(tensor));
  });
  const numbers = [
    ...row.ints.flatMap((name, i) => (instruction.ints[i] ? [`${name} ${instruction.ints[i]}`] : [])),
    ...row.constants.map((name, i) => `${name} ${number(instruction.constants[i]!)}`),
  ];
  const parts = [String(index).padStart(3), ` ${instruction.op.padEnd(width)}`];
  if (written.length > 0) parts.push(written.join(', '));
  if (read.length > 0) parts.push(`← ${read.join(', ')}`);
  if (numbers.length > 0) parts.push(`(${numbers.join(', ')})`);
  return parts.join(' ').trimEnd();
}

/** The plan as text, one line per op: what is written ← what is read (integers and constants). */
export function printPlan(plan: Plan): string {
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
  const where = plan.input.segment === Segment.X ? show(plan.input) : 'nothing';
  const width = Math.max(...plan.instructions.map(({ op }) => op.length));
  return [
    `plan: ${plan.instructions.length} ops, ${plan.dtype}, up to ${plan.batch} rows a step, input ${where}`,
    `memory: model ${kib(plan.model)}, workspace ${kib(plan.workspace)}`,
    ...plan.instructions.map((instruction, i) => line(instruction, i, width)),
  ].join('\n');
}
