import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Op, Rec } from '../../assembly/opcodes';
import { type Row, schema } from '../../src/plan/schema';
import { few, least, names } from './cases';
import { describeOps } from './suite';
import { table } from './table';

describe('the table', () => {
  test('has a row for every op, and the schema one for every opcode, in their order', () => {
    expect(Object.keys(table).sort()).toEqual([...names].sort());
    const text = readFileSync(join(import.meta.dirname, '../../assembly/opcodes.ts'), 'utf8');
    const opcodes = /enum Op \{([^}]*)\}/.exec(text)![1]!.match(/\w+/g)!;
    expect(names.map((name) => name[0]!.toUpperCase() + name.slice(1))).toEqual(opcodes);
    expect(Op.Next).toBe(names.length - 1);
  });

  test.each(names)('%s fits a record', (op) => {
    const { operands, dims, ints, constants }: Row = schema[op];
    expect(Object.keys(operands).length + dims.length + ints.length).toBeLessThanOrEqual(Rec.MaxArgs);
    expect(constants.length).toBeLessThanOrEqual(Rec.MaxConstants);
  });
});

describeOps(few, least);
