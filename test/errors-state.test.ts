// The wrong moment, too little memory, random garbage: clear errors, and nothing lost.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layers, NeuralNetwork, sequential } from '../src/index';
import { any, thrown, trained, x, y } from './support/bad-calls';
import { backends, bytesOf, classifier, forClasses } from './support/models';

type Model = ReturnType<typeof trained>;

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
});

describe.each(backends)('on %s', (backend) => {
  const make = () => trained({ backend });

  it.each<[string, (model: Model) => unknown]>([
    ['fit', (m) => m.fit(x, y)],
    ['fitSync', (m) => m.fitSync(x, y)],
    ['evaluate', (m) => m.evaluate(x, y)],
    ['predict', (m) => m.predict(x)],
    ['compile', (m) => m.compile(forClasses)],
    ['add', (m) => m.add(layers.dense({ units: 1 }))],
    ['getWeights', (m) => m.getWeights()],
    ['setWeights', (m) => m.setWeights([])],
    ['summary', (m) => m.summary()],
    ['plan', (m) => m.plan()],
    ['toJSON', (m) => m.toJSON()],
  ])('%s after dispose', async (call, run) => {
    for (const model of [make(), classifier({ backend })]) {
      model.dispose();
      const error = await thrown(() => run(model));
      expect(error).toMatchObject({
        code: 'ERR_STATE',
        message: `${call}: the model was disposed of. Make a new one.`,
      });
    }
  });

  it('a network after dispose', async () => {
    const nn = new NeuralNetwork(4, 2, 1, { backend });
    const targets = y.map((label) => [label]);
    nn.dispose();
    nn.dispose();
    for (const run of [
      () => nn.predict(x),
      () => nn.forward(x),
      () => nn.backward(x, targets, targets),
      () => nn.train(x, targets),
      () => nn.W1,
      () => {
        nn.b2 = [[1]];
      },
      () => nn.plan(),
    ]) {
      expect(await thrown(run)).toMatchObject({ code: 'ERR_STATE', message: expect.stringContaining('dispose') });
    }
  });

  const changing: [string, (model: Model) => unknown][] = [
    ['fit', (m) => m.fit(x, y)],
    ['fitSync', (m) => m.fitSync(x, y)],
    ['compile', (m) => m.compile(forClasses)],
    ['setWeights', (m) => m.setWeights(m.getWeights())],
    ['dispose', (m) => m.dispose()],
    ['add', (m) => m.add(layers.dense({ units: 1 }))],
  ];

  it('nothing changes a model while it is trained', async () => {
    const alone = make();
    await alone.fit(x, y, { epochs: 3, batchSize: 4 });
    const model = make();
    const inside: unknown[] = [];
    const callbacks = {
      async onBatchEnd() {
        if (inside.length > 0) return;
        for (const [call, run] of changing) inside.push([call, await thrown(() => run(model))]);
      },
    };
    const running = model.fit(x, y, { epochs: 3, batchSize: 4, callbacks });
    for (const [call, run] of changing) {
      const message = `${call}: a fit is running. Await it first, or set model.stopTraining = true.`;
      expect(await thrown(() => run(model))).toMatchObject({ code: 'ERR_STATE', message });
    }
    await running;
    expect(inside).toEqual(changing.map(([call]) => [call, expect.objectContaining({ code: 'ERR_STATE' })]));
    expect(bytesOf(model)).toBe(bytesOf(alone));
    for (const [, run] of changing.slice(0, 5)) await run(model); // now they may
  });

  it('a run too large for the memory', async () => {
    const make = () => {
      const model = sequential({
        layers: [layers.dense({ units: 2 ** 16, inputDim: 1 }), layers.dense({ units: 1 })],
        backend,
        seed: 1,
      });
      model.compile({ loss: 'mse', optimizer: 'sgd' });
      return model;
    };
    const other = trained({ backend });
    const model = make();
    const many = Array.from({ length: 2 ** 15 }, (_, i) => [i / 2 ** 15]);
    const before = model.toJSON().checksum;
    for (const run of [
      () => model.fit(many, many, { batchSize: 2 ** 15 }),
      () => model.fitSync(many, many, { batchSize: 2 ** 15 }),
      () => model.evaluate(many, many, { batchSize: 2 ** 15 }),
      () => model.predict(many, { batchSize: 2 ** 15 }),
    ]) {
      const error = await thrown(run);
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({ code: 'ERR_MEMORY', message: expect.stringMatching(/Use .*smaller batchSize/) });
    }
    expect(model.toJSON().checksum).toBe(before);
    const fresh = make();
    for (const m of [model, fresh]) m.fitSync(many.slice(0, 3), many.slice(0, 3), { batchSize: 2 });
    expect(model.toJSON().checksum).toBe(fresh.toJSON().checksum);
    model.dispose();
    fresh.dispose();
    const another = trained({ backend });
    for (const m of [other, another]) m.fitSync(x, y);
    expect(bytesOf(other)).toBe(bytesOf(another));
  });

  it('random garbage never changes a byte', async () => {
    const keys = ['epochs', 'batchSize', 'validationSplit', 'validationData', 'shuffle', 'callbacks', 'verbose'];
    const value = fc.oneof(anything, fc.constantFrom(-1, 0.5, Number.NaN, '1', null, [], {}, Number.POSITIVE_INFINITY));
    const garbage = fc.dictionary(fc.oneof(fc.constantFrom(...keys, 'signal', 'onNonFinite'), fc.string()), value, {
      minKeys: 1,
    });
    const model = make();
    const before = bytesOf(model);
    await fc.assert(
      fc.asyncProperty(fc.oneof(garbage, anything), fc.boolean(), async (options, sync) => {
        // Whatever is fine for fit trains on rows of the wrong width; what is not must be refused before.
        const run = () => (sync ? model.fitSync([[1]], y, any(options)) : model.fit([[1]], y, any(options)));
        const error = await thrown(run);
        expect(error.code).toMatch(/^ERR_(KIND|VALUE|OPTION|NAME|SHAPE)$/);
        expect(bytesOf(model)).toBe(before);
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(anything, anything, anything, async (a, b, c) => {
        for (const run of [
          () => model.fit(any(a), any(b)),
          () => model.evaluate(any(a), any(b), any(c)),
          () => model.predict(any(a), any(b)),
          () => model.setWeights(any(a)),
          () => model.setWeights(any([a, b, c, a])),
          () => model.compile(any(a)),
          () => model.compile({ loss: any(a), optimizer: any(b), metrics: any(c) }),
          () => sequential(any({ layers: [a, b], seed: c })),
          () => Reflect.construct(NeuralNetwork, [a, b, c]),
          () => layers.dense(any(a)),
          () => layers.dropout(any(a)),
        ]) {
          const error = await thrown(run).catch(() => undefined); // some garbage is no garbage
          if (error) expect(error.code).toMatch(/^ERR_/);
        }
        expect(bytesOf(model)).toBe(before);
      }),
      { numRuns: 200 },
    );
  });
});
