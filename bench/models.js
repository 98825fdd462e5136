// The networks that are trained and asked, by their widths, and how they are trained.
import { layers, sequential } from 'linnet';
import { measureEpochs } from './harness.js';

/** Trainable numbers of `784-128-10`. */
export function parameters(widths) {
  const sizes = widths.split('-').map(Number);
  return sizes.slice(1).reduce((sum, units, i) => sum + (sizes[i] + 1) * units, 0);
}

/**
 * The layers of `784-128-10`: relu within, softmax at the end, of one output sigmoid.
 * @param {object} factories `layers` of linnet.
 * @param {{ hidden?: string, output?: string, dropout?: number }} [how] other activations; dropout before the last layer.
 */
export function layersOf(factories, widths, { hidden = 'relu', output, dropout = 0 } = {}) {
  const [inputs, ...units] = widths.split('-').map(Number);
  const last = units.length - 1;
  const stack = units.map((n, i) =>
    factories.dense({
      units: n,
      activation: i < last ? hidden : (output ?? (n === 1 ? 'sigmoid' : 'softmax')),
      ...(i === 0 && { inputShape: [inputs] }),
    }),
  );
  if (dropout > 0) stack.splice(last, 0, factories.dropout({ rate: dropout }));
  return stack;
}

/** @param {object} options for `sequential`: those of a variant. */
export const build = (widths, options, how) =>
  sequential({ seed: 1, ...options, layers: layersOf(layers, widths, how) });

const firstRows = (table, rows) =>
  table.shape
    ? { data: table.data.subarray(0, rows * table.shape[1]), shape: [rows, table.shape[1]] }
    : table.subarray(0, rows);

/** The first `rows` rows of data; labels are a typed array. */
export const part = ({ x, y }, rows) => ({ x: firstRows(x, rows), y: firstRows(y, rows) });

/** Adam, with the loss that labels of several classes, or of two, ask for; the accuracy is counted. */
export const classify = (outputs) => ({
  optimizer: 'adam',
  loss: outputs === 1 ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});

/**
 * Milliseconds per row of epochs within one `fit`, the variants in turns; the first epoch is left out. TypeScript may
 * have fewer rows in an epoch, as it is so much slower and speeds are compared; then all variants train once on as many
 * rows, and the losses of that epoch are their results.
 * @param {object} options
 * @param {(options: object) => Sequential} options.make a model, not compiled, from a variant's options.
 * @param {object} options.compile options of `compile`.
 * @param {number} options.rows of `data` in an epoch; `slowRows`: for TypeScript.
 * @returns what `measure` returns, and the losses of all epochs.
 */
export async function measureFits(variants, { make, compile, data, batchSize, rows, slowRows = rows, epochs }) {
  const losses = [];
  const train = async ({ options }, count, settings) => {
    const { x, y } = part(data, count);
    const model = make(options);
    model.compile(compile);
    const { history } = await model.fit(x, y, { batchSize, ...settings });
    model.dispose();
    return history.loss;
  };
  const rowsOf = ({ options }) => (options.backend === 'js' ? slowRows : rows);
  const runs = await measureEpochs(
    variants.map((variant, i) => ({
      name: variant.name,
      async fit(callbacks) {
        losses[i] = await train(variant, rowsOf(variant), { epochs, callbacks });
        return slowRows === rows ? losses[i].at(-1) : losses[i][0];
      },
    })),
  );
  for (const [i, run] of runs.entries()) {
    const count = rowsOf(variants[i]);
    run.samples = run.samples.map((milliseconds) => milliseconds / count);
    run.losses = losses[i];
    if (count !== slowRows) [run.sink] = await train(variants[i], slowRows, { epochs: 1 });
  }
  return runs;
}
