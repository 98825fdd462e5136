import { factories, resolve } from './catalogue';
import { boolean } from './errors';
import { notNegative, option, optional, partialShare, positive, type Spec, share } from './options';
import type { PlanBuilder } from './plan/builder';
import { segmentRange } from './plan/layout';
import { twoTo } from './plan/powers';
import type { DType, Tensor } from './plan/tensor';

/** Names of optimizers; for formulas see {@link optimizers}. */
export type OptimizerName = 'sgd' | 'rmsProp' | 'adagrad' | 'adam' | 'adamW';

/** Options that every optimizer takes. */
export interface OptimizerOptions {
  /** Factor of every update; default 0.01 for sgd, else 0.001. */
  learningRate?: number;
  /** Clips every gradient element to ±clipValue. */
  clipValue?: number;
  /** Scales all gradients together so that their Euclidean norm is at most this. */
  globalClipNorm?: number;
}

/** Options of `optimizers.sgd`. */
export interface SgdOptions extends OptimizerOptions {
  /** What a step keeps of the last one, in [0, 1]; default 0. */
  momentum?: number;
  /** Whether the gradient counts as taken after the momentum step. Default false. */
  nesterov?: boolean;
}

/** Options of `optimizers.rmsProp`. */
export interface RmsPropOptions extends OptimizerOptions {
  /** Decay of the running mean of g², in [0, 1); default 0.9. */
  rho?: number;
  /** What a step keeps of the last one, in [0, 1]; default 0. */
  momentum?: number;
  /** Added under the root, default 1e-7. */
  epsilon?: number;
  /** Divides by the variance of g instead of its second moment. Default false. */
  centered?: boolean;
}

/** Options of `optimizers.adagrad`. */
export interface AdagradOptions extends OptimizerOptions {
  /** What the sum of g² begins at, default 0.1. */
  initialAccumulatorValue?: number;
  /** Added under the root, default 1e-7. */
  epsilon?: number;
}

/** Options of `optimizers.adam`. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the running mean of g, in [0, 1); default 0.9. */
  beta1?: number;
  /** Decay of the running mean of g², in [0, 1); default 0.999. */
  beta2?: number;
  /** Added to √v, default 1e-7. */
  epsilon?: number;
}

/** Options of `optimizers.adamW`. */
export interface AdamWOptions extends AdamOptions {
  /** Decoupled decay: w −= learningRate·weightDecay·w before each step, biases too. Default 0.004. */
  weightDecay?: number;
}

/** The options that have no default. */
export type Clipping = Pick<OptimizerOptions, 'clipValue' | 'globalClipNorm'>;

/** An optimizer called N with all options O, defaults filled in; clipping only where it was asked for. */
export type OptimizerOf<N extends OptimizerName, O extends OptimizerOptions> = {
  /** Which optimizer. */
  readonly name: N;
} & Readonly<Required<Omit<O, keyof Clipping>> & Clipping>;

/** An optimizer with its options: plain data, saved with the model. */
export type Optimizer =
  | OptimizerOf<'sgd', SgdOptions>
  | OptimizerOf<'rmsProp', RmsPropOptions>
  | OptimizerOf<'adagrad', AdagradOptions>
  | OptimizerOf<'adam', AdamOptions>
  | OptimizerOf<'adamW', AdamWOptions>;

/** What may be written for an optimizer: `'adam'`, `optimizers.adam({ learningRate: 0.01 })`. */
export type OptimizerInput = OptimizerName | Optimizer;

const common = (learningRate: number): Spec<{ learningRate: number } & Clipping> => ({
  learningRate: option(learningRate, notNegative),
  clipValue: optional(positive),
  globalClipNorm: optional(positive),
});
const epsilon = option(1e-7, notNegative);
const adam = {
  ...common(0.001),
  beta1: option(0.9, partialShare),
  beta2: option(0.999, partialShare),
  epsilon,
} as const;

/** The options of each optimizer; those of adamW are adam's and its own. */
const specs: { readonly [N in OptimizerName]: Spec<Omit<Extract<Optimizer, { name: N }>, 'name'>> } = {
  sgd: { ...common(0.01), momentum: option(0, share), nesterov: option(false, boolean) },
  rmsProp: {
    ...common(0.001),
    rho: option(0.9, partialShare),
    momentum: option(0, share),
    epsilon,
    centered: option(false, boolean),
  },
  adagrad: { ...common(0.001), initialAccumulatorValue: option(0.1, notNegative), epsilon },
  adam,
  adamW: { ...adam, weightDecay: option(0.004, notNegative) },
};

