// What happens around a training must not change its bytes: interruptions, other models, a memory that grows or is full.
import { describe, expect, test } from 'vitest';
import { selectBackend } from '../src/backend/select';
import {
  type Callback,
  type FitOptions,
  layers,
  loadModel,
  NeuralNetwork,
  type Optimizer,
  optimizers,
  type Sequential,
  sequential,
} from '../src/index';
import { intercept } from './support/lockstep';
import { backends, bytesOf, classes, classifier, forClasses } from './support/models';

const { x, y } = classes(200);

/** Two of the inputs are so small that their gradients are, too: first and second moments that the sweep sets to zero. */
const faintX = x.map(([a, b, c, d]) => [a!, b!, 1e-29 * (2 + c!), 1e-18 * (2 + d!)]);
const faintY = x.map(([a, b, c]) => [a! + c!, b! - 0.5]);
/** One step an epoch, so that going on means the very next step. State is swept at steps 64 and 128. */
const steps = (epochs: number): FitOptions => ({ epochs, batchSize: 200 });

const swept: Record<string, Optimizer> = {
  adam: optimizers.adam(),
  adamW: optimizers.adamW(),
  momentum: optimizers.sgd({ momentum: 0.9, nesterov: true }),
  rmsProp: optimizers.rmsProp({ momentum: 0.8, centered: true }),
  adagrad: optimizers.adagrad({ initialAccumulatorValue: 0 }),
};

