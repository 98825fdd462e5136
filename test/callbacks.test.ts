import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Callback, callbacks, type EarlyStoppingOptions, type FitOptions, loadModel } from '../src/index';
import { createYielder } from '../src/scheduler';
import { thrown } from './support/bad-calls';
import { bytesOf, classes, classifier, forClasses } from './support/models';

const { x, y } = classes(20);
const make = () => {
  const model = classifier();
  model.compile(forClasses);
  return model;
};
const hooks = ['onTrainBegin', 'onEpochBegin', 'onBatchEnd', 'onEpochEnd', 'onTrainEnd'] as const;

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('callbacks', () => {
  const recorder = (name: string, log: unknown[][], wait?: () => Promise<void>): Callback =>
    Object.fromEntries(
      hooks.map((hook) => [
        hook,
        async (...args: unknown[]) => {
          log.push([name, hook, ...args.slice(0, -1)]);
          await wait?.();
          log.push([name, 'done']);
        },
      ]),
    );

  it('are called in order with epoch or batch and logs, and awaited one by one', async () => {
    const log: unknown[][] = [];
    const list = [recorder('a', log, () => sleep(1)), recorder('b', log)];
    const { history } = await make().fit(x, y, { epochs: 2, batchSize: 12, validationSplit: 0.2, callbacks: list });
    const loss = expect.any(Number);
    const batch = { loss, accuracy: loss };
    const epoch = (i: number) => Object.fromEntries(Object.entries(history).map(([name, values]) => [name, values[i]]));
    const events = [
      ['onTrainBegin'],
      ['onEpochBegin', 0],
      ['onBatchEnd', 0, batch],
      ['onBatchEnd', 1, batch],
      ['onEpochEnd', 0, epoch(0)],
      ['onEpochBegin', 1],
      ['onBatchEnd', 0, batch],
      ['onBatchEnd', 1, batch],
      ['onEpochEnd', 1, epoch(1)],
      ['onTrainEnd', epoch(1)],
    ];
    expect(Object.keys(epoch(0))).toEqual(['loss', 'accuracy', 'val_loss', 'val_accuracy']);
    expect(log).toEqual(
      events.flatMap((event) =>
        ['a', 'b'].flatMap((name) => [
          [name, ...event],
          [name, 'done'],
        ]),
      ),
    );
  });

  it('get the training to hold on to', async () => {
    const seen: unknown[] = [];
    const model = make();
    const bytes: string[] = [];
    let restore = () => {};
    await model.fit(x, y, {
      epochs: 5,
      callbacks: {
        onTrainBegin: ({ names }) => seen.push(names),
        onEpochEnd(epoch, logs, training) {
          seen.push(epoch, Object.keys(logs));
          bytes.push(JSON.stringify(model.getWeights()));
          if (epoch === 0) restore = training.saveWeights();
          if (epoch === 2) training.stop();
        },
        onTrainEnd: () => restore(),
      },
    });
    const names = ['loss', 'accuracy'];
    expect(seen).toEqual([names, 0, names, 1, names, 2, names]);
    expect(JSON.stringify(model.getWeights())).toBe(bytes[0]);
    expect(bytes[2]).not.toBe(bytes[0]);
  });

  it('keep their this, and may be of a class', () => {
    class Counter {
      readonly other = 1;
      epochs = 0;
      onEpochEnd() {
        this.epochs++;
      }
    }
    const counter = new Counter();
    make().fitSync(x, y, { epochs: 3, callbacks: [counter, Object.assign(Object.create(null), {})] });
    expect(counter.epochs).toBe(3);
  });

  it.each(hooks)('that fail in %s end fit with their error; the model goes on', async (hook) => {
    const failure = new Error('mine');
    for (const callback of [
      () => {
        throw failure;
      },
      () => Promise.reject(failure),
    ]) {
      const model = make();
      expect(await thrown(() => model.fit(x, y, { batchSize: 5, callbacks: { [hook]: callback } }))).toBe(failure);
      const copy = loadModel(bytesOf(model));
      const trained = hook === 'onTrainBegin' || hook === 'onEpochBegin' ? 0 : 1;
      expect(copy.toJSON().epochs).toBe(trained);
      for (const m of [model, copy]) m.fitSync(x, y);
      expect(bytesOf(model)).toBe(bytesOf(copy));
    }
    const model = make();
    const fail = () => {
      throw failure;
    };
    expect(await thrown(() => model.fitSync(x, y, { callbacks: { [hook]: fail } }))).toBe(failure);
    model.fitSync(x, y);
  });

  it.each(hooks)('that return a promise in %s are no match for fitSync', async (hook) => {
    const model = make();
    const options = { callbacks: { [hook]: () => Promise.reject(new Error('unheard')) } };
    expect(await thrown(() => model.fitSync(x, y, options))).toMatchObject({
      code: 'ERR_KIND',
      message: 'fitSync: a callback returned a promise. Use await model.fit(…) with it.',
    });
    model.fitSync(x, y);
    await sleep(1); // a rejection nobody handles would fail the run
  });
});

