// What can be wrong with what an op has done.
import type { Floats } from '../../src/plan/layout';
import { bytesPerElement, elements } from '../../src/plan/tensor';
import { firstDifference, floatsAt } from '../support/bits';
import { type Outcome, type Placed, pick, readLists, type Setup } from './harness';
import { read, registers } from './registers';
import { type Expected, mean, type Registers } from './row';

const writes = ({ operand }: Placed) => operand.role === 'out' || operand.role === 'inout';
const reads = ({ operand }: Placed) => operand.role === 'in' || operand.role === 'inout';

const numbersOf = ({ call, placed }: Setup, { image }: Outcome, name: string): Floats => {
  const { address, bytes } = placed.find((each) => each.name === name)!;
  return floatsAt(image.buffer, call.dtype, address, bytes);
};

/** The value of a register after the op. */
export function registerOf({ base, trace }: Setup, { image }: Outcome, wanted: keyof Registers): number {
  const view = new DataView(image.buffer);
  if (wanted === 'trace0') return view.getFloat64(trace, true);
  const [, kind, offset] = registers.find(([name]) => name === wanted)!;
  return read(view, kind, base + offset);
}

/** The logical elements of an operand after the op. */
export function logicalOf(setup: Setup, outcome: Outcome, name: string): Float64Array {
  const placed = setup.placed.find((each) => each.name === name)!;
  if (placed.tensor.layout === 'lists') return readLists(outcome.image, setup.call, placed);
  return pick(numbersOf(setup, outcome, name), placed.logical);
}

/** Names of the operands an op writes (scratch excluded), or reads. */
export const outputsOf = ({ placed }: Setup): string[] => placed.filter(writes).map(({ name }) => name);
export const inputsOf = ({ placed }: Setup): Placed[] => placed.filter(reads);

/** Where a byte outside the outputs has changed: the name of what should have been left alone; undefined if none has. */
export function trespass(setup: Setup, outcome: Outcome): string | undefined {
  const { placed, base, trace } = setup;
  const restored = Buffer.from(outcome.image);
  const restore = (from: number, to: number) => restored.set(setup.image.subarray(from, to), from);
  for (const each of placed) {
    if (each.operand.role === 'in') continue;
    const scratch = each.operand.role === 'scratch' ? elements(each.tensor, setup.call.dtype, 0) : 0;
    restore(each.address, each.address + Math.max(each.bytes, scratch * bytesPerElement(setup.call.dtype)));
  }
  // Registers are looked at one by one.
  for (const [, kind, offset] of registers) restore(base + offset, base + offset + (kind === 'f64' ? 8 : 4));
  restore(trace, trace + 8);
  if (restored.equals(setup.image)) return undefined;
  const at = restored.findIndex((byte, i) => byte !== setup.image[i]);
  const inside = placed.find(({ address, bytes }) => at >= address && at < address + bytes);
  if (inside) return `input ${inside.name} has changed, byte ${at - inside.address}`;
  const before = placed.filter(({ address }) => address <= at).at(-1);
  return before ? `byte ${at - before.address - before.bytes} behind ${before.name}` : `byte ${at} before all operands`;
}

/** The first number that differs between two outcomes of the same setup, scratch excluded; undefined if none does. */
export function difference(setup: Setup, a: Outcome, b: Outcome): string | undefined {
  if (a.steps !== b.steps) return `steps: ${a.steps}, ${b.steps}`;
  if (Buffer.from(a.image.buffer).equals(b.image)) return undefined;
  for (const { name, operand } of setup.placed) {
    if (operand.role === 'scratch') continue;
    const [x, y] = [numbersOf(setup, a, name), numbersOf(setup, b, name)];
    const i = firstDifference(x, y);
    if (i >= 0) return `${name}[${i}]: ${x[i]}, ${y[i]}`;
  }
  return registerDifference(setup, a, b);
}

/** The same of registers and logical elements only: pads may differ. */
export function logicalDifference(setup: Setup, a: Outcome, b: Outcome): string | undefined {
  for (const name of outputsOf(setup)) {
    const [x, y] = [logicalOf(setup, a, name), logicalOf(setup, b, name)];
    const i = firstDifference(x, y);
    if (i >= 0) return `${name}[${i}]: ${x[i]}, ${y[i]}`;
  }
  // Pads that are not finite only cost the weights their good name.
  return registerDifference(setup, a, b, ['weightsFinite']);
}

function registerDifference(
  setup: Setup,
  a: Outcome,
  b: Outcome,
  except: readonly (keyof Registers)[] = [],
): string | undefined {
  for (const name of registerNames.filter((each) => !except.includes(each))) {
    const [x, y] = [registerOf(setup, a, name), registerOf(setup, b, name)];
    if (!Object.is(x, y)) return `register ${name}: ${x}, ${y}`;
  }
  return undefined;
}

const registerNames: readonly (keyof Registers)[] = [...registers.map(([name]) => name), 'trace0'];

/** An operand whose pads should be +0 and are not. */
export function dirtyPads(setup: Setup, outcome: Outcome): string | undefined {
  for (const { name, pads } of setup.placed.filter(writes)) {
    if (setup.row.freePads?.includes(name)) continue;
    const floats = numbersOf(setup, outcome, name);
    const bad = pads.find((i) => !Object.is(floats[i], 0));
    if (bad !== undefined) return `pad ${bad} of ${name} is ${Object.is(floats[bad], -0) ? '-0' : floats[bad]}`;
  }
  return undefined;
}

const usual = { float32: 4e-6, float64: 1e-14 };

/** The first number that is not what the row's formula says; undefined if all are. */
export function mistake(setup: Setup, outcome: Outcome): string | undefined {
  const { row, call } = setup;
  const tolerance = (row.tolerance ?? usual)[call.dtype];
  const expected: Expected = row.reference(call);
  const wantedSteps = expected.steps ?? 1;
  if (outcome.steps !== wantedSteps) return `completed ${outcome.steps} steps, expected ${wantedSteps}`;
  for (const name of outputsOf(setup)) {
    const got = logicalOf(setup, outcome, name);
    const want = expected.out?.[name];
    if (!want || want.length !== got.length) return `the row gives ${want?.length} of ${got.length} values of ${name}`;
    const magnitude = row.magnitude ? row.magnitude(want) : Math.min(1, Math.max(0.1, mean(want)));
    for (let i = 0; i < got.length; i++) {
      if (!near(got[i]!, want[i]!, tolerance, magnitude)) return `${name}[${i}] is ${got[i]}, expected ${want[i]}`;
    }
  }
  for (const name of registerNames) {
    const got = registerOf(setup, outcome, name);
    const want = expected.registers?.[name] ?? call.registers[name]!;
    const changed = expected.registers?.[name] !== undefined;
    const good = changed ? near(got, want, tolerance, Math.abs(call.registers[name]!)) : Object.is(got, want);
    if (!good) return `register ${name} is ${got}, expected ${want}`;
  }
  return undefined;
}

function near(got: number, want: number, tolerance: number, magnitude: number): boolean {
  if (Object.is(got, want)) return true;
  if (tolerance === 0 || Number.isNaN(got) || Number.isNaN(want)) return false;
  return got === want || Math.abs(got - want) <= tolerance * (Math.abs(want) + magnitude);
}
