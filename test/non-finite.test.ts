// Training that leaves the finite numbers: where it says it did, and what it leaves behind.
import { describe, expect, it } from 'vitest';
import {
  type CompileOptions,
  type FitOptions,
  layers,
  loadModel,
  NeuralNetwork,
  NonFiniteError,
  optimizers,
  sequential,
} from '../src/index';
import { backends, bytesOf, rowsOf } from './support/models';

const x = rowsOf(20, 3);
const y = x.map(([a, b]) => [a! - b!]);

function thrown(run: () => unknown): NonFiniteError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(NonFiniteError);
    return error as NonFiniteError;
  }
  throw new Error('expected an error');
}

describe.each(backends)('on %s', (backend) => {
  const make = (compile: Partial<CompileOptions> = {}) => {
    const model = sequential({
      layers: [
        layers.dense({ units: 5, activation: 'relu', inputDim: 3, name: 'hidden' }),
        layers.dense({ units: 1, name: 'output' }),
      ],
      seed: 2,
      backend,
    });
    model.compile({ optimizer: optimizers.sgd({ learningRate: 40, momentum: 0.5 }), loss: 'mse', ...compile });
    return model;
  };
  const options = { epochs: 50, batchSize: 6 } as const;

  it('names the layer of the batch that failed, wherever in a call it was, and whoever used the memory since', async () => {
    // The last batch of a call of eight overflows in the first layer, all others are harmless.
    const rows = Array.from({ length: 64 }, (_, i) =>
      [1, 2, 3].map((value) => (i < 56 || i > 59 ? value / 1000 : 3e38)),
    );
    const targets = rows.map(() => [0.5]);
    for (const skipZeros of [false, true]) {
      const build = () => {
        const model = sequential({
          layers: [
            layers.dense({ units: 8, activation: 'relu', inputDim: 3, name: 'first', kernelInitializer: 'ones' }),
            layers.dense({ units: 8, activation: 'relu', name: 'second' }),
            layers.dense({ units: 1, name: 'third' }),
          ],
          seed: 1,
          backend,
          skipZeros,
        });
        model.compile({ optimizer: optimizers.sgd({ learningRate: 1e-6 }), loss: 'mse' });
        return model;
      };
      const settings = { epochs: 5, batchSize: 4, shuffle: false };
      const failed = { layer: 'first', epoch: 0, batch: 14 };
      expect(thrown(() => build().fitSync(rows, targets, settings))).toMatchObject(failed);
      const other = build();
      const wide = sequential({ layers: [layers.dense({ units: 300, inputDim: 200 })], backend });
      let waiting = true;
      const disturb = (async () => {
        while (waiting) {
          await undefined;
          wide.predict({ data: new Float32Array(200 * 64).fill(3e38), shape: [64, 200] });
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      await expect(other.fit(rows, targets, settings)).rejects.toMatchObject(failed);
      waiting = false;
      await disturb;
    }
  });

  it('names epoch and batch, keeps the history, and leaves weights and state as the step found them', async () => {
    const states: string[] = [];
    const seen: [number, number][] = [];
    let epoch = 0;
    const watched = make();
    const callbacks = {
      onEpochBegin: (e: number) => {
        epoch = e;
      },
      onBatchEnd: (batch: number) => {
        states.push(bytesOf(watched));
        seen.push([epoch, batch]);
      },
    };
    const error = thrown(() => watched.fitSync(x, y, { ...options, callbacks }));
    const [lastEpoch, lastBatch] = seen.at(-1)!;
    const next = lastBatch === 3 ? [lastEpoch + 1, 0] : [lastEpoch, lastBatch + 1]; // 6 + 6 + 6 + 2 rows
    expect([error.epoch, error.batch]).toEqual(next);
    expect(error.history.loss).toHaveLength(error.epoch);
    expect(error.epoch).toBeGreaterThan(0);
    expect(error.message).toContain(`epoch ${next[0]}, batch ${next[1]} (from 0): layer "${error.layer}"`);
    expect(bytesOf(watched)).toBe(states.at(-1));

    // Many steps a slice, or few: the same end.
    for (const run of [(m: typeof watched) => m.fitSync(x, y, options), (m: typeof watched) => m.fit(x, y, options)]) {
      const model = make();
      const rejected = await Promise.resolve()
        .then(() => run(model))
        .catch((e: unknown) => e);
      expect(rejected).toEqual(error);
      expect(bytesOf(model)).toBe(states.at(-1));
    }
    // The model still predicts, and trains with better settings.
    expect(watched.predict(x).data.every(Number.isFinite)).toBe(true);
    watched.compile({ optimizer: 'sgd', loss: 'mse' });
    watched.setWeights(make().getWeights());
    expect(watched.fitSync(x, y, options).history.loss).toHaveLength(50);
  });

  const clipped = { optimizer: optimizers.adam({ globalClipNorm: 1e21 }) };
  const outputs = (scale: number) => y.map(([value]) => [value! * scale]);
  const scaled = (scale: number) => x.map((row) => row.map((value) => value * scale));
  it.each<[string, Partial<CompileOptions>, number[][], number[][], number[], string]>([
    ['inputs too large for the first layer', {}, scaled(3e38), y, [1e38, 1], 'hidden'],
    ['hidden values too large for the second', {}, scaled(1e20), y, [1, 1e20], 'output'],
    ['errors whose squares are too large', {}, scaled(1), outputs(1e25), [1, 1], 'loss'],
    ['a gradient that overflows', {}, scaled(1e25), outputs(1e18), [1e-20, 1], 'hidden'],
    ['a gradient whose square would', { optimizer: 'adam' }, scaled(1e10), outputs(1e12), [1e-10, 1], 'hidden'],
    ['and is clipped too little', clipped, scaled(1e10), outputs(1e12), [1e-10, 1], 'hidden'],
  ])('names the layer: %s', (_, compile, inputs, targets, [w1, w2], layer) => {
    const model = make(compile);
    const [k1, b1, k2, b2] = model.getWeights();
    for (const [k, scale] of [
      [k1!, w1!],
      [k2!, w2!],
    ] as const) {
      k.data.forEach((_, i) => {
        k.data[i] = scale * (1 + i / 16);
      });
    }
    model.setWeights([k1!, b1!, k2!, b2!]);
    const before = bytesOf(model);
    const error = thrown(() => model.fitSync(inputs, targets, { shuffle: false }));
    expect(error).toMatchObject({ epoch: 0, batch: 0, layer, history: { loss: [] } });
    expect(bytesOf(model)).toBe(before);
  });

  it("ends quietly with onNonFinite: 'stop'", async () => {
    const model = make();
    const error = thrown(() => model.fitSync(x, y, options));
    const state = bytesOf(model);
    for (const sync of [true, false]) {
      const stopped = make();
      const ends: unknown[] = [];
      const settings: FitOptions = { ...options, onNonFinite: 'stop', callbacks: { onTrainEnd: () => ends.push(1) } };
      const { history } = sync ? stopped.fitSync(x, y, settings) : await stopped.fit(x, y, settings);
      expect(history).toEqual(error.history);
      expect(bytesOf(stopped)).toBe(state);
      expect(ends).toEqual([1]);
    }
  });

  it("goes on with onNonFinite: 'ignore', and the guard is back for the next fit", () => {
    const model = make();
    const { history } = model.fitSync(x, y, { ...options, onNonFinite: 'ignore' });
    expect(history.loss).toHaveLength(50);
    expect(history.loss.at(-1)).toBeNaN();
    expect(model.predict(x).data.some(Number.isNaN)).toBe(true);
    const copy = loadModel(JSON.stringify(model), { backend });
    for (const m of [model, copy]) {
      const before = bytesOf(m);
      expect(thrown(() => m.fitSync(x, y))).toMatchObject({ epoch: 0, batch: 0, layer: 'hidden' });
      expect(bytesOf(m)).toBe(before);
    }
    // Where nothing goes wrong, the guard costs no bit.
    const [plain, unguarded] = [make({ optimizer: 'adam' }), make({ optimizer: 'adam' })];
    plain.fitSync(x, y);
    unguarded.fitSync(x, y, { onNonFinite: 'ignore' });
    expect(bytesOf(unguarded)).toBe(bytesOf(plain));
  });

  it('the network of the article', () => {
    const weights = (nn: NeuralNetwork) => JSON.stringify([nn.W1, nn.b1, nn.W2, nn.b2]);
    const make = () => new NeuralNetwork(3, 4, 1, { seed: 1, backend, outputActivation: 'linear' });
    const kept = make();
    const states: string[] = [weights(kept)];
    const losses: number[] = [];
    const settings = { epochs: 200, learningRate: 100 };
    const onEpoch = (_: number, loss: number) => {
      losses.push(loss);
      states.push(weights(kept));
    };
    const error = thrown(() => kept.train(x, y, { ...settings, onEpoch }));
    expect(error).toMatchObject({ epoch: losses.length, batch: 0, history: { loss: losses } });
    expect(error.layer).toMatch(/^(hidden|output|loss)$/);
    const whole = make();
    expect(thrown(() => whole.train(x, y, settings))).toEqual(error);
    for (const nn of [kept, whole]) expect(weights(nn)).toBe(states.at(-1));

    const nn = make();
    const before = weights(nn);
    const far = y.map(() => [1e300]);
    const single = thrown(() => nn.backward(x, y, far));
    expect(single).toMatchObject({ epoch: 0, batch: 0, layer: 'loss', history: { loss: [] } });
    expect(weights(nn)).toBe(before);
    nn.train(x, y, 10);
  });
});
