import type { Layer } from './layer';
import { type LayerOptions, layerSpec, makeLayer } from './options';

const spec = layerSpec({});

/**
 * Takes samples of any shape as one row of numbers. Data are rows already, so this only states the input's shape.
 *
 * @example
 * layers.flatten({ inputShape: [28, 28] })
 */
export function flatten(options: LayerOptions = {}): Layer<LayerOptions> {
  return makeLayer('flatten', options, spec, () => ({ stages: [] }), true);
}
