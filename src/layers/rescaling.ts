import { finiteNumber } from '../errors';
import { option } from '../options';
import type { Layer } from './layer';
import { type LayerOptions, layerSpec, makeLayer } from './options';

/** Options of `layers.rescaling`. */
export interface RescalingOptions extends LayerOptions {
  /** Factor, for example 1 / 255 for pixels. */
  scale: number;
  /** What is added after scaling, default 0. */
  offset?: number;
}

const spec = layerSpec({ scale: finiteNumber, offset: option(0, finiteNumber) });

/**
 * out = x·scale + offset: brings pixels 0…255 to 0…1 inside the model.
 *
 * @example
 * layers.rescaling({ scale: 1 / 255, inputShape: [784] })
 */
export function rescaling(options: RescalingOptions): Layer<RescalingOptions> {
  return makeLayer('rescaling', options, spec, ({ scale, offset }, layer, width) => ({
    stages: [
      {
        ...(offset === 0 && { scale }),
        forward(b, x) {
          const out = b.rows(`${layer}/out`, width);
          b.emit('rescale', { out, x }, { scale, offset });
          return { output: out, backward: (delta) => b.emit('rescaleBackward', { delta }, { scale }) };
        },
      },
    ],
  }));
}
