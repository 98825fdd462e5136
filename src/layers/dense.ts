import { boolean, checkOptions, oneOf, positiveInteger } from '../errors';
import { type InitializerInput, type InitializerSpec, parseInitializer } from '../initializers';
import { twoTo } from '../plan/powers';
import { panelWidth } from '../plan/tensor';
import { parseRegularizer, type Regularizer, type RegularizerName } from '../regularizers';
import { activationStage } from './activation';
import { type ActivationName, activationNames } from './activations';
import type { Layer, LayerParam, Stage } from './layer';
import { inputWidth, type LayerOptions, layerName, layerOptionKeys } from './options';

export interface DenseOptions extends LayerOptions {
  /** Number of outputs. */
  units: number;
  /** Default `'linear'`. */
  activation?: ActivationName;
  /** Default true. */
  useBias?: boolean;
  /** Default `'glorotUniform'`. */
  kernelInitializer?: InitializerInput;
  /** Default `'zeros'`. */
  biasInitializer?: InitializerInput;
  kernelRegularizer?: Regularizer | RegularizerName;
  biasRegularizer?: Regularizer | RegularizerName;
}

export interface DenseConfig {
  readonly units: number;
  readonly activation: ActivationName;
  readonly useBias: boolean;
  readonly kernelInitializer: InitializerSpec;
  readonly biasInitializer: InitializerSpec;
  readonly kernelRegularizer: Regularizer | undefined;
  readonly biasRegularizer: Regularizer | undefined;
  readonly inputDim: number | undefined;
  readonly name: string | undefined;
}

const keys = [
  'units',
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  ...layerOptionKeys,
] as const;

/**
 * A fully connected layer: out = activation(x·kernel + bias), x [rows, inputs], kernel [inputs, units], bias [units].
 *
 * @throws TypeError, RangeError for options that are unknown, of the wrong kind or out of range.
 * @example
 * layers.dense({ units: 128, activation: 'relu', inputShape: [784] })
 */
export function dense(options: DenseOptions): Layer<DenseConfig> {
  const given = checkOptions('dense', options, keys);
  const config: DenseConfig = {
    units: positiveInteger('dense', 'units', given.units),
    activation: oneOf('dense activation', given.activation ?? 'linear', activationNames),
    useBias: boolean('dense', 'useBias', given.useBias ?? true),
    kernelInitializer: parseInitializer(given.kernelInitializer ?? 'glorotUniform', 'dense kernelInitializer'),
    biasInitializer: parseInitializer(given.biasInitializer ?? 'zeros', 'dense biasInitializer'),
    kernelRegularizer: parseRegularizer('dense kernelRegularizer', given.kernelRegularizer),
    biasRegularizer: parseRegularizer('dense biasRegularizer', given.biasRegularizer),
    inputDim: inputWidth('dense', given, false),
    name: layerName('dense', given),
  };
  const { units } = config;
  return {
    type: 'dense',
    name: config.name,
    inputs: config.inputDim,
    config,
    build(name, inputs) {
      const kernel: LayerParam = {
        name: `${name}/kernel`,
        shape: [inputs, units],
        initializer: config.kernelInitializer,
        regularizer: config.kernelRegularizer,
      };
      const bias: LayerParam = {
        name: `${name}/bias`,
        shape: [units],
        initializer: config.biasInitializer,
        regularizer: config.biasRegularizer,
      };
      const stages = [product(name, units, config.useBias)];
      if (config.activation !== 'linear') stages.push(activationStage(name, units, config.activation));
      return {
        name,
        type: 'dense',
        inputs,
        outputs: units,
        params: config.useBias ? [kernel, bias] : [kernel],
        stages,
      };
    },
  };
}

/** float32 deltas below this are set to +0: without it gradients, then optimizer states, turn denormal and slow. */
const DELTA_THRESHOLD = twoTo(-53);

/** z = x·kernel + bias. */
function product(layer: string, units: number, useBias: boolean): Stage {
  return {
    layer,
    trainable: true,
    forward({ b, param, gradient }, x) {
      const z = b.rows(`${layer}/z`, units);
      b.emit('matmul', { out: z, x, w: param(`${layer}/kernel`) });
      if (useBias) b.emit('addBias', { out: z, bias: param(`${layer}/bias`) });
      return {
        output: z,
        backward(delta, needsInput) {
          if (b.dtype === 'float32') b.emit('flushDelta', { delta }, { threshold: DELTA_THRESHOLD });
          b.emit('matmulBackwardWeights', { dw: gradient(`${layer}/kernel`), x, delta });
          if (useBias) b.emit('columnSums', { sums: gradient(`${layer}/bias`), delta });
          if (!needsInput) return undefined;
          const inputs = x.shape[0]!;
          const dx = b.rows(`${layer}/dx`, inputs);
          const rows = Math.min(b.batch, panelWidth(b.dtype)); // the kernel turns this many rows at a time
          const scratch = b.flat(`${layer}/scratch`, (b.padded(units) + b.padded(inputs)) * rows);
          b.emit('matmulBackwardInput', { dx, delta, w: param(`${layer}/kernel`), scratch });
          return dx;
        },
      };
    },
  };
}
