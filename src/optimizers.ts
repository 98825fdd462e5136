import { resolve } from './catalogue';
import { boolean, checkOptions, inRange } from './errors';
import type { PlanBuilder } from './plan/builder';
import { twoTo } from './plan/powers';
import type { DType, Tensor } from './plan/tensor';

export type OptimizerName = 'sgd' | 'rmsProp' | 'adagrad' | 'adam' | 'adamW';

/** Options that every optimizer takes. */
export interface OptimizerOptions {
  /** Default 0.01 for sgd, else 0.001. */
  learningRate?: number;
  /** Clips every gradient element to ±clipValue. */
  clipValue?: number;
  /** Scales all gradients together so that their Euclidean norm is at most this. */
  globalClipNorm?: number;
}

export interface SgdOptions extends OptimizerOptions {
  /** Default 0. */
  momentum?: number;
  /** Default false. */
  nesterov?: boolean;
}

export interface RmsPropOptions extends OptimizerOptions {
  /** Decay of the running mean of g², default 0.9. */
  rho?: number;
  /** Default 0. */
  momentum?: number;
  /** Default 1e-7. */
  epsilon?: number;
  /** Divides by the variance of g instead of its second moment. Default false. */
  centered?: boolean;
}

export interface AdagradOptions extends OptimizerOptions {
  /** Default 0.1. */
  initialAccumulatorValue?: number;
  /** Default 1e-7. */
  epsilon?: number;
}

export interface AdamOptions extends OptimizerOptions {
  /** Default 0.9. */
  beta1?: number;
  /** Default 0.999. */
  beta2?: number;
  /** Default 1e-7. */
  epsilon?: number;
}

export interface AdamWOptions extends AdamOptions {
  /** Decoupled decay: w −= learningRate·weightDecay·w before each step, biases too. Default 0.004. */
  weightDecay?: number;
}

interface Common {
  readonly learningRate: number;
  readonly clipValue?: number;
  readonly globalClipNorm?: number;
}

/** An optimizer with its options: plain data, saved with the model. */
export type Optimizer = Common &
  (
    | { readonly name: 'sgd'; readonly momentum: number; readonly nesterov: boolean }
    | {
        readonly name: 'rmsProp';
        readonly rho: number;
        readonly momentum: number;
        readonly epsilon: number;
        readonly centered: boolean;
      }
    | { readonly name: 'adagrad'; readonly initialAccumulatorValue: number; readonly epsilon: number }
    | { readonly name: 'adam'; readonly beta1: number; readonly beta2: number; readonly epsilon: number }
    | {
        readonly name: 'adamW';
        readonly beta1: number;
        readonly beta2: number;
        readonly epsilon: number;
        readonly weightDecay: number;
      }
  );

export type OptimizerInput = OptimizerName | Optimizer;

const common = ['learningRate', 'clipValue', 'globalClipNorm'] as const;
const infinity = Number.POSITIVE_INFINITY;

function checkCommon(place: string, given: OptimizerOptions, learningRate: number): Common {
  const { clipValue, globalClipNorm } = given;
  return {
    learningRate: inRange(place, 'learningRate', given.learningRate ?? learningRate, 0, infinity),
    ...(clipValue !== undefined && { clipValue: inRange(place, 'clipValue', clipValue, 0, infinity, '()') }),
    ...(globalClipNorm !== undefined && {
      globalClipNorm: inRange(place, 'globalClipNorm', globalClipNorm, 0, infinity, '()'),
    }),
  };
}

const share = (place: string, name: string, value: number) => inRange(place, name, value, 0, 1, '[)');
const small = (place: string, value: number) => inRange(place, 'epsilon', value, 0, infinity);

function adamOptions(place: string, given: AdamOptions) {
  return {
    ...checkCommon(place, given, 0.001),
    beta1: share(place, 'beta1', given.beta1 ?? 0.9),
    beta2: share(place, 'beta2', given.beta2 ?? 0.999),
    epsilon: small(place, given.epsilon ?? 1e-7),
  };
}

