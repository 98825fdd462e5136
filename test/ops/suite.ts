// The tests of every op: ops.test.ts runs them on a few sizes, ops.slow.test.ts on many.
import { describe, expect, test } from 'vitest';
import { createJsBackend } from '../../src/backend/js';
import { createWasmBackend } from '../../src/backend/wasm';
import { type OpName, schema } from '../../src/plan/schema';
import { uniforms } from '../support/probe';
import { choices, dtypes, names, type Sizes } from './cases';
import {
  difference,
  dirtyPads,
  inputsOf,
  logicalDifference,
  logicalOf,
  mistake,
  outputsOf,
  registerOf,
  trespass,
} from './checks';
import { execute, type Outcome, prepare, type Setup, titleOf } from './harness';
import type { Generator } from './row';
import { table } from './table';

export const backends = { wasm: createWasmBackend(), js: createJsBackend() };
const backendNames = ['wasm', 'js'] as const;
export const pairs = backendNames.flatMap((backend) => dtypes.map((dtype) => [backend, dtype] as const));

function refuse(problem: string | undefined, setup: Setup, numbers = 'ordinary'): void {
  if (problem !== undefined) throw new Error(`${titleOf(setup)}, ${numbers} numbers: ${problem}`);
}

const inputs = (op: OpName) =>
  Object.values(schema[op].operands).filter(({ role }) => role === 'in' || role === 'inout');

/** Up to five of n places, the first and the last among them. */
const some = (n: number): number[] => [...new Set([0, 1, n >> 1, n - 2, n - 1])].filter((i) => i >= 0 && i < n);

/** What is wrong with what came of a NaN in an operand. */
function survival(op: OpName, operand: string, setup: Setup, outcome: Outcome): string | undefined {
  const { call } = setup;
  switch (table[op].nan?.[operand]) {
    case 'stops':
      return registerOf(setup, outcome, 'stopped') === 1 && outcome.steps === 0 ? undefined : 'the run goes on';
    case 'counts as wrong': {
      const cell = `accumulator${call.numbers.accumulator!}` as const;
      const gained = registerOf(setup, outcome, cell) - call.registers[cell]!;
      return gained < call.rows - 1e-9 ? undefined : `all of ${call.rows} rows count as right`;
    }
    default: {
      const values = outputsOf(setup).flatMap((name) => [...logicalOf(setup, outcome, name)]);
      const cells = Array.from({ length: 11 }, (_, i) => registerOf(setup, outcome, `accumulator${i}`));
      cells.push(registerOf(setup, outcome, 'squaredNorm'));
      return [...values, ...cells].some(Number.isNaN) ? undefined : 'no NaN comes out';
    }
  }
}

/** Every kind of number that arithmetic treats in its own way, and where the functions turn. */
const specials = [
  [0, 1, 0.5, 2, 88.5, 103.9, 709.5, 745, 1e-7, 1 - 1e-7, 3, 17],
  [Number.POSITIVE_INFINITY, Number.NaN],
  [2 ** -149, 2 ** -126, 2 ** -127, 1e-40, 2 ** -53, 2 ** -93, 2 ** -113, 1e-30],
  [Number.MIN_VALUE, 2.2250738585072014e-308, 1e-310, 1e-200],
  [3.4028234663852886e38, 1e38, 2 ** 24, 2 ** 31, 2 ** 63, 1e19, 1e4],
  [Number.MAX_VALUE, 1e300, 1e154, 2 ** 53, 2 ** 511],
].flat();

/** Mostly special numbers; `share` of them, of either sign. */
const special =
  (share: number): Generator =>
  (random) => {
    const x = random() < share ? specials[Math.floor(random() * specials.length)]! : 4 * random() - 2;
    return random() < 0.4 ? -x : x;
  };

/** Finite ones only: one infinity or NaN makes a whole row NaN, and then nothing is compared. */
const finite: Generator = (random, index, dims) => {
  for (;;) {
    const x = special(0.5)(random, index, dims);
    if (Math.abs(x) < 1e37) return x;
  }
};

const labels: Generator = (random, _index, { cols }) =>
  [0, -0, cols! - 1, cols!, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 32, 1e-40][
    Math.floor(random() * 11)
  ]!;

/**
 * Every op, on both backends and in both dtypes: right, within its outputs, and with the same bits.
 * @param main sizes for ordinary numbers; `side` for NaN, other special numbers, and dirty pads.
 */
export function describeOps(main: Sizes, side: Sizes): void {
  describe.each(pairs)('on %s, %s', (backend, dtype) => {
    test.each(names)('%s is right and stays within its outputs', (op) => {
      const random = uniforms(1);
      const coin = uniforms(7);
      let count = 0;
      for (const choice of choices(op, table[op], dtype, main)) {
        const sentinel = coin() < 0.5 ? 'small' : 'nan';
        const setup = prepare(op, table[op], { ...choice, random, sentinel });
        const outcome = execute(setup, backends[backend]);
        refuse(trespass(setup, outcome), setup);
        refuse(mistake(setup, outcome), setup);
        refuse(dirtyPads(setup, outcome), setup);
        count++;
      }
      expect(count).toBeGreaterThan(0);
    });

    test.each(names)('%s does not read pads', (op) => {
      for (const choice of choices(op, table[op], dtype, side)) {
        const [clean, dirty] = [0, Number.NaN].map((padding) => {
          const setup = prepare(op, table[op], { ...choice, padding, random: uniforms(2) });
          return { setup, outcome: execute(setup, backends[backend]) };
        });
        const { setup, outcome } = dirty!;
        refuse(trespass(setup, outcome), setup);
        refuse(logicalDifference(setup, outcome, clean!.outcome), setup);
      }
    });

    test.each(names.filter((op) => inputs(op).length > 0))('%s lets NaN survive', (op) => {
      const row = table[op];
      for (const choice of choices(op, row, dtype, side)) {
        const clean = prepare(op, row, { ...choice, random: uniforms(3) });
        for (const { name, logical, operand } of inputsOf(clean)) {
          for (const index of some(logical.length)) {
            const change = { operand: name, index, value: Number.NaN };
            const setup = prepare(op, row, { ...choice, change, random: uniforms(3) });
            const outcome = execute(setup, backends[backend]);
            // The row's formula says where it must come out, and where not.
            refuse(mistake(setup, outcome), setup);
            refuse(trespass(setup, outcome), setup);
            refuse(survival(op, name, setup, outcome), setup);
            if (operand.role !== 'inout' || row.nan?.[name]) continue;
            const own = logicalOf(setup, outcome, name)[index];
            refuse(Number.isNaN(own) ? undefined : `${name}[${index}] is ${own}`, setup);
          }
        }
      }
    });
  });

  describe.each(dtypes)('in %s', (dtype) => {
    const kinds: Record<string, Generator | undefined> = {
      ordinary: undefined,
      finite,
      'many special': special(0.5),
      'few special': special(0.03),
      labels,
    };
    test.each(names)('%s: both backends give the same bits, whatever numbers come in', (op) => {
      for (const [kind, generator] of Object.entries(kinds)) {
        const random = uniforms(4);
        for (const choice of choices(op, table[op], dtype, kind === 'ordinary' ? main : side)) {
          for (let round = 0; round < (kind === 'ordinary' ? 1 : 4); round++) {
            const setup = prepare(op, table[op], { ...choice, random, generator });
            const [wasm, js] = backendNames.map((name) => execute(setup, backends[name]));
            refuse(difference(setup, wasm!, js!), setup, kind);
            refuse(trespass(setup, wasm!) ?? trespass(setup, js!), setup);
          }
        }
      }
    });
  });
}
