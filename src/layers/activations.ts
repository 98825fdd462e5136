import type { PlanBuilder } from '../plan/builder';
import type { Tensor } from '../plan/tensor';

/** How an activation stands in a plan. */
interface Activation {
  /** Emits out = f(x). */
  forward(b: PlanBuilder, out: Tensor, x: Tensor): void;
  /** Emits delta *= f′. */
  backward(b: PlanBuilder, delta: Tensor, saved: Tensor): void;
  /** What f′ is computed from: the activation's output or its input. */
  readonly saved: 'output' | 'input';
}

type Simple = 'relu' | 'sigmoid' | 'tanh' | 'softplus' | 'gelu' | 'geluTanh' | 'swish' | 'softmax';

const simple = (op: Simple, saved: Activation['saved']): Activation => ({
  forward: (b, out, x) => b.emit(op, { out, x }),
  backward: (b, delta, from) => b.emit(`${op}Backward`, { delta, saved: from }),
  saved,
});

/** Activations by name; `linear` needs no op. */
export const activations = {
  linear: undefined,
  relu: simple('relu', 'output'),
  leakyRelu: {
    forward: (b, out, x) => b.emit('leakyRelu', { out, x }, { slope: 0.2 }),
    backward: (b, delta, saved) => b.emit('leakyReluBackward', { delta, saved }, { slope: 0.2 }),
    saved: 'output',
  },
  elu: {
    forward: (b, out, x) => b.emit('elu', { out, x }, { alpha: 1 }),
    backward: (b, delta, saved) => b.emit('eluBackward', { delta, saved }, { alpha: 1 }),
    saved: 'output',
  },
  sigmoid: simple('sigmoid', 'output'),
  tanh: simple('tanh', 'output'),
  softplus: simple('softplus', 'input'),
  gelu: simple('gelu', 'input'),
  geluTanh: simple('geluTanh', 'input'),
  swish: simple('swish', 'input'),
  softmax: simple('softmax', 'output'),
} as const satisfies Record<string, Activation | undefined>;

/**
 * Names of activations. `linear` x · `relu` max(x, 0) · `leakyRelu` x < 0 ? 0.2x : x · `elu` x < 0 ? eˣ − 1 : x ·
 * `sigmoid` 1/(1 + e⁻ˣ) · `tanh` · `softplus` ln(1 + eˣ) · `gelu` x·Φ(x) · `geluTanh` its tanh approximation ·
 * `swish` x·sigmoid(x) · `softmax` eˣ/Σeˣ per row.
 */
export type ActivationName = keyof typeof activations;

export const activationNames = Object.keys(activations) as ActivationName[];
