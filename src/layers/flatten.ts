import { checkOptions } from '../errors';
import type { Layer } from './layer';
import { inputWidth, type LayerOptions, layerName, layerOptionKeys } from './options';

/**
 * Takes samples of any shape as one row of numbers. Data are rows already, so this only states the input's shape.
 *
 * @example
 * layers.flatten({ inputShape: [28, 28] })
 */
export function flatten(options: LayerOptions = {}): Layer<LayerOptions> {
  const given = checkOptions('flatten', options, layerOptionKeys);
  const inputs = inputWidth('flatten', given, true);
  const name = layerName('flatten', given);
  return {
    type: 'flatten',
    name,
    inputs,
    config: { inputShape: given.inputShape, inputDim: given.inputDim, name },
    build: (layer, width) => ({
      name: layer,
      type: 'flatten',
      inputs: width,
      outputs: width,
      params: [],
      stages: [],
    }),
  };
}
