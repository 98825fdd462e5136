import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type FitOptions, layers, Matrix, optimizers, sequential } from '../src/index';
import { backends, bytesOf, classes, classifier, forClasses, rowsOf } from './support/models';

const { x, y } = classes(50);
const compiled = (options = {}) => {
  const model = classifier(options);
  model.compile(forClasses);
  return model;
};

describe('a model', () => {
  it('is built by layers or by add, with the same weights', () => {
    const [hidden, dropout, output] = [
      layers.dense({ units: 8, activation: 'tanh', inputShape: [4] }),
      layers.dropout({ rate: 0.25 }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ];
    const added = sequential({ seed: 7 }).add(hidden).add(dropout).add(output);
    expect(bytesOf(added)).toBe(bytesOf(classifier()));
  });

  it('prints a summary before and after it is used', () => {
    const text = [
      'layer            output     weights',
      '───────────────────────────────────',
      'input            [rows, 4]        0',
      'dense            [rows, 8]       40',
      'dropout          [rows, 8]        0',
      'classes (dense)  [rows, 3]       27',
      '───────────────────────────────────',
      'total weights: 67',
    ].join('\n');
    const model = sequential({
      layers: [
        layers.dense({ units: 8, inputDim: 4 }),
        layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 3, name: 'classes' }),
      ],
    });
    expect(model.summary()).toBe(text);
    model.predict(x);
    expect(model.summary()).toBe(text);
  });

  it('prints the plan of a step', () => {
    const model = classifier();
    expect(model.plan()).toMatch(/matmul +dense\/z\[rows,8\] ← x\[rows,4\]/);
    expect(model.plan()).not.toMatch(/adam/);
    model.compile(forClasses);
    expect(model.plan()).toMatch(/adam/);
    expect(model.plan()).toMatch(/dropout /);
    expect(model.plan({ kind: 'evaluate' })).toMatch(/softmaxSparseCategoricalCrossentropy/);
    expect(model.plan({ kind: 'evaluate' })).not.toMatch(/adam|dropout /);
    expect(model.plan({ kind: 'predict', batchSize: 10 })).toMatch(/up to 12 rows a step/);
  });

  it('says what it is', () => {
    const model = classifier({ backend: 'js', dtype: 'float64' });
    expect(model).toMatchObject({ seed: 7, dtype: 'float64', backend: 'js', threads: 1 });
    expect(model.backendReason).toBe("asked for by backend: 'js'");
    expect(classifier().backend).toBe('wasm');
    for (const name of ['seed', 'dtype', 'backend', 'threads']) {
      expect(() => Object.assign(model, { [name]: 1 })).toThrow(TypeError);
    }
    const first = layers.dense({ units: 1, inputDim: 1 });
    const empty = sequential();
    expect(empty.backend).toBe('wasm'); // asking does not close the list of layers
    expect(empty.add(first).predict([1]).shape).toEqual([1, 1]);
  });

  it('draws a seed that replays the run', async () => {
    const run = async (seed?: number) => {
      const model = compiled({ seed });
      await model.fit(x, y, { epochs: 2 });
      return { bytes: bytesOf(model), seed: model.seed };
    };
    const first = await run();
    expect(Number.isSafeInteger(first.seed)).toBe(true);
    expect((await run(first.seed)).bytes).toBe(first.bytes);
    expect((await run()).bytes).not.toBe(first.bytes);
  });

  it('gives and takes weights as copies', () => {
    const model = classifier();
    const weights = model.getWeights();
    expect(weights.map(({ shape }) => shape)).toEqual([
      [4, 8],
      [1, 8],
      [8, 3],
      [1, 3],
    ]);
    const before = model.predict(x);
    for (const { data } of weights) data.fill(0.5);
    expect(model.predict(x).equals(before)).toBe(true);
    model.setWeights(weights);
    expect(model.predict(x).equals(before)).toBe(false);
    for (const w of model.getWeights()) expect(new Set(w.data)).toEqual(new Set([0.5]));
    model.setWeights([rowsOf(4, 8), new Float64Array(8), rowsOf(8, 3), [1, 2, 3]]);
    expect(model.getWeights()[3]!.toArray()).toEqual([[1, 2, 3]]);
    expect([...model.getWeights()[0]!.data]).toEqual(rowsOf(4, 8).flat().map(Math.fround));
  });

  it('keeps weights and starts the optimizer anew when compiled again', () => {
    const model = compiled();
    model.fitSync(x, y, { epochs: 3 });
    const weights = model.getWeights();
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    expect(model.getWeights()).toEqual(weights);
    expect(model.toJSON()).toMatchObject({ epochs: 3, counters: [0, 1, 1] });
  });

  it('is disposed of by hand or by using', () => {
    const model = compiled();
    model[Symbol.dispose]();
    model.dispose(); // twice is fine
    expect(() => model.predict(x)).toThrow('disposed');
  });
});

