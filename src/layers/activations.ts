/** How an activation stands in a plan: by the op of its name, and one called `…Backward` for delta *= f′. */
export interface Activation {
  /** What f′ is computed from: the activation's output or its input. */
  readonly saved: 'output' | 'input';
  /** Numbers of both ops. */
  readonly constants?: Readonly<Record<string, number>>;
}

/** Activations by name; `linear` needs no op. */
export const activations = {
  linear: undefined,
  relu: { saved: 'output' },
  leakyRelu: { saved: 'output', constants: { slope: 0.2 } },
  elu: { saved: 'output', constants: { alpha: 1 } },
  sigmoid: { saved: 'output' },
  tanh: { saved: 'output' },
  softplus: { saved: 'input' },
  gelu: { saved: 'input' },
  geluTanh: { saved: 'input' },
  swish: { saved: 'input' },
  softmax: { saved: 'output' },
} as const satisfies Record<string, Activation | undefined>;

/**
 * Names of activations. `linear` x · `relu` max(x, 0) · `leakyRelu` x < 0 ? 0.2x : x · `elu` x < 0 ? eˣ − 1 : x ·
 * `sigmoid` 1/(1 + e⁻ˣ) · `tanh` · `softplus` ln(1 + eˣ) · `gelu` x·Φ(x) · `geluTanh` its tanh approximation ·
 * `swish` x·sigmoid(x) · `softmax` eˣ/Σeˣ per row.
 * @useDeclaredType
 */
export type ActivationName = keyof typeof activations;

export const activationNames = Object.keys(activations) as ActivationName[];
