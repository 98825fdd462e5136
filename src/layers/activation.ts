import { checkOptions, oneOf } from '../errors';
import { type ActivationName, activationNames, activations } from './activations';
import type { Layer, Stage } from './layer';
import { inputWidth, type LayerOptions, layerName, layerOptionKeys } from './options';

export interface ActivationOptions extends LayerOptions {
  activation: ActivationName;
}

/**
 * Applies an activation to every value (softmax: to every row).
 *
 * @example
 * layers.activation({ activation: 'relu' })
 */
export function activation(options: ActivationOptions): Layer<ActivationOptions> {
  const given = checkOptions('activation', options, ['activation', ...layerOptionKeys]);
  const name = oneOf('activation activation', given.activation, activationNames);
  const inputs = inputWidth('activation', given, false);
  const layer = layerName('activation', given);
  return {
    type: 'activation',
    name: layer,
    inputs,
    config: { activation: name, inputDim: inputs, name: layer },
    build: (layerName, width) => ({
      name: layerName,
      type: 'activation',
      inputs: width,
      outputs: width,
      params: [],
      stages: name === 'linear' ? [] : [activationStage(layerName, width, name)],
    }),
  };
}

/** a = f(z). */
export function activationStage(layer: string, width: number, name: Exclude<ActivationName, 'linear'>): Stage {
  const { forward, backward, saved } = activations[name];
  return {
    layer,
    activation: name,
    trainable: false,
    forward({ b }, x) {
      const output = b.rows(`${layer}/a`, width);
      forward(b, output, x);
      return {
        output,
        backward(delta) {
          backward(b, delta, saved === 'output' ? output : x);
          return delta;
        },
      };
    },
  };
}
