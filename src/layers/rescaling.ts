import { checkOptions, finiteNumber } from '../errors';
import type { Layer } from './layer';
import { inputWidth, type LayerOptions, layerName, layerOptionKeys } from './options';

export interface RescalingOptions extends LayerOptions {
  /** Factor, for example 1 / 255 for pixels. */
  scale: number;
  /** Default 0. */
  offset?: number;
}

/**
 * out = x·scale + offset: brings pixels 0…255 to 0…1 inside the model.
 *
 * @example
 * layers.rescaling({ scale: 1 / 255, inputShape: [784] })
 */
export function rescaling(options: RescalingOptions): Layer<RescalingOptions> {
  const given = checkOptions('rescaling', options, ['scale', 'offset', ...layerOptionKeys]);
  const scale = finiteNumber('rescaling', 'scale', given.scale);
  const offset = finiteNumber('rescaling', 'offset', given.offset ?? 0);
  const inputs = inputWidth('rescaling', given, false);
  const name = layerName('rescaling', given);
  return {
    type: 'rescaling',
    name,
    inputs,
    config: { scale, offset, inputDim: inputs, name },
    build: (layer, width) => ({
      name: layer,
      type: 'rescaling',
      inputs: width,
      outputs: width,
      params: [],
      stages: [
        {
          layer,
          trainable: false,
          forward({ b }, x) {
            const out = b.rows(`${layer}/out`, width);
            b.emit('rescale', { out, x }, { scale, offset });
            return {
              output: out,
              backward(delta) {
                b.emit('rescaleBackward', { delta }, { scale });
                return delta;
              },
            };
          },
        },
      ],
    }),
  };
}