/**
 * Factories of optimizers, with Keras 3's formulas and defaults. w are the weights, g their gradients, lr is the learning
 * rate, t the number of the step from 1.
 * @throws TypeError, RangeError for options that are unknown, of the wrong kind or out of range.
 * @namespace
 */
export const optimizers = factories<Optimizer>(specs) as {
  /** w −= lr·g; with momentum μ: v = μ·v − lr·g, w += v (nesterov: w += μ·v − lr·g). */
  sgd(options?: SgdOptions): Optimizer;
  /** v = ρ·v + (1 − ρ)·g², w −= lr·g/√(v + ε); centered subtracts the squared running mean of g under the root. */
  rmsProp(options?: RmsPropOptions): Optimizer;
  /** v += g², w −= lr·g/√(v + ε). (Duchi et al. 2011.) */
  adagrad(options?: AdagradOptions): Optimizer;
  /** m = β₁·m + (1 − β₁)·g, v = β₂·v + (1 − β₂)·g², w −= lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v + ε). (Kingma & Ba 2014.) */
  adam(options?: AdamOptions): Optimizer;
  /** Adam with decoupled weight decay. (Loshchilov & Hutter 2017.) */
  adamW(options?: AdamWOptions): Optimizer;
};

const aliases = { rmsprop: 'rmsProp', adamw: 'adamW' };

/** Resolves `compile({ optimizer })`. */
export const parseOptimizer = (input: unknown): Optimizer =>
  resolve<Optimizer>('optimizer', input, optimizers, aliases);

/** One mirror of the parameters that an optimizer keeps. */
export interface State {
  readonly name: string;
  readonly initial: number;
  /** float32 values below this are swept to +0 every so many steps. */
  readonly threshold: number;
  /** How much of a value a step keeps. */
  readonly decay: number;
}

const first = (name: string, decay: number): State => ({ name, decay, initial: 0, threshold: twoTo(-93) });
const second = (decay: number, initial = 0): State => ({ name: 'v', decay, initial, threshold: twoTo(-113) });

/** The states of an optimizer, in the order of the model's slot. */
export function optimizerStates(o: Optimizer): State[] {
  switch (o.name) {
    case 'sgd':
      return o.momentum > 0 ? [first('velocity', o.momentum)] : [];
    case 'rmsProp':
      return [
        second(o.rho),
        ...(o.centered ? [first('mean', o.rho)] : []),
        ...(o.momentum > 0 ? [first('velocity', o.momentum)] : []),
      ];
    case 'adagrad':
      return [second(1, o.initialAccumulatorValue)];
    default:
      return [first('m', o.beta1), second(o.beta2)];
  }
}

/** Largest |g| the guard lets pass; with `squared` its square, an optimizer's second moment, must stay finite too. */
export function gradientLimit(dtype: DType, squared: boolean): number {
  if (dtype === 'float32') return squared ? twoTo(63) : twoTo(128) - twoTo(104);
  return squared ? twoTo(511) : Number.MAX_VALUE;
}

/** Steps between two sweeps: 64, fewer where a value could fall from the threshold to denormal in between. */
function sweepInterval({ threshold, decay }: State): number {
  let interval = 1;
  for (let value = threshold * decay; interval < 64 && value * decay >= twoTo(-126); interval++) value *= decay;
  return interval;
}

/** Emits one optimizer step over the whole range of parameters with gradients `g`. */
export function emitOptimizer(b: PlanBuilder, o: Optimizer, g: Tensor): void {
  const w = segmentRange(b.layout, 0, 'params');
  const states = optimizerStates(o).map((state, i) => ({ ...state, range: segmentRange(b.layout, i + 1, state.name) }));
  const ranges = Object.fromEntries(states.map(({ name, range }) => [name, range]));
  const looks = Number(o.name === 'adam' || o.name === 'adamW');
  b.append('step', {}, { beta1: 1, beta2: 1, ...o, looks });
  if (o.name === 'adamW') b.emit('decay', { w }, { rate: o.weightDecay });
  const op = o.name === 'adamW' ? 'adam' : o.name === 'sgd' && o.momentum > 0 ? 'momentum' : o.name;
  b.append(op, { w, g, ...ranges }, o);
  if (b.dtype === 'float64') return; // float64 never gets near its denormals
  for (const state of states) {
    b.emit('flushState', { state: state.range }, { interval: sweepInterval(state), threshold: state.threshold });
  }
}