describe.each(backends)('fit on %s', (backend) => {
  const both = async (options: FitOptions, more = {}) => {
    const [a, b] = [compiled({ backend, ...more }), compiled({ backend, ...more })];
    const histories = [await a.fit(x, y, options), b.fitSync(x, y, options)];
    expect(histories[0]).toEqual(histories[1]);
    expect(bytesOf(a)).toBe(bytesOf(b));
    return { model: a, bytes: bytesOf(a), history: histories[0]!.history, epoch: histories[0]!.epoch };
  };

  it('gives the bytes of fitSync', async () => {
    const { history, epoch } = await both({ epochs: 4, batchSize: 7, validationSplit: 0.2 });
    expect(Object.keys(history)).toEqual(['loss', 'accuracy', 'val_loss', 'val_accuracy']);
    expect(epoch).toEqual([0, 1, 2, 3]);
    for (const series of Object.values(history)) expect(series).toHaveLength(4);
    await both({ epochs: 2, batchSize: 7 }, { dtype: 'float64' });
    expect((await both({})).history.loss).toHaveLength(1);
    expect((await both({ epochs: 0 })).history).toEqual({ loss: [], accuracy: [] });
  });

  it('goes on where it was: 5 epochs and 5 more are 10', async () => {
    for (const options of [{ batchSize: 8 }, { batchSize: 16, shuffle: false }]) {
      const { model } = await both({ epochs: 5, ...options });
      const second = await model.fit(x, y, { epochs: 5, ...options });
      const whole = await both({ epochs: 10, ...options });
      expect(bytesOf(model)).toBe(whole.bytes);
      expect(second.history.loss).toEqual(whole.history.loss.slice(5));
    }
  });

  it('shuffles anew each epoch, unless told not to', async () => {
    const ordered = await both({ epochs: 2, shuffle: false });
    const shuffled = await both({ epochs: 2 });
    expect(ordered.bytes).not.toBe(shuffled.bytes);
    expect((await both({ epochs: 2 })).bytes).toBe(shuffled.bytes);
    const second = compiled({ backend, seed: 8 });
    second.fitSync(x, y, { epochs: 2 });
    expect(bytesOf(second)).not.toBe(shuffled.bytes);
  });

  it('validates on the last rows, before shuffling', async () => {
    const options = { epochs: 3, batchSize: 8 };
    const split = await both({ ...options, validationSplit: 0.3 });
    const model = compiled({ backend });
    const validationData = [x.slice(35), y.slice(35)] as const;
    const { history } = model.fitSync(x.slice(0, 35), y.slice(0, 35), { ...options, validationData });
    expect(split.history).toEqual(history);
    expect(split.bytes).toBe(bytesOf(model));
    // Validation data take precedence, and do not disturb training.
    const given = await both({ ...options, validationSplit: 0.9, validationData });
    expect(given.bytes).toBe((await both(options)).bytes);
    const { loss, accuracy } = given.model.evaluate(...validationData);
    expect(given.history.val_loss!.at(-1)).toBe(loss);
    expect(given.history.val_accuracy!.at(-1)).toBe(accuracy);
  });

  it('takes a batch larger than the data as all of them', async () => {
    const { bytes } = await both({ batchSize: 50 });
    expect((await both({ batchSize: 1e9 })).bytes).toBe(bytes);
  });

  it('weighs batches by their rows', () => {
    const frozen = sequential({ layers: [layers.dense({ units: 3, activation: 'softmax', inputDim: 4 })], backend });
    frozen.compile({ ...forClasses, optimizer: optimizers.sgd({ learningRate: 0 }) });
    const { loss, accuracy } = frozen.evaluate(x, y);
    for (const batchSize of [7, 16, 49, 50]) {
      const { history } = frozen.fitSync(x, y, { batchSize, shuffle: false });
      expect(history).toEqual({ loss: [loss], accuracy: [accuracy] });
      expect(frozen.evaluate(x, y, { batchSize })).toEqual({ loss, accuracy });
    }
  });
});