describe.each(backends)('on %s', (backend) => {
  describe.each(Object.entries(swept))('%s', (_name, optimizer) => {
    const fresh = (): Sequential => {
      const model = sequential({
        layers: [layers.dense({ units: 2, inputShape: [4], kernelInitializer: 'zeros' })],
        seed: 1,
        backend,
      });
      model.compile({ optimizer, loss: 'mse' });
      return model;
    };
    const trained = (epochs: number) => {
      const model = fresh();
      model.fitSync(faintX, faintY, steps(epochs));
      return model;
    };
    const whole = bytesOf(trained(130));

    test.each([63, 64, 65])('aborted at step %i and resumed, ends with the same bytes', async (step) => {
      const model = fresh();
      const controller = new AbortController();
      const abort: Callback = {
        onEpochEnd: (epoch) => epoch + 1 === step && controller.abort(new Error('enough')),
      };
      const options = { ...steps(130), signal: controller.signal, callbacks: abort };
      await expect(model.fit(faintX, faintY, options)).rejects.toThrow('enough');
      const saved = JSON.stringify(model);
      expect(saved).toBe(bytesOf(trained(step)));
      await model.fit(faintX, faintY, steps(130 - step));
      expect(bytesOf(model)).toBe(whole);
      for (const other of backends) {
        const copy = loadModel(saved, { backend: other });
        copy.fitSync(faintX, faintY, steps(130 - step));
        expect(bytesOf(copy)).toBe(whole);
      }
    });

    test('depends on the step number: the sweep is at work', () => {
      const numbers = (shift: number) => {
        const model = trained(60);
        const { engine } = model.internals();
        const [count, ...powers] = engine.counters;
        engine.counters = [count + shift, ...powers];
        model.fitSync(faintX, faintY, steps(10));
        return model.toJSON().params;
      };
      expect(numbers(0)).not.toEqual(numbers(20)); // swept at step 64, or never
      expect(numbers(20)).toEqual(numbers(21));
    });
  });

  const { runtime } = selectBackend(backend);
  const compiled = () => {
    const model = classifier({ backend });
    model.compile(forClasses);
    return model;
  };
  const options: FitOptions = { epochs: 2, batchSize: 16, validationSplit: 0.2 };
  const undisturbed = (() => {
    const model = compiled();
    const { history } = model.fitSync(x, y, options);
    return { history, bytes: bytesOf(model) };
  })();
  /** Trains with `disturb` called after every batch. */
  const disturbed = async (disturb: (model: Sequential, batch: number) => unknown, sync = false) => {
    const model = compiled();
    let calls = 0;
    const callbacks: Callback = {
      onBatchEnd: (batch) => {
        calls++;
        const result = disturb(model, batch);
        return sync ? undefined : result;
      },
    };
    const { history } = await (sync
      ? model.fitSync(x, y, { ...options, callbacks })
      : model.fit(x, y, { ...options, callbacks }));
    expect(calls).toBe(20);
    expect(history).toEqual(undisturbed.history);
    expect(bytesOf(model)).toBe(undisturbed.bytes);
  };

  test.each([63, 64, 65])('aborted within an epoch at step %i, it keeps the last completed step', async (step) => {
    const run = async (model: Sequential, how: 'abort' | 'stop') => {
      const controller = new AbortController();
      const end = () => {
        if (how === 'abort') controller.abort();
        else model.stopTraining = true;
      };
      const callbacks: Callback = { onBatchEnd: (batch) => void (batch + 1 === step && end()) };
      const fit = model.fit(x, y, { batchSize: 2, signal: controller.signal, callbacks });
      await (how === 'abort' ? expect(fit).rejects.toThrow('aborted') : fit);
      expect(model.internals().engine.counters[0]).toBe(step);
      return JSON.stringify(model);
    };
    const models = [compiled(), compiled()] as const;
    const saved = await run(models[0], 'abort');
    expect(await run(models[1], 'stop')).toBe(saved);
    const loaded = loadModel(saved, { backend: backend === 'js' ? 'wasm' : 'js' });
    for (const model of [models[0], loaded]) model.fitSync(x, y, { epochs: 2, batchSize: 3 });
    expect(bytesOf(loaded)).toBe(bytesOf(models[0]));
  });

  test.each(['fit', 'fitSync'])('predict, evaluate and reading weights in the middle of %s', async (call) => {
    await disturbed((model, batch) => {
      model.predict(x.slice(0, 1 + (batch % 50)), { batchSize: 1 + (batch % 7) });
      model.evaluate(x.slice(0, 33), y.slice(0, 33), { batchSize: 5 });
      model.getWeights();
      return JSON.stringify(model);
    }, call === 'fitSync');
  });

  test('a callback that takes its time', () => disturbed(() => new Promise((resolve) => setTimeout(resolve, 1))));

  test('another model makes the memory grow in the middle of a fit', async () => {
    const sizes = new Set<number>();
    let units = 1000;
    await disturbed((_model, batch) => {
      if (batch % 4 === 0) {
        // Too large for what there is, in one piece.
        units = Math.max(units + 200, Math.ceil(runtime.backend.memory.buffer.byteLength / 4 / 1000 / 8));
        big(units, backend).predict(new Float32Array(1000));
      }
      sizes.add(runtime.backend.memory.buffer.byteLength);
    });
    expect(sizes.size).toBeGreaterThan(1);
  });

  test('moved out of a full memory and in again in the middle of a fit', async () => {
    const crowd = Array.from({ length: 10 }, () => big(2000, backend)); // 8 MB each, 80 together
    const bases = new Set<number>();
    const restore = intercept(runtime.backend, 'float32', (run) => (plan, base, from, to, steps) => {
      bases.add(base);
      return run(plan, base, from, to, steps);
    });
    const trained = new Set<number>();
    try {
      await disturbed((_model, batch) => {
        for (const base of bases) trained.add(base);
        if (batch % 3 === 0) for (const model of crowd) model.predict(new Float32Array(1000));
        bases.clear();
      });
    } finally {
      restore();
    }
    for (const model of crowd) model.dispose();
    expect(trained.size).toBeGreaterThan(1); // it came back to other places
  });

  test('three fits at once', async () => {
    const models = [compiled(), compiled(), compiled()];
    await Promise.all(models.map((model, i) => model.fit(x, y, { ...options, batchSize: i === 2 ? 1 : 16 })));
    expect(models.slice(0, 2).map(bytesOf)).toEqual([undisturbed.bytes, undisturbed.bytes]);
  });

  test('NeuralNetwork: forward and predict between epochs', () => {
    const run = (onEpoch?: (nn: NeuralNetwork) => unknown) => {
      const nn = new NeuralNetwork(4, 5, 1, { seed: 3, backend });
      const losses = nn.train(
        x,
        y.map((label) => [label / 2]),
        { epochs: 20, batchSize: 7, onEpoch: () => void onEpoch?.(nn) },
      );
      return [losses, nn.W1, nn.b1, nn.W2, nn.b2];
    };
    const other = compiled();
    const disturb = (nn: NeuralNetwork) => {
      nn.forward(x.slice(0, 9));
      nn.predict(x);
      other.fitSync(x, y, { batchSize: 50 });
    };
    expect(run(disturb)).toEqual(run());
  });
});

/** A model of 1000 · units zeros. */
function big(units: number, backend: 'wasm' | 'js'): Sequential {
  const dense = layers.dense({ units, inputShape: [1000], kernelInitializer: 'zeros', useBias: false });
  return sequential({ layers: [dense], backend, seed: 1 });
}
