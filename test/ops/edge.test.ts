// Operands at the very end of the memory: a kernel that reads on beyond its last operand would trap there, in some
// model and on some day only. Inputs and targets end with their last row, other batches with a whole vector of rows.
import { describe, expect, test } from 'vitest';
import { Rec, Reg } from '../../assembly/opcodes';
import { createWasmBackend } from '../../src/backend/wasm';
import { schema } from '../../src/plan/schema';
import { bytesPerElement, elements } from '../../src/plan/tensor';
import { firstDifference, floatsAt } from '../support/bits';
import { uniforms } from '../support/probe';
import { choices, dtypes, least, names } from './cases';
import { execute, type Placed, prepare, readLists, type Setup, titleOf } from './harness';
import { table } from './table';

const PAGE = 65_536;
/** Operands that may be a model's input or target, of which no more rows are staged than there are. */
const staged = new Set(['x', 'prediction', 'logits', 'target']);

/** Moves one operand to the end of the memory. */
function atEnd(setup: Setup, moved: Placed): Setup {
  const { call, image, plan, base, placed, op } = setup;
  const whole = elements(moved.tensor, call.dtype, Math.ceil(call.rows / 4) * 4) * bytesPerElement(call.dtype);
  const bytes = staged.has(moved.name) ? moved.bytes : whole;
  const end = Math.ceil((image.length + bytes) / PAGE) * PAGE;
  const address = end - bytes;
  const grown = new Uint8Array(end);
  grown.set(image);
  grown.copyWithin(address, moved.address, moved.address + bytes);
  const view = new DataView(grown.buffer);
  const { segment } = moved.tensor;
  const offset = address - view.getUint32(base + Reg.Segments + 4 * segment, true);
  const index = Object.keys(schema[op].operands).indexOf(moved.name);
  view.setUint32(plan + Rec.Args + 4 * index, offset | segment, true);
  const others = placed.map((each) => (each === moved ? { ...moved, address } : each));
  return { ...setup, image: grown, placed: others };
}

describe.each(dtypes)('in %s', (dtype) => {
  const usual = createWasmBackend();
  const used = names.filter((op) => Object.keys(schema[op].operands).length > 0);

  test.each(used)('%s reads and writes nothing behind its operands', (op) => {
    for (const choice of choices(op, table[op], dtype, least)) {
      const setup = prepare(op, table[op], { ...choice, random: uniforms(6) });
      const expected = execute(setup, usual);
      for (const operand of setup.placed) {
        const edge = atEnd(setup, operand);
        const backend = createWasmBackend(); // with no memory but what the operands need
        const outcome = execute(edge, backend);
        const where = `${titleOf(setup)}: ${operand.name} at the end`;
        expect(backend.memory.buffer.byteLength, where).toBe(edge.image.length);
        expect(outcome.steps, where).toBe(expected.steps);
        setup.placed.forEach(({ name, address, bytes, tensor, operand: { role } }, i) => {
          if (role === 'scratch') return;
          const lists = role === 'out' && tensor.layout === 'lists'; // has addresses in it
          const got = lists
            ? readLists(outcome.image, setup.call, edge.placed[i]!)
            : floatsAt(outcome.image.buffer, dtype, edge.placed[i]!.address, bytes);
          const want = lists
            ? readLists(expected.image, setup.call, setup.placed[i]!)
            : floatsAt(expected.image.buffer, dtype, address, bytes);
          if (firstDifference(got, want) >= 0) throw new Error(`${where}: other values of ${name}`);
        });
      }
    }
  });
});
