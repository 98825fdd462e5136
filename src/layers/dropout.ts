import { partialShare } from '../options';
import type { Layer } from './layer';
import { type LayerOptions, layerSpec, makeLayer } from './options';

/** Options of `layers.dropout`. */
export interface DropoutOptions extends LayerOptions {
  /** Fraction of the values that are set to 0, in [0, 1). */
  rate: number;
}

const spec = layerSpec({ rate: partialShare });

/**
 * While training, sets a random `rate` of the values to 0 and scales the rest by 1/(1 − rate); every batch draws a new
 * mask. Otherwise passes values through. (Srivastava et al., "Dropout", 2014.)
 *
 * @example
 * layers.dropout({ rate: 0.2 })
 */
export function dropout(options: DropoutOptions): Layer<DropoutOptions> {
  return makeLayer('dropout', options, spec, ({ rate }, layer, width, index) => ({
    stages: [
      {
        forward(b, x) {
          if (!b.training || rate === 0) return { output: x };
          const out = b.rows(`${layer}/out`, width);
          const mask = b.rows(`${layer}/mask`, width);
          b.emit('dropout', { out, mask, x }, { layer: index, rate });
          return { output: out, backward: (delta) => b.emit('dropoutBackward', { delta, saved: mask }) };
        },
      },
    ],
  }));
}