describe('predict', () => {
  it('gives the same bits for any batch size, and whether trained between or not', () => {
    const model = compiled();
    const whole = model.predict(x);
    expect(whole.shape).toEqual([50, 3]);
    for (const batchSize of [1, 3, 32, 50, 1000]) expect(model.predict(x, { batchSize })).toEqual(whole);
    expect(x.map((row) => [...model.predict(row).data])).toEqual(whole.toArray());
  });

  it('writes into out', () => {
    const out = new Float32Array(150);
    const model = classifier();
    const result = model.predict(x, { out });
    expect(result.data).toBe(out);
    expect(result).toEqual(model.predict(x));
    const double = classifier({ dtype: 'float64' });
    expect(double.predict(x, { out: new Float64Array(150) })).toEqual(double.predict(x));
  });
});

describe('one dimension', () => {
  const narrow = () => {
    const model = sequential({ layers: [layers.dense({ units: 1, inputDim: 1 })], seed: 1 });
    model.compile({ loss: 'mse', optimizer: 'sgd' });
    return model;
  };

  it('x is one row if it is as long as the input is wide, a column if the width is 1', () => {
    const model = classifier();
    expect(model.predict([1, 2, 3, 4])).toEqual(model.predict([[1, 2, 3, 4]]));
    expect(() => model.predict([1, 2, 3])).toThrow('expected rows of 4 values, got one dimension of 3 values');
    expect(narrow().predict([1, 2, 3])).toEqual(narrow().predict([[1], [2], [3]]));
  });

  it('y is a column if there is one output', () => {
    const [a, b] = [narrow(), narrow()];
    a.fitSync([1, 2, 3], [2, 4, 6]);
    b.fitSync([[1], [2], [3]], new Float32Array([2, 4, 6]));
    expect(bytesOf(a)).toBe(bytesOf(b));
    const wide = sequential({ layers: [layers.dense({ units: 2, inputDim: 1 })] });
    wide.compile({ loss: 'mse' });
    expect(() => wide.fitSync([1], [2, 4])).toThrow('expected rows of 2 values, got one dimension');
  });

  it('class labels come in any form', () => {
    const forms = [y, Uint8Array.from(y), Int32Array.from(y), Float64Array.from(y), y.map((label) => [label])];
    const results = [...forms, Matrix.from(y.map((label) => [label])), { data: Uint8Array.from(y), shape: [50] }].map(
      (labels) => {
        const model = compiled();
        model.fitSync(x, labels);
        return bytesOf(model);
      },
    );
    expect(new Set(results).size).toBe(1);
  });
});

describe('options and printing', () => {
  it('takes a wish for threads, and says how many there are', () => {
    const small = [layers.dense({ units: 1, inputShape: [1] })];
    expect(sequential({ layers: small }).threads).toBe(1);
    expect(sequential({ threads: 4, layers: small }).threads).toBe(4);
    expect(sequential({ threads: 'auto' }).threads).toBe(availableParallelism());
    expect(sequential({ threads: 4, backend: 'js', layers: small }).threads).toBe(1);
    // A call tells its workers how many take part in 8 bits.
    expect(sequential({ threads: 1000, layers: small }).threads).toBe(255);
    expect(() => sequential({ threads: 0 })).toThrow('sequential: threads must be a positive integer, got 0.');
  });

  it('prints as its summary, also without layers and after dispose', () => {
    const model = sequential({ seed: 1 });
    expect(`${model}`).toBe('Sequential, no layers yet');
    model.add(layers.dense({ units: 2, inputShape: [3] }));
    const summary = model.summary();
    model.dispose();
    expect(`${model}`).toBe(summary);
  });
});
