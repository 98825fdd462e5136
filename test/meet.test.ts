// After which ops of a plan threads meet: as rarely as the numbers allow.
import { expect, test } from 'vitest';
import { Rec } from '../assembly/opcodes';
import { buildArchitecture, compilePlan } from '../src/compile';
import { layers, losses, optimizers } from '../src/index';
import { layoutModel } from '../src/plan/layout';
import { writeShares } from '../src/plan/meet';

test('threads meet where one needs what another has done, and nowhere else', () => {
  const hidden = layers.dense({ units: 100, activation: 'relu', inputShape: [50] });
  const architecture = buildArchitecture([hidden, layers.dense({ units: 10, activation: 'softmax' })]);
  const layout = layoutModel(architecture.params, 'float32', 2);
  const loss = losses.sparseCategoricalCrossentropy();
  const optimizer = optimizers.adam({ globalClipNorm: 1 });
  const training = { loss, metrics: ['accuracy'] as const, optimizer, sum: false, guard: true };
  const plan = compilePlan('train', architecture, layout, 32, training, 'rows', 2);
  const { instructions, records } = plan;
  const words = new Uint32Array(records.buffer);
  const copy = words.slice();
  writeShares(plan, words, copy);
  expect(copy).toEqual(words);
  const groups: string[][] = [[]];
  instructions.forEach(({ op }, i) => {
    groups.at(-1)!.push(op);
    if (words[(i * Rec.Bytes) / 4]! >> Rec.Meet && i < instructions.length - 1) groups.push([]);
  });
  expect(groups).toEqual([
    ['matmul', 'addBias'],
    ['relu'], // by rows; the product by columns
    ['matmul', 'addBias'],
    ['softmaxSparseCategoricalCrossentropy', 'sparseCategoricalAccuracy'], // one thread
    ['flushDelta'],
    ['matmulBackwardWeights', 'columnSums', 'matmulBackwardInput', 'reluBackward', 'flushDelta'],
    ['matmulBackwardWeights', 'columnSums'],
    ['guard'],
    ['squaredNorm', 'squaredNorm', 'squaredNorm', 'squaredNorm'],
    ['clipNorm'],
    ['guard'],
    ['step'],
    ['adam', 'flushState', 'flushState'],
    ['next'],
  ]);
});
