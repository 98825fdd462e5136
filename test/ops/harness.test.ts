// The checks of the op tests can fail: each is shown an outcome that is wrong in its own way.
import { describe, expect, test } from 'vitest';
import { Reg } from '../../assembly/opcodes';
import { createJsBackend } from '../../src/backend/js';
import type { OpName } from '../../src/plan/schema';
import { bytesPerElement } from '../../src/plan/tensor';
import { floatsAt, oneUlpUp } from '../support/bits';
import { uniforms } from '../support/probe';
import { dtypes } from './cases';
import { difference, dirtyPads, mistake, trespass } from './checks';
import { execute, type Outcome, prepare, type Setup } from './harness';
import type { Variant } from './row';
import { table } from './table';

const backend = createJsBackend();

describe.each(dtypes)('in %s', (dtype) => {
  const run = (op: OpName, variant: Variant = {}): { setup: Setup; good: Outcome; bad: Outcome } => {
    const [row, random] = [table[op], uniforms(5)];
    const setup = prepare(op, row, { dtype, rows: 3, dims: { cols: 5, inner: 3, n: 8 }, variant, random });
    const good = execute(setup, backend);
    expect(trespass(setup, good) ?? mistake(setup, good) ?? dirtyPads(setup, good)).toBeUndefined();
    return { setup, good, bad: { ...good, image: good.image.slice() } };
  };
  const numbers = ({ placed }: Setup, { image }: Outcome, name: string) => {
    const { address, bytes } = placed.find((each) => each.name === name)!;
    return floatsAt(image.buffer, dtype, address, bytes);
  };
  /** Elements from one row of 5 to the next. */
  const stride = dtype === 'float32' ? 8 : 6;

  test('one ulp is a difference, not a mistake', () => {
    const { setup, good, bad } = run('tanh');
    const out = numbers(setup, bad, 'out');
    out[stride + 2] = oneUlpUp(out[stride + 2]!, dtype);
    expect(difference(setup, good, bad)).toMatch(`out[${stride + 2}]`);
    expect(mistake(setup, bad)).toBeUndefined();
    expect(difference(setup, good, good)).toBeUndefined();
  });

  test('-0 is a difference from 0, one NaN none from another', () => {
    const { setup, good, bad } = run('tanh');
    const [a, b] = [good, bad].map((outcome) => numbers(setup, outcome, 'out'));
    a![0] = 0;
    b![0] = -0;
    expect(difference(setup, good, bad)).toMatch('out[0]');
    a![0] = b![0] = Number.NaN;
    const { address } = setup.placed.find(({ name }) => name === 'out')!;
    bad.image[address]! ^= 1; // another payload
    expect(difference(setup, good, bad)).toBeUndefined();
  });

  test('a wrong value, a lost NaN and a wrong register are mistakes', () => {
    const { setup, bad } = run('tanh');
    numbers(setup, bad, 'out')[1]! += 1e-3;
    expect(mistake(setup, bad)).toMatch('out[1] is');
    const loss = run('meanSquaredError', { numbers: { accumulator: 2, sum: 0 } });
    const view = new DataView(loss.bad.image.buffer);
    const at = setup.base + Reg.Accumulators + 16;
    view.setFloat64(at, view.getFloat64(at, true) + 1e-3, true);
    expect(mistake(loss.setup, loss.bad)).toMatch('register accumulator2 is');
    expect(difference(loss.setup, loss.good, loss.bad)).toMatch('register accumulator2');
    const other = run('tanh');
    new DataView(other.bad.image.buffer).setFloat64(other.setup.base + Reg.StepCount, 65, true);
    expect(mistake(other.setup, other.bad)).toMatch('register stepCount is 65, expected 64');
    expect(mistake(other.setup, { ...other.good, steps: 0 })).toMatch('completed 0 steps');
  });

  test('bytes outside the outputs are watched', () => {
    const { setup, good, bad } = run('tanh');
    const size = bytesPerElement(dtype);
    const { address, bytes } = setup.placed.find(({ name }) => name === 'out')!;
    expect(bytes).toBe(3 * stride * size);
    bad.image[address + bytes]! ^= 1; // the fourth row, which is none of this step
    expect(trespass(setup, bad)).toBe('byte 0 behind out');
    const input = { ...good, image: good.image.slice() };
    numbers(setup, input, 'x')[1]! += 1;
    expect(trespass(setup, input)).toMatch('input x has changed, byte');
    const before = { ...good, image: good.image.slice() };
    before.image[address - 1]! ^= 1;
    expect(trespass(setup, before)).toMatch('before all operands');
    const segment = { ...good, image: good.image.slice() };
    segment.image[setup.base + Reg.Segments]! ^= 1;
    expect(trespass(setup, segment)).toMatch('before all operands');
  });

  test('pads are watched, where they must be +0', () => {
    const { setup, bad } = run('tanh');
    numbers(setup, bad, 'out')[stride - 1] = -0;
    expect(dirtyPads(setup, bad)).toBe(`pad ${stride - 1} of out is -0`);
    const free = run('sigmoid');
    expect(numbers(free.setup, free.good, 'out')[stride - 1]).toBe(0.5);
  });
});
