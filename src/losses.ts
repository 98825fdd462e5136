import { resolve } from './catalogue';
import { boolean, checkOptions, inRange } from './errors';
import type { ActivationName } from './layers/activations';
import type { PlanBuilder } from './plan/builder';
import type { Tensor } from './plan/tensor';

export type LossName =
  | 'meanSquaredError'
  | 'meanAbsoluteError'
  | 'huber'
  | 'binaryCrossentropy'
  | 'categoricalCrossentropy'
  | 'sparseCategoricalCrossentropy';

export type LossAlias = 'mse' | 'mae';

/** A loss with its options: plain data, saved with the model. */
export interface Loss {
  readonly name: LossName;
  /** huber: where the parabola turns into a line. */
  readonly delta?: number;
  /** Cross-entropies: how far targets move towards even odds. */
  readonly labelSmoothing?: number;
  /** Cross-entropies: the model's outputs are logits, not probabilities. */
  readonly fromLogits?: boolean;
}

export type LossInput = LossName | LossAlias | Loss;

export interface CrossentropyOptions {
  /** Moves targets towards even odds: binary t·(1 − s) + s/2, categorical t·(1 − s) + s/classes. Default 0. */
  labelSmoothing?: number;
  /** The model's outputs are logits (no softmax or sigmoid at the end). Default false. */
  fromLogits?: boolean;
}

function crossentropy(name: LossName, options: CrossentropyOptions | undefined, smooths: boolean): Loss {
  const keys = smooths ? (['labelSmoothing', 'fromLogits'] as const) : (['fromLogits'] as const);
  const given = checkOptions<CrossentropyOptions>(name, options, keys);
  const labelSmoothing = inRange(name, 'labelSmoothing', given.labelSmoothing ?? 0, 0, 1);
  const fromLogits = boolean(name, 'fromLogits', given.fromLogits ?? false);
  return smooths ? { name, labelSmoothing, fromLogits } : { name, fromLogits };
}

/** Factories of losses. Each is the mean over the rows of a batch, per row as stated. */
export const losses = {
  /** mean((y − o)²) over the columns. */
  meanSquaredError: (options?: object): Loss => {
    checkOptions('meanSquaredError', options, []);
    return { name: 'meanSquaredError' };
  },
  /** mean(|y − o|) over the columns. */
  meanAbsoluteError: (options?: object): Loss => {
    checkOptions('meanAbsoluteError', options, []);
    return { name: 'meanAbsoluteError' };
  },
  /** With e = y − o: ½e² where |e| ≤ delta (default 1), else delta·|e| − ½delta²; mean over the columns. */
  huber: (options?: { delta?: number }): Loss => {
    const { delta = 1 } = checkOptions('huber', options, ['delta']);
    return { name: 'huber', delta: inRange('huber', 'delta', delta, 0, Number.POSITIVE_INFINITY, '()') };
  },
  /** −(y·ln p + (1 − y)·ln(1 − p)), mean over the columns; for sigmoid outputs. */
  binaryCrossentropy: (options?: CrossentropyOptions): Loss => crossentropy('binaryCrossentropy', options, true),
  /** −Σ y·ln p over the classes; targets are rows of probabilities (one-hot). */
  categoricalCrossentropy: (options?: CrossentropyOptions): Loss =>
    crossentropy('categoricalCrossentropy', options, true),
  /** −ln p[label]; targets are class labels 0 … classes − 1. */
  sparseCategoricalCrossentropy: (options?: Pick<CrossentropyOptions, 'fromLogits'>): Loss =>
    crossentropy('sparseCategoricalCrossentropy', options, false),
} satisfies Record<LossName, unknown>;

const aliases: Record<LossAlias, LossName> = { mse: 'meanSquaredError', mae: 'meanAbsoluteError' };

export const parseLoss = (input: unknown): Loss => resolve<Loss>('loss', input, losses, aliases);

/** Whether targets are class labels, one number a row. */
export const takesLabels = (loss: Loss): boolean => loss.name === 'sparseCategoricalCrossentropy';

/** Whether targets are shares in 0…1. */
export const takesShares = ({ name }: Loss): boolean =>
  name === 'binaryCrossentropy' || name === 'categoricalCrossentropy';

/** The output activation that a cross-entropy replaces by a fused op, stable for any logits. */
const fusedWith: Partial<Record<LossName, ActivationName>> = {
  binaryCrossentropy: 'sigmoid',
  categoricalCrossentropy: 'softmax',
  sparseCategoricalCrossentropy: 'softmax',
};

/** True if a model that ends in `activation` (undefined: linear) is trained with the fused op. */
export function isFused(loss: Loss, activation: ActivationName | undefined): boolean {
  return !loss.fromLogits && activation !== undefined && fusedWith[loss.name] === activation;
}

interface LossOperands {
  readonly delta: Tensor;
  readonly target: Tensor;
  /** Index of the accumulator that the rows' losses are added to. */
  readonly accumulator: number;
  /** 1: gradients summed over the batch, not averaged (the article's network). */
  readonly sum: number;
}

/** Emits the loss of `prediction` and its gradient. */
export function emitLoss(b: PlanBuilder, loss: Loss, prediction: Tensor, operands: LossOperands): void {
  const { delta, target, accumulator, sum } = operands;
  const tensors = { delta, prediction, target };
  const ints = { accumulator, sum };
  switch (loss.name) {
    case 'meanSquaredError':
    case 'meanAbsoluteError':
    case 'sparseCategoricalCrossentropy':
      b.emit(loss.name, tensors, ints);
      break;
    case 'huber':
      b.emit('huber', tensors, { ...ints, threshold: loss.delta ?? 1 });
      break;
    case 'binaryCrossentropy':
    case 'categoricalCrossentropy':
      b.emit(loss.name, tensors, { ...ints, labelSmoothing: loss.labelSmoothing ?? 0 });
  }
}

/** Emits a cross-entropy of logits: writes the probabilities to `prediction` and ∂loss/∂logits to `delta`. */
export function emitFusedLoss(
  b: PlanBuilder,
  loss: Loss,
  logits: Tensor,
  prediction: Tensor,
  { delta, target, accumulator, sum }: LossOperands,
): void {
  const tensors = { delta, prediction, logits, target };
  const labelSmoothing = loss.labelSmoothing ?? 0;
  if (loss.name === 'sparseCategoricalCrossentropy') {
    b.emit('softmaxSparseCategoricalCrossentropy', tensors, { accumulator, sum });
  } else if (loss.name === 'categoricalCrossentropy') {
    b.emit('softmaxCategoricalCrossentropy', tensors, { accumulator, sum, labelSmoothing });
  } else {
    b.emit('sigmoidBinaryCrossentropy', tensors, { accumulator, sum, labelSmoothing });
  }
}