describe('earlyStopping', () => {
  /** Epochs run, and the epoch whose weights are kept, when the monitored value takes these values. */
  const run = async (values: number[], options: EarlyStoppingOptions) => {
    const model = make();
    const weights: string[] = [];
    const stopping = callbacks.earlyStopping(options);
    const feed: Callback = {
      onTrainBegin: (training) => stopping.onTrainBegin?.(training),
      onEpochEnd: (epoch, _, training) => {
        weights.push(JSON.stringify(model.getWeights()));
        const logs = { loss: values[epoch]!, [options.monitor ?? 'val_loss']: values[epoch]! };
        return stopping.onEpochEnd?.(epoch, logs, training);
      },
      onTrainEnd: (logs, training) => stopping.onTrainEnd?.(logs, training),
    };
    await model.fit(x, y, { epochs: values.length, validationSplit: 0.2, callbacks: feed });
    return { epochs: weights.length, kept: weights.indexOf(JSON.stringify(model.getWeights())) };
  };

  const keep = { restoreBestWeights: true } as const;
  it.each<[string, number[], EarlyStoppingOptions, number, number]>([
    ['stops at the first rise', [5, 4, 4.5, 3], {}, 3, 2],
    ['equal is no better', [5, 5, 1], {}, 2, 1],
    ['patience 2', [5, 4, 4.5, 4.2, 3], { patience: 2 }, 4, 3],
    ['patience starts anew', [5, 4, 4.5, 3, 3.5, 2, 1], { patience: 2 }, 7, 6],
    ['the best weights', [5, 4, 4.5, 4.2, 3], { patience: 2, ...keep }, 4, 1],
    ['the best weights of a whole run', [5, 4, 3, 3.5], { patience: 9, ...keep }, 4, 2],
    ['minDelta', [5, 4.8, 4.7, 4.6], { minDelta: 0.5, patience: 1 }, 2, 1],
    ['a negative minDelta counts as positive', [5, 4.8, 4.7], { minDelta: -0.5 }, 2, 1],
    ['max', [1, 2, 1.5, 9], { mode: 'max', ...keep }, 3, 1],
    ['auto: accuracies rise', [0.1, 0.2, 0.15, 1], { monitor: 'val_accuracy', ...keep }, 3, 1],
    ['auto: losses fall', [0.2, 0.1, 0.15, 0], { monitor: 'loss', ...keep }, 3, 1],
    ['min on an accuracy', [0.2, 0.1, 0.15, 0], { monitor: 'accuracy', mode: 'min', ...keep }, 3, 1],
    ['NaN is no better', [5, Number.NaN, 1], keep, 2, 0],
  ])('%s', async (_, values, options, epochs, kept) => {
    expect(await run(values, options)).toEqual({ epochs, kept });
  });

  it('works on real logs, twice, and two of them at once', async () => {
    const model = make();
    const [first, second] = [
      callbacks.earlyStopping({ patience: 3, minDelta: 0.05, restoreBestWeights: true }),
      callbacks.earlyStopping({ monitor: 'loss', patience: 1000, restoreBestWeights: true }),
    ];
    const options: FitOptions = { epochs: 500, validationSplit: 0.25, callbacks: [second, first] };
    for (let i = 0; i < 2; i++) {
      const { history } = await model.fit(x, y, options);
      const values = history.val_loss!;
      expect(values.length).toBeLessThan(500);
      // The last callback of the list has the last word: the weights of its best epoch, not the other's.
      const { loss } = model.evaluate(x.slice(15), y.slice(15));
      expect(values.slice(0, -3)).toContain(loss);
    }
  });
});

