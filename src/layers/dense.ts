import { boolean, positiveInteger } from '../errors';
import { type InitializerInput, type InitializerSpec, parseInitializer } from '../initializers';
import { type Check, option, type Spec } from '../options';
import { twoTo } from '../plan/powers';
import { listElements, pad, panelWidth } from '../plan/tensor';
import { parseRegularizer, type Regularizer, type RegularizerName } from '../regularizers';
import { activationOption, activationStages } from './activation';
import type { ActivationName } from './activations';
import type { Layer, LayerParam, Stage } from './layer';
import { type LayerOptions, layerSpec, makeLayer } from './options';

/** Options of `layers.dense`. */
export interface DenseOptions extends LayerOptions {
  /** Number of outputs. */
  units: number;
  /** Applied to the outputs; default `'linear'`. */
  activation?: ActivationName;
  /** Whether a bias is added. Default true. */
  useBias?: boolean;
  /** Initial weights, default `'glorotUniform'`. */
  kernelInitializer?: InitializerInput;
  /** Initial biases, default `'zeros'`. */
  biasInitializer?: InitializerInput;
  /** Penalty on the weights, default none. */
  kernelRegularizer?: Regularizer | RegularizerName;
  /** Penalty on the biases, default none. */
  biasRegularizer?: Regularizer | RegularizerName;
}

/** What `layers.dense` makes of its options: defaults filled in, names resolved. */
export type DenseConfig = Required<Pick<DenseOptions, 'units' | 'activation' | 'useBias'>> & {
  /** Initial weights. */
  readonly kernelInitializer: InitializerSpec;
  /** Initial biases. */
  readonly biasInitializer: InitializerSpec;
  /** Penalty on the weights. */
  readonly kernelRegularizer: Regularizer | undefined;
  /** Penalty on the biases. */
  readonly biasRegularizer: Regularizer | undefined;
};

/** As in Keras, where None stands for the default, null does too. */
const orElse =
  <T>(check: Check<T>, usual: string): Check<T> =>
  (place, name, value) =>
    check(place, name, value ?? usual);

const initializer: Check<InitializerSpec> = (place, name, value) => parseInitializer(value, `${place} ${name}`);

const own: Spec<DenseConfig> = {
  units: positiveInteger,
  activation: orElse(activationOption, 'linear'),
  useBias: option(true, boolean),
  kernelInitializer: orElse(initializer, 'glorotUniform'),
  biasInitializer: orElse(initializer, 'zeros'),
  kernelRegularizer: parseRegularizer,
  biasRegularizer: parseRegularizer,
};

const spec = layerSpec(own);

/**
 * A fully connected layer: out = activation(x·kernel + bias), x [rows, inputs], kernel [inputs, units], bias [units].
 *
 * @throws TypeError, RangeError for options that are unknown, of the wrong kind or out of range.
 * @example
 * layers.dense({ units: 128, activation: 'relu', inputShape: [784] })
 */
export function dense(options: DenseOptions): Layer<DenseConfig & LayerOptions> {
  return makeLayer('dense', options, spec, (config, layer, inputs) => {
    const { units, activation, useBias } = config;
    const param = (kind: 'kernel' | 'bias', shape: LayerParam['shape']): LayerParam => ({
      name: `${layer}/${kind}`,
      shape,
      initializer: config[`${kind}Initializer`],
      regularizer: config[`${kind}Regularizer`],
    });
    const kernel = param('kernel', [inputs, units]);
    return {
      outputs: units,
      params: useBias ? [kernel, param('bias', [units])] : [kernel],
      stages: [product(layer, units, useBias), ...activationStages(layer, units, activation)],
    };
  });
}

/** float32 deltas below this are set to +0: without it gradients, then optimizer states, turn denormal and slow. */
const DELTA_THRESHOLD = twoTo(-53);

/** z = x·kernel + bias. */
function product(layer: string, units: number, useBias: boolean): Stage {
  return {
    trainable: true,
    skipsZeros: true,
    forward(b, x, needsInput) {
      const z = b.rows(`${layer}/z`, units);
      const w = b.tensor(`${layer}/kernel`);
      const skip = x.layout === 'lists';
      b.emit(skip ? 'matmulSparse' : 'matmul', { out: z, x, w });
      if (useBias) b.emit('addBias', { out: z, bias: b.tensor(`${layer}/bias`) });
      return {
        output: z,
        backward(delta) {
          if (b.dtype === 'float32') b.emit('flushDelta', { delta }, { threshold: DELTA_THRESHOLD });
          const dw = b.tensor(`∂${layer}/kernel`);
          if (skip) {
            const size = listElements(x.shape[0]!, b.batch);
            const scratch = b.flat(`${layer}/scratch`, b.threads * (size + 32)); // each on cache lines of its own
            b.emit('matmulBackwardWeightsSparse', { dw, x, delta, scratch });
          } else {
            b.emit('matmulBackwardWeights', { dw, x, delta });
          }
          if (useBias) b.emit('columnSums', { sums: b.tensor(`∂${layer}/bias`), delta });
          if (!needsInput) return undefined;
          const inputs = x.shape[0]!;
          const dx = b.rows(`${layer}/dx`, inputs);
          const most = panelWidth(b.dtype); // the kernel turns this many rows at a time
          const rows = b.threads > 1 ? most * b.threads : Math.min(b.batch, most);
          const scratch = b.flat(`${layer}/scratch`, (pad(units, b.dtype) + pad(inputs, b.dtype)) * rows);
          b.emit('matmulBackwardInput', { dx, delta, w, scratch });
          return dx;
        },
      };
    },
  };
}
