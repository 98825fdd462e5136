// Both backends give the same bits: a few random models (parity.slow.test.ts has hundreds), and proof that the
// comparison sees the smallest change.
import * as fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Reg } from '../assembly/opcodes';
import { selectBackend } from '../src/backend/select';
import { buildArchitecture, type Training } from '../src/compile';
import { type Callback, layers, losses, NeuralNetwork, optimizers, regularizers } from '../src/index';
import { type Row, schema } from '../src/plan/schema';
import { bytesPerElement } from '../src/plan/tensor';
import { floatsAt, oneUlpUp } from './support/bits';
import { intercept, Lockstep } from './support/lockstep';
import { classes, classifier, forClasses } from './support/models';
import { checkOps, randomClock, trainModel } from './support/parity';
import { rowsOf } from './support/probe';
import { modelOf, modelSpec } from './support/random-models';

const dtypes = ['float32', 'float64'] as const;
const pick = fc.constantFrom<('wasm' | 'js')[]>;

afterEach(() => {
  vi.restoreAllMocks();
});

const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [[0], [1], [1], [0]];

test.each(dtypes)('XOR in %s: both backends reach the same bits', (dtype) => {
  const [wasm, js] = (['wasm', 'js'] as const).map((backend) => {
    const nn = new NeuralNetwork(2, 4, 1, { seed: 1, dtype, backend });
    const losses = nn.train(X, y, 3000);
    return { losses, weights: [nn.W1, nn.b1, nn.W2, nn.b2].map((w) => [...w.data]) };
  });
  expect(wasm).toEqual(js);
  expect(wasm!.losses.at(-1)).toBeLessThan(wasm!.losses[0]!);
});

test('random models agree after every op, and as whole trainings', async () => {
  await fc.assert(
    fc.asyncProperty(modelSpec, async (spec) => {
      checkOps(spec);
      expect(await trainModel(spec, 'wasm')).toEqual(await trainModel(spec, 'js'));
    }),
    { numRuns: 25, seed: 7 },
  );
});

test('zeros skipped or not: the same bits, whatever the model and the numbers', async () => {
  const skipped: string[] = [];
  await fc.assert(
    fc.asyncProperty(modelSpec, pick('wasm', 'js'), async (spec, backend) => {
      const [dense, sparse] = [false, true].map((skipZeros) => ({ ...spec, skipZeros }));
      expect(await trainModel(sparse!, backend)).toEqual(await trainModel(dense!, backend));
      const model = modelOf(sparse!, backend);
      model.predict(new Float64Array(spec.inputs));
      skipped.push(/zeros: (\w+ ?\w*)/.exec(model.plan())![1]!);
      model.dispose();
    }),
    { numRuns: 60, seed: 11 },
  );
  expect(skipped.filter((text) => text === 'skipped ').length).toBeGreaterThan(20); // others begin with another layer
});

test('slices of any length give the same bytes: fit and fitSync', async () => {
  const data = classes(300);
  const options = { epochs: 3, batchSize: 4, validationSplit: 0.1 };
  /** Trains in slices that end by a clock (none: one that stands still), one step each where a callback wants to. */
  const run = async (backend: 'wasm' | 'js', clock?: number, callbacks?: Callback) => {
    const slices: number[] = [];
    const restore = intercept(
      selectBackend(backend).runtime.backend,
      'float32',
      (run) => (plan, base, from, to, steps) => {
        slices.push(steps);
        return run(plan, base, from, to, steps);
      },
    );
    vi.spyOn(performance, 'now').mockImplementation(clock === undefined ? () => 0 : randomClock(clock));
    const model = classifier({ backend });
    model.compile(forClasses);
    const { history } = await (clock === undefined
      ? model.fitSync(data.x, data.y, options)
      : model.fit(data.x, data.y, { ...options, callbacks }));
    vi.restoreAllMocks();
    restore();
    return { slices, result: { history, file: JSON.stringify(model) } };
  };
  const whole = await run('wasm');
  const validation = [1, 2, 4, 1];
  const first = [1, 2, 4, 8, 16, 32, 5];
  expect(whole.slices).toEqual([...first, ...validation, 68, ...validation, 68, ...validation]);
  for (const backend of ['wasm', 'js'] as const) {
    for (const clock of [1, 2, 3]) {
      const { slices, result } = await run(backend, clock);
      expect(new Set(slices).size).toBeGreaterThan(4);
      expect(result).toEqual(whole.result);
    }
    let batches = 0;
    const callback = { onBatchEnd: () => void batches++ };
    expect((await run(backend, 4, callback)).result).toEqual(whole.result);
    expect(batches).toBe(3 * 68);
  }
});

describe.each(dtypes)('the comparison in %s', (dtype) => {
  const architecture = buildArchitecture([
    layers.dense({ units: 5, activation: 'tanh', inputShape: [3], kernelRegularizer: regularizers.l2() }),
    layers.dropout({ rate: 0.5 }),
    layers.dense({ units: 4, activation: 'sigmoid' }),
    layers.dense({ units: 2 }),
  ]);
  const optimizer = optimizers.adam({ clipValue: 1e-3, globalClipNorm: 1e-3 });
  const training: Training = { loss: losses.huber(), metrics: ['accuracy'], optimizer, sum: false, guard: true };
  const work = {
    x: rowsOf(
      [
        [0.5, -1, 2],
        [1, 1, 1],
        [-0.25, 0.5, 1],
      ],
      dtype,
    ),
    y: rowsOf(
      [
        [1, 0],
        [0, 1],
        [0.5, 0.25],
      ],
      dtype,
    ),
    from: 0,
    count: 3,
    batch: 2,
    learningRate: 0.01,
  };
  const size = bytesPerElement(dtype);
  const train = (lockstep: Lockstep) => lockstep.run('train', { ...work, x: lockstep.hold(work.x, work.batch) });

  test('finds nothing where there is nothing', () => {
    expect(train(new Lockstep(architecture, dtype, 1, training))).toBe(2);
  });

  test('names the op of which one number is one ulp off, whichever it is', () => {
    const { instructions } = new Lockstep(architecture, dtype, 1, training).engines.wasm.plan('train', 2);
    const named: string[] = [];
    instructions.forEach(({ op, operands }, index) => {
      const lockstep = new Lockstep(architecture, dtype, 1, training);
      const { backend } = lockstep.engines.wasm.runtime;
      const row: Row = schema[op];
      const output = Object.values(row.operands).findIndex(({ role }) => role === 'out' || role === 'inout');
      let calls = 0;
      const restore = intercept(backend, dtype, (run) => (plan, base, from, to, steps) => {
        const done = run(plan, base, from, to, steps);
        // In the second step only: the first one must pass.
        if (from !== index || ++calls < 2) return done;
        const { buffer } = backend.memory;
        if (output < 0) {
          // Ops that only change registers.
          const loss = new Float64Array(buffer, base + Reg.Accumulators, 1);
          loss[0] = oneUlpUp(loss[0]!, 'float64');
          return done;
        }
        const tensor = operands[output]!;
        const address = new Uint32Array(buffer, base + Reg.Segments + 4 * tensor.segment, 1)[0]! + tensor.offset;
        const floats = floatsAt(buffer, dtype, address, 2 * size);
        floats[1] = oneUlpUp(floats[1]!, dtype);
        return done;
      });
      try {
        expect(() => train(lockstep)).toThrow(`step 1, op ${index} (${op}): `);
      } finally {
        restore();
      }
      named.push(op);
    });
    expect(named.length).toBeGreaterThan(25);
  });
});
