// fit and the event loop: timers, aborts, callbacks, two at once.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Callback, layers, NeuralNetwork, sequential } from '../src/index';
import { thrown } from './support/bad-calls';
import { backends, bytesOf, classes, classifier, forClasses, rowsOf } from './support/models';

const { x, y } = classes(50);

describe.each(backends)('on %s', (backend) => {
  const make = (options = {}) => {
    const model = classifier({ backend, ...options });
    model.compile(forClasses);
    return model;
  };

  it.each(['training', 'validation'])('timers of 50 ms fire within 100 during long %s', async (kind) => {
    const [large, small] = [classes(20_000, 64), classes(10, 64)];
    const [train, validate] = kind === 'training' ? [large, small] : [small, large];
    const model = sequential({
      layers: [
        layers.dense({ units: 64, activation: 'relu', inputDim: 64 }),
        layers.dense({ units: 3, activation: 'softmax' }),
      ],
      backend,
    });
    model.compile(forClasses);
    const waited: number[] = [];
    const control = new AbortController();
    const watch = async () => {
      while (waited.length < 9) {
        const set = performance.now();
        await sleep(50);
        waited.push(performance.now() - set);
      }
      control.abort();
    };
    const epochs = kind === 'training' ? 60 : 300; // seconds, but an end if the timers never fire
    const options = { epochs, signal: control.signal, validationData: [validate.x, validate.y] } as const;
    const fitting = thrown(() => model.fit(train.x, train.y, options));
    await Promise.all([fitting, watch()]);
    const median = waited.sort((a, b) => a - b)[4]!; // other programs may hold up a few
    expect(median).toBeLessThan(100);
  });

  it('lets promises and I/O have their turn', async () => {
    const model = make();
    let turns = 0;
    let running = true;
    const count = () => {
      turns++;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    await model.fit(x, y, { epochs: 1500 });
    running = false;
    expect(turns).toBeGreaterThan(3);
  });

  describe('abort', () => {
    it('before: nothing happens, not even a callback', async () => {
      const model = make();
      const before = bytesOf(model);
      const reason = new Error('no');
      const calls: unknown[] = [];
      const options = { signal: AbortSignal.abort(reason), callbacks: { onTrainBegin: () => calls.push(1) } };
      expect(await thrown(() => model.fit(x, y, options))).toBe(reason);
      expect(await thrown(() => model.fitSync(x, y, options))).toBe(reason);
      expect(await thrown(() => model.fit(x, y, { signal: AbortSignal.abort() }))).toMatchObject({
        name: 'AbortError',
      });
      expect(calls).toEqual([]);
      expect(bytesOf(model)).toBe(before);
    });

    it.each([63, 64, 65])('after step %i, then on: the bytes of one run', async (step) => {
      const options = { batchSize: 50 }; // one step an epoch
      const whole = make();
      await whole.fit(x, y, { ...options, epochs: 130 });
      const model = make();
      const control = new AbortController();
      const callbacks: Callback = {
        onEpochEnd: (epoch) => {
          if (epoch === step - 1) control.abort('enough');
        },
      };
      const { signal } = control;
      const rejected = model.fit(x, y, { ...options, epochs: 130, signal, callbacks });
      await expect(rejected).rejects.toBe('enough');
      expect(model.toJSON()).toMatchObject({ epochs: step, counters: [step, expect.any(Number), expect.any(Number)] });
      await model.fit(x, y, { ...options, epochs: 130 - step });
      expect(bytesOf(model)).toBe(bytesOf(whole));
    });

    it('within an epoch keeps the last completed step, as stopTraining does', async () => {
      const states: string[] = [];
      const watched = make();
      watched.fitSync(x, y, { batchSize: 4, callbacks: { onBatchEnd: () => states.push(bytesOf(watched)) } });
      const aborted = make();
      const control = new AbortController();
      const abort = { onBatchEnd: (batch: number) => batch === 5 && control.abort() };
      const { signal } = control;
      await thrown(() => aborted.fit(x, y, { batchSize: 4, callbacks: abort, signal }));
      expect(bytesOf(aborted)).toBe(states[5]);
      const stopped = make();
      const callbacks: Callback = {
        onBatchEnd: (batch) => {
          if (batch === 5) stopped.stopTraining = true;
        },
      };
      const { history, epoch } = await stopped.fit(x, y, { batchSize: 4, callbacks, epochs: 3 });
      expect(bytesOf(stopped)).toBe(states[5]);
      expect({ history, epoch }).toEqual({ history: { loss: [], accuracy: [] }, epoch: [] });
      // The begun epoch counts: both go on with the next one.
      for (const model of [aborted, stopped]) await model.fit(x, y);
      expect(bytesOf(aborted)).toBe(bytesOf(stopped));
      expect(aborted.toJSON().epochs).toBe(2);
    });

    it('from outside, at any moment', async () => {
      const model = make();
      const signal = AbortSignal.timeout(30);
      const error = await thrown(() => model.fit(x, y, { epochs: 1e5, signal }));
      expect(error.name).toBe('TimeoutError');
      await model.fit(x, y);
    });
  });

  it('stopTraining from outside resolves', async () => {
    const model = make();
    setTimeout(() => {
      model.stopTraining = true;
    }, 20);
    const { history } = await model.fit(x, y, { epochs: 1e5, shuffle: false });
    expect(history.loss.length).toBeGreaterThan(0);
    expect(history.loss).toHaveLength(history.accuracy!.length);
    const again = await model.fit(x, y, { epochs: 2 }); // it is reset
    expect(again.history.loss).toHaveLength(2);
  });

  it('predict, evaluate and other models within callbacks leave the bytes alone', async () => {
    const options = { epochs: 2, batchSize: 8, validationSplit: 0.2 } as const;
    const alone = make();
    const { history } = await alone.fit(x, y, options);
    const model = make();
    const other = make({ seed: 8 });
    const network = new NeuralNetwork(4, 300, 3, { backend });
    const wide = rowsOf(300, 4);
    const look = () => {
      model.predict(wide, { batchSize: 7 });
      model.evaluate(x, y);
      model.plan({ batchSize: 5 });
      model.toJSON();
      other.fitSync(x, y, { onNonFinite: 'stop' });
      network.train(wide, rowsOf(300, 3), 2); // the workspace grows in the middle of the fit
    };
    const callbacks: Callback = { onEpochBegin: look, onBatchEnd: look, onEpochEnd: look, onTrainEnd: look };
    expect(await model.fit(x, y, { ...options, callbacks })).toEqual({ history, epoch: [0, 1] });
    expect(bytesOf(model)).toBe(bytesOf(alone));
  });

  it('two at once give the bytes of two in a row', async () => {
    const options = { epochs: 300, batchSize: 8 };
    const [a, b, c, d] = [make(), make({ seed: 2, dtype: 'float64' }), make(), make({ seed: 2, dtype: 'float64' })];
    await Promise.all([a.fit(x, y, options), b.fit(x, y, options)]);
    await c.fit(x, y, options);
    await d.fit(x, y, options);
    expect([bytesOf(a), bytesOf(b)]).toEqual([bytesOf(c), bytesOf(d)]);
  });
});
