import { fail, oneOf } from './errors';
import { decodeTensor, type ModelJson, parseModelJson } from './formats/model';
import { layers } from './layers';
import type { Layer } from './layers/layer';
import type { DType } from './matrix';
import type { MetricName } from './metrics';
import { optimizerStates } from './optimizers';
import { parseOptions } from './options';
import { sizeOf } from './plan/tensor';
import { Sequential } from './sequential';
import { type SequentialOptions, sequentialChecks } from './sequential-options';

/** Options of `loadModel`: where and how the model runs, which a file does not say. */
export type LoadOptions = Pick<SequentialOptions, 'backend' | 'skipZeros' | 'threads'>;

function layerOf({ type, config }: ModelJson['layers'][number], index: number): Layer {
  const name = oneOf(`loadModel: layers[${index}]`, type, Object.keys(layers) as (keyof typeof layers)[]);
  return (layers[name] as (config: object) => Layer)(config);
}

const outline = (name: string, shape: readonly number[], states: number) =>
  `"${name}" [${shape}] with ${states} optimizer states`;

function expectSame(wanted: string, found: string): void {
  if (wanted === found) return;
  fail('ERR_FORMAT', `loadModel: expected ${wanted} by the layers, found ${found}.`);
}

/**
 * Restores a model from what `model.toJSON()` returned, as object or text: architecture, weights, optimizer state and
 * counters. Training goes on with the same bits as if it had never stopped, on any backend.
 *
 * @throws RangeError, TypeError for truncated, changed or foreign data, saying what is wrong.
 * @example
 * const copy = loadModel(JSON.stringify(model));
 */
export function loadModel(json: unknown, options: LoadOptions = {}): Sequential<DType> {
  const { backend, skipZeros, threads } = sequentialChecks;
  const chosen = parseOptions<LoadOptions>('loadModel', options, { backend, skipZeros, threads });
  const saved = parseModelJson(json);
  const model = new Sequential<DType>({
    layers: saved.layers.map(layerOf),
    dtype: saved.dtype,
    seed: saved.seed,
    ...chosen,
  });
  if (saved.compiled) {
    const { optimizer, loss, metrics } = saved.compiled;
    model.compile({ optimizer: optimizer as never, loss: loss as never, metrics: metrics as MetricName[] });
  }
  const { engine, training, clock } = model.internals();
  const { params } = engine.architecture;
  const states = training ? optimizerStates(training.optimizer).length : 0;
  expectSame(`${params.length} weights`, `${saved.params.length} weights`);
  saved.params.forEach((tensor, i) => {
    const { name, shape } = params[i]!;
    expectSame(outline(name, shape, states), outline(tensor.name, tensor.shape, tensor.states.length));
    decodeTensor(tensor, saved.dtype, sizeOf(shape)).forEach((numbers, s) => {
      engine.setParam(i, numbers, s);
    });
  });
  engine.counters = saved.counters;
  clock.epochs = saved.epochs;
  return model;
}
