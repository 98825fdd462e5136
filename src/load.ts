import type { BackendChoice } from './backend/select';
import { checkOptions, describe, fail, unknownName } from './errors';
import { decodeTensor, parseModelJson } from './formats/model';
import { layers } from './layers';
import type { Layer } from './layers/layer';
import type { DType } from './matrix';
import type { MetricName } from './metrics';
import { optimizerStates } from './optimizers';
import { internals, Sequential } from './sequential';

/** Options of `loadModel`. */
export interface LoadOptions {
  /** Default `'auto'`. */
  backend?: BackendChoice;
}

function layerOf(saved: unknown, index: number): Layer {
  const place = `loadModel: layers[${index}]`;
  const { type, config } = (saved ?? {}) as { type?: unknown; config?: unknown };
  if (typeof type !== 'string' || !Object.hasOwn(layers, type)) throw unknownName(place, type, Object.keys(layers));
  if (typeof config !== 'object' || config === null) {
    fail(RangeError, 'ERR_FORMAT', `${place}: config must be an object, got ${describe(config)}.`);
  }
  const make = layers[type as keyof typeof layers] as (config: object) => Layer;
  return make(config);
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
  const { backend } = checkOptions('loadModel', options, ['backend']);
  const saved = parseModelJson(json);
  const model = new Sequential<DType>({
    layers: saved.layers.map(layerOf),
    dtype: saved.dtype,
    seed: saved.seed,
    backend,
  });
  if (saved.compiled) {
    const { optimizer, loss, metrics } = saved.compiled;
    model.compile({ optimizer: optimizer as never, loss: loss as never, metrics: metrics as MetricName[] });
  }
  const { engine, training, restoreEpochs } = model[internals]();
  const { params } = engine.architecture;
  const states = training ? optimizerStates(training.optimizer).length : 0;
  if (saved.params.length !== params.length) {
    const text = `loadModel: expected ${params.length} weights by the layers, found ${saved.params.length}.`;
    fail(RangeError, 'ERR_FORMAT', text);
  }
  params.forEach(({ name, shape }, i) => {
    const tensor = decodeTensor(saved.params[i], name, shape, saved.dtype, states);
    engine.setParam(i, tensor.values);
    tensor.states.forEach((values, s) => {
      engine.setParam(i, values, s + 1);
    });
  });
  engine.counters = saved.counters;
  restoreEpochs(saved.epochs);
  return model;
}