/** Factories of optimizers, with Keras 3's formulas and defaults. */
export const optimizers = {
  /** w −= lr·g; with momentum μ: v = μ·v − lr·g, w += v (nesterov: w += μ·v − lr·g). */
  sgd: (options?: SgdOptions): Optimizer => {
    const given = checkOptions('sgd', options, [...common, 'momentum', 'nesterov']);
    return {
      name: 'sgd',
      ...checkCommon('sgd', given, 0.01),
      momentum: inRange('sgd', 'momentum', given.momentum ?? 0, 0, 1),
      nesterov: boolean('sgd', 'nesterov', given.nesterov ?? false),
    };
  },
  /** v = ρ·v + (1 − ρ)·g², w −= lr·g/√(v + ε); centered subtracts the squared running mean of g under the root. */
  rmsProp: (options?: RmsPropOptions): Optimizer => {
    const given = checkOptions('rmsProp', options, [...common, 'rho', 'momentum', 'epsilon', 'centered']);
    return {
      name: 'rmsProp',
      ...checkCommon('rmsProp', given, 0.001),
      rho: share('rmsProp', 'rho', given.rho ?? 0.9),
      momentum: inRange('rmsProp', 'momentum', given.momentum ?? 0, 0, 1),
      epsilon: small('rmsProp', given.epsilon ?? 1e-7),
      centered: boolean('rmsProp', 'centered', given.centered ?? false),
    };
  },
  /** v += g², w −= lr·g/√(v + ε). (Duchi et al. 2011.) */
  adagrad: (options?: AdagradOptions): Optimizer => {
    const given = checkOptions('adagrad', options, [...common, 'initialAccumulatorValue', 'epsilon']);
    const initial = given.initialAccumulatorValue ?? 0.1;
    return {
      name: 'adagrad',
      ...checkCommon('adagrad', given, 0.001),
      initialAccumulatorValue: inRange('adagrad', 'initialAccumulatorValue', initial, 0, infinity),
      epsilon: small('adagrad', given.epsilon ?? 1e-7),
    };
  },
  /** m = β₁·m + (1 − β₁)·g, v = β₂·v + (1 − β₂)·g², w −= lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v + ε). (Kingma & Ba 2014.) */
  adam: (options?: AdamOptions): Optimizer => {
    const given = checkOptions('adam', options, [...common, 'beta1', 'beta2', 'epsilon']);
    return { name: 'adam', ...adamOptions('adam', given) };
  },
  /** Adam with decoupled weight decay. (Loshchilov & Hutter 2017.) */
  adamW: (options?: AdamWOptions): Optimizer => {
    const given = checkOptions('adamW', options, [...common, 'beta1', 'beta2', 'epsilon', 'weightDecay']);
    return {
      name: 'adamW',
      ...adamOptions('adamW', given),
      weightDecay: inRange('adamW', 'weightDecay', given.weightDecay ?? 0.004, 0, infinity),
    };
  },
} satisfies Record<OptimizerName, unknown>;

const aliases = { rmsprop: 'rmsProp', adamw: 'adamW' };

export const parseOptimizer = (input: unknown): Optimizer =>
  resolve<Optimizer>('optimizer', input, optimizers, aliases);

/** One mirror of the parameters that an optimizer keeps. */
export interface State {
  readonly name: string;
  readonly initial: number;
  /** float32 values below this are swept to +0 every so many steps; `decay` is how much of a value a step keeps. */
  readonly sweep: { readonly threshold: number; readonly decay: number };
}

const first = (name: string, decay: number): State => ({
  name,
  initial: 0,
  sweep: { threshold: twoTo(-93), decay },
});
const second = (name: string, decay: number, initial = 0): State => ({
  name,
  initial,
  sweep: { threshold: twoTo(-113), decay },
});

/** The states of an optimizer, in the order of the model's slot. */
export function optimizerStates(o: Optimizer): State[] {
  switch (o.name) {
    case 'sgd':
      return o.momentum > 0 ? [first('velocity', o.momentum)] : [];
    case 'rmsProp':
      return [
        second('v', o.rho),
        ...(o.centered ? [first('mean', o.rho)] : []),
        ...(o.momentum > 0 ? [first('velocity', o.momentum)] : []),
      ];
    case 'adagrad':
      return [second('v', 1, o.initialAccumulatorValue)];
    case 'adam':
    case 'adamW':
      return [first('m', o.beta1), second('v', o.beta2)];
  }
}

/** Largest |g| the guard lets pass: its square, and the optimizer's second moment, must stay finite. */
export function gradientLimit(o: Optimizer, dtype: DType): number {
  const squares = o.name !== 'sgd';
  if (dtype === 'float32') return squares ? twoTo(63) : 3.4028234663852886e38;
  return squares ? twoTo(511) : Number.MAX_VALUE;
}

/** Steps between two sweeps: 64, fewer where a value could fall from the threshold to denormal in between. */
export function sweepInterval({ threshold, decay }: State['sweep']): number {
  let interval = 1;
  for (let value = threshold * decay; interval < 64 && value * decay >= twoTo(-126); interval++) value *= decay;
  return interval;
}

/** Emits one optimizer step over the whole range of parameters. `states` are the mirrors, in order. */
export function emitOptimizer(b: PlanBuilder, o: Optimizer, w: Tensor, g: Tensor, states: readonly Tensor[]): void {
  const [s1, s2, s3] = states;
  b.emit('step', {});
  switch (o.name) {
    case 'sgd':
      if (o.momentum === 0) b.emit('sgd', { w, g });
      else b.emit('momentum', { w, g, velocity: s1! }, { nesterov: Number(o.nesterov), momentum: o.momentum });
      break;
    case 'rmsProp': {
      const mean = o.centered ? s2 : undefined;
      const velocity = o.centered ? s3 : s2;
      const { rho, momentum, epsilon, centered } = o;
      b.emit('rmsProp', { w, g, v: s1!, mean, velocity }, { centered: Number(centered), rho, momentum, epsilon });
      break;
    }
    case 'adagrad':
      b.emit('adagrad', { w, g, v: s1! }, { epsilon: o.epsilon });
      break;
    case 'adamW':
    case 'adam':
      if (o.name === 'adamW') b.emit('decay', { w }, { rate: o.weightDecay });
      b.emit('adam', { w, g, m: s1!, v: s2! }, { beta1: o.beta1, beta2: o.beta2, epsilon: o.epsilon });
  }
  if (b.dtype === 'float64') return; // float64 never gets near its denormals
  optimizerStates(o).forEach(({ sweep }, i) => {
    b.emit('flushState', { state: states[i]! }, { interval: sweepInterval(sweep), threshold: sweep.threshold });
  });
}
