import { type Check, choice } from '../options';
import type { OpName } from '../plan/schema';
import { type Activation, type ActivationName, activationNames, activations } from './activations';
import type { Layer, Stage } from './layer';
import { type LayerOptions, layerSpec, makeLayer } from './options';

/** Checks an option that is the name of an activation. */
export const activationOption: Check<ActivationName> = (place, name, value) =>
  choice(place, name, value, activationNames);

/** Options of `layers.activation`. */
export interface ActivationOptions extends LayerOptions {
  /** Name of the function. */
  activation: ActivationName;
}

const spec = layerSpec({ activation: activationOption });

/**
 * Applies an activation to every value (softmax: to every row).
 *
 * @example
 * layers.activation({ activation: 'relu' })
 */
export function activation(options: ActivationOptions): Layer<ActivationOptions> {
  return makeLayer('activation', options, spec, ({ activation }, layer, width) => ({
    stages: activationStages(layer, width, activation),
  }));
}

/** a = f(z); nothing for `linear`. */
export function activationStages(layer: string, width: number, activation: ActivationName): Stage[] {
  const found: Activation | undefined = activations[activation];
  if (!found) return [];
  const { saved, constants } = found;
  return [
    {
      layer,
      activation,
      forward(b, x) {
        const output = b.rows(`${layer}/a`, width);
        b.append(activation as OpName, { out: output, x }, constants);
        return {
          output,
          backward: (delta) =>
            b.append(`${activation}Backward` as OpName, { delta, saved: saved === 'output' ? output : x }, constants),
        };
      },
    },
  ];
}
