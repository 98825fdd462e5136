import { describe, expect, test } from 'vitest';
import { Op } from '../../assembly/opcodes';
import { schema } from '../../src/plan/schema';
import { few, least, names } from './cases';
import { describeOps } from './suite';
import { table } from './table';

describe('the table', () => {
  test('has a row for every op, and the schema one for every opcode', () => {
    expect(Object.keys(table).sort()).toEqual([...names].sort());
    expect(Object.values(schema).map(({ op }) => op)).toEqual(Array.from(names, (_, i) => i));
    expect(Op.Next).toBe(names.length - 1);
  });
});

describeOps(few, least);
