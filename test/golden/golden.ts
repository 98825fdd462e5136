// Reads the golden files. README.md says what they are and how they were made.
import { readFileSync } from 'node:fs';

/** Row-major rows of numbers. */
export type Rows = number[][];

interface Golden {
  /** Of Python, NumPy and PyTorch. */
  readonly versions: Readonly<Record<'python' | 'numpy' | 'torch', string>>;
}

interface XorWeights {
  readonly W1: Rows;
  readonly b1: Rows;
  readonly W2: Rows;
  readonly b2: Rows;
}

export interface XorGolden {
  readonly description: string;
  readonly learning_rate: number;
  readonly X: Rows;
  readonly y: Rows;
  readonly initial: XorWeights;
  /** Loss before the update of the epoch that is the key. */
  readonly losses_at: Readonly<Record<string, number>>;
  /** After 10,000 epochs. */
  readonly final: XorWeights;
  readonly output: Rows;
}

export interface ActivationCase {
  readonly activation: string;
  /** `slope` of leakyRelu, `alpha` of elu. */
  readonly options: { readonly slope?: number; readonly alpha?: number };
  readonly input: Rows;
  /** What the outputs are multiplied by before they are summed for the gradient: the delta from above. */
  readonly weights: Rows;
  readonly output: Rows;
  readonly gradient: Rows;
}

export interface ActivationsGolden extends Golden {
  readonly cases: readonly ActivationCase[];
}

export interface LossCase {
  readonly loss: string;
  readonly case: 'plain' | 'probabilities' | 'clipped' | 'logits' | 'extreme';
  readonly options: { readonly delta?: number; readonly fromLogits?: boolean; readonly labelSmoothing?: number };
  /** Predictions, or logits where `options.fromLogits`. */
  readonly prediction: Rows;
  /** Class numbers for sparseCategoricalCrossentropy, else as wide as the predictions. */
  readonly target: Rows | number[];
  /** Loss of each row. */
  readonly rows: number[];
  /** Mean of `rows`. */
  readonly value: number;
  /** Of `value` with respect to `prediction`. */
  readonly gradient: Rows;
}

export interface LossesGolden extends Golden {
  /** Bound to which probabilities are clipped. */
  readonly epsilon: number;
  readonly cases: readonly LossCase[];
}

export interface OptimizerOptions {
  readonly learningRate: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly rho?: number;
  readonly centered?: boolean;
  readonly initialAccumulatorValue?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

export interface OptimizerCase {
  readonly optimizer: 'sgd' | 'rmsprop' | 'adagrad' | 'adam' | 'adamw';
  readonly options: OptimizerOptions;
  readonly initial: number[];
  /** [step][parameter]: the gradient given to each step, and the parameters after it. */
  readonly gradients: Rows;
  readonly weights: Rows;
}

export interface OptimizersGolden extends Golden {
  readonly cases: readonly OptimizerCase[];
}

export interface LayerGolden {
  /** [inputs, units] */
  readonly kernel: Rows;
  readonly bias: number[];
}

export interface TrainingGolden {
  readonly optimizer: 'adam' | 'sgd';
  readonly options: OptimizerOptions;
  /** Gradients of the first step: of the penalties too, and as they are after clipping. */
  readonly gradients: readonly LayerGolden[];
  /** Loss before each of the ten full-batch steps, penalties included. */
  readonly losses: number[];
  /** After the ten steps. */
  readonly weights: readonly LayerGolden[];
}

export interface MlpGolden extends Golden {
  readonly layers: readonly { readonly units: number; readonly activation: 'tanh' | 'relu' | 'softmax' }[];
  readonly x: Rows;
  readonly labels: number[];
  readonly initial: readonly LayerGolden[];
  /** Probabilities under the initial weights. */
  readonly output: Rows;
  readonly plain: TrainingGolden;
  /** `penalty` is that of the initial weights: l2Kernels · Σ w² over kernels + l1SecondBias · Σ |b| of the second layer. */
  readonly regularized: TrainingGolden & {
    readonly l2Kernels: number;
    readonly l1SecondBias: number;
    readonly penalty: number;
  };
  readonly clipValue: TrainingGolden & { readonly limit: number };
  /** By the norm over all parameters together. */
  readonly clipNorm: TrainingGolden & { readonly limit: number };
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'));

export const readXor = (name: 'article' | 'std1') => read(`xor-${name}`) as XorGolden;
export const readActivations = () => read('activations') as ActivationsGolden;
export const readLosses = () => read('losses') as LossesGolden;
export const readOptimizers = () => read('optimizers') as OptimizersGolden;
export const readMlp = () => read('mlp') as MlpGolden;

/** A number, an array or typed array of numbers, or nested arrays of them. */
export type Numbers = number | ArrayLike<number> | readonly Numbers[];

function flat(values: Numbers): number[] {
  if (typeof values === 'number') return [values];
  return Array.from(values as ArrayLike<Numbers>).flatMap(flat);
}

/**
 * Largest relative error |actual − expected| ÷ max(|expected|, floor) over all elements; nesting does not matter, the
 * number of elements does. Throws, naming the worst element, if that is above `relative`. NaN is infinitely wrong.
 */
export function close(actual: Numbers, expected: Numbers, relative = Number.POSITIVE_INFINITY, floor = 1e-300): number {
  const a = flat(actual);
  const e = flat(expected);
  if (a.length !== e.length) throw new Error(`${a.length} numbers, expected ${e.length}`);
  let worst = 0;
  let place = 0;
  for (let i = 0; i < e.length; i++) {
    const error = a[i] === e[i] ? 0 : Math.abs(a[i]! - e[i]!) / Math.max(Math.abs(e[i]!), floor);
    if (error <= worst) continue;
    worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
    place = i;
  }
  if (worst > relative) {
    throw new Error(`element ${place} is ${a[place]}, expected ${e[place]}: relative error ${worst} > ${relative}`);
  }
  return worst;
}
