// Plans are checked when they are built: kernels check nothing.
import { describe, expect, test } from 'vitest';
import { Segment } from '../assembly/opcodes';
import { PlanBuilder } from '../src/plan/builder';
import { layoutModel } from '../src/plan/layout';
import type { Tensor } from '../src/plan/tensor';

const layout = layoutModel([{ name: 'kernel', shape: [4, 8] }], 'float32', 0);
const input: Tensor = { name: 'x', segment: Segment.X, offset: 0, layout: 'rows', shape: [4] };

/** Builds a plan of what `emit` does with x [rows, 4] and z [rows, 8]. */
function build(emit: (b: PlanBuilder, z: Tensor) => void): () => void {
  const b = new PlanBuilder(layout, 2, true);
  const z = b.rows('z', 8);
  emit(b, z);
  return () => b.build({ input, output: z, forward: 1 });
}
const product = (b: PlanBuilder, out: Tensor, x = input, w = b.tensor('kernel')) => b.emit('matmul', { out, x, w });

describe('a plan', () => {
  test('may be right', () => {
    expect(build((b, z) => product(b, z))).not.toThrow();
  });

  test.each<[what: string, emit: (b: PlanBuilder, z: Tensor) => void, problem: string]>([
    [
      'reads what is not there yet',
      (b, z) => b.emit('relu', { out: z, x: b.rows('y', 8) }),
      'x, bytes .* is read before',
    ],
    [
      'reads what is there in part',
      (b, z) => {
        product(b, z);
        b.rows('behind z', 16);
        b.emit('relu', { out: b.rows('a', 16), x: { ...z, shape: [16] } });
      },
      'x, bytes .* is read before',
    ],
    ['writes its input', (b) => b.emit('reluBackward', { delta: input, saved: input }), 'delta, .* is read-only'],
    [
      'writes over what it reads',
      (b, z) => {
        product(b, z);
        b.emit('relu', { out: z, x: z });
      },
      'out, .* overlaps another operand',
    ],
    ['leaves the workspace', (b, z) => product(b, { ...z, offset: 1 << 20 }), 'out, .* ends behind'],
    ['leaves the model', (b, z) => product(b, z, input, { ...b.tensor('kernel'), offset: 1024 }), 'w, .* ends behind'],
    ['is not aligned', (b, z) => product(b, { ...z, offset: z.offset + 4 }), 'out, .* is not aligned'],
  ])('that %s is refused', (_, emit, problem) => {
    expect(build(emit)).toThrow(new RegExp(`plan record \\d+ \\(\\w+\\): .*${problem}`));
  });

  test('may read a range that was written in parts', () => {
    const whole = build((b, z) => {
      product(b, z);
      b.emit('matmulBackwardWeights', { dw: b.tensor('∂kernel'), x: input, delta: z });
      b.emit('guard', { g: b.gradients }, { limit: 1 });
    });
    expect(whole).not.toThrow();
    expect(build((b) => b.emit('guard', { g: b.gradients }, { limit: 1 }))).toThrow('is read before it is written');
  });

  test('has operands that fit each other', () => {
    expect(() => build((b, z) => product(b, z, { ...input, shape: [5] }))).toThrow('matmul: w has inner 4, expected 5');
    expect(() => build((b, z) => b.append('matmul', { out: z, x: input }))).toThrow('matmul: operand w is missing');
  });
});