describe('verbose', () => {
  const lines = async (options: FitOptions, tty: boolean) => {
    const printed: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((text: string) => {
      printed.push(`${text}\n`);
    });
    const stdout = { isTTY: tty, columns: 60, write: (text: string) => printed.push(text) };
    vi.stubGlobal('process', { ...process, stdout });
    const error = await thrown(() => make().fit(x, y, { epochs: 2, ...options })).catch(() => undefined);
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    return { printed, error };
  };
  const line = (epoch: number, validated = '') =>
    expect.stringMatching(
      new RegExp(`^epoch ${epoch}/2 · loss [\\d.]+${validated} · accuracy [\\d.]+${validated} · \\d+ ms\n$`),
    );

  it('0 is silent', async () => {
    expect((await lines({}, true)).printed).toEqual([]);
  });

  it('2, and 1 where the output is no terminal, print one line per epoch', async () => {
    expect((await lines({ verbose: 2 }, true)).printed).toEqual([line(1), line(2)]);
    expect((await lines({ verbose: 1 }, false)).printed).toEqual([line(1), line(2)]);
    const validated = ' \\(val [\\d.]+\\)';
    expect((await lines({ verbose: 2, validationSplit: 0.2 }, true)).printed).toEqual([
      line(1, validated),
      line(2, validated),
    ]);
  });

  it('1 draws a bar in place, no wider than the terminal, and ends its line', async () => {
    const slow: Callback = { onBatchEnd: () => sleep(60) };
    const { printed } = await lines({ verbose: 1, batchSize: 5, callbacks: slow }, true);
    const begin = '\r\x1b[K';
    const bars = printed.filter((text) => /[━╌]/.test(text));
    expect(bars.length).toBeGreaterThanOrEqual(4);
    for (const bar of bars) {
      expect(bar.slice(0, begin.length)).toBe(begin);
      expect(bar.slice(begin.length)).toMatch(/^epoch [12]\/2 ━+╌* [1-4]\/4 · loss [\d.]+/);
      expect(bar.length - begin.length).toBeLessThan(60);
    }
    const last = printed.at(-1)!;
    expect([last.slice(0, begin.length), last.slice(begin.length)]).toEqual([begin, line(2)]);
    const control = new AbortController();
    const aborting: Callback = { onBatchEnd: () => control.abort() };
    const aborted = await lines({ verbose: 1, batchSize: 5, callbacks: aborting, signal: control.signal }, true);
    expect(aborted.error).toMatchObject({ name: 'AbortError' });
    expect(aborted.printed.join('')).toMatch(/━[^\r\n]*\n$/);
  });
});

describe('turns of the event loop where there is no setImmediate', () => {
  it.each([false, true])('hidden page: %s', async (hidden) => {
    vi.stubGlobal('setImmediate', undefined);
    vi.stubGlobal('document', { hidden });
    let fired = 0;
    const interval = setInterval(() => fired++, 5);
    const timeouts = vi.spyOn(globalThis, 'setTimeout');
    const yielder = createYielder();
    let turns = 0;
    for (const begun = performance.now(); performance.now() - begun < 200; turns++) await yielder.turn();
    yielder.close();
    clearInterval(interval);
    expect(turns).toBeGreaterThan(200); // not clamped to 4 ms
    expect(timeouts.mock.calls.length > 0).toBe(!hidden);
    if (!hidden) expect(fired).toBeGreaterThanOrEqual(3);
    // and a whole fit
    const [model, other] = [make(), make()];
    await model.fit(x, y, { epochs: 50 });
    other.fitSync(x, y, { epochs: 50 });
    expect(bytesOf(model)).toBe(bytesOf(other));
  });

  it('nor a MessageChannel', async () => {
    vi.stubGlobal('setImmediate', undefined);
    vi.stubGlobal('MessageChannel', undefined);
    const [model, other] = [make(), make()];
    await model.fit(x, y, { epochs: 50 });
    other.fitSync(x, y, { epochs: 50 });
    expect(bytesOf(model)).toBe(bytesOf(other));
  });
});
