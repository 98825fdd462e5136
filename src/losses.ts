import { factories, resolve } from './catalogue';
import { boolean } from './errors';
import type { ActivationName } from './layers/activations';
import { option, positive, type Spec, share } from './options';
import type { PlanBuilder } from './plan/builder';
import type { OpName } from './plan/schema';
import type { Tensor } from './plan/tensor';

/** Names of losses; for formulas see {@link losses}. */
export type LossName =
  | 'meanSquaredError'
  | 'meanAbsoluteError'
  | 'huber'
  | 'binaryCrossentropy'
  | 'categoricalCrossentropy'
  | 'sparseCategoricalCrossentropy';

/** Short for `meanSquaredError` and `meanAbsoluteError`. */
export type LossAlias = 'mse' | 'mae';

/** A loss with its options: plain data, saved with the model. */
export interface Loss {
  /** Which loss. */
  readonly name: LossName;
  /** huber: where the parabola turns into a line. */
  readonly delta?: number;
  /** Cross-entropies: how far targets move towards even odds. */
  readonly labelSmoothing?: number;
  /** Cross-entropies: the model's outputs are logits, not probabilities. */
  readonly fromLogits?: boolean;
}

/** What may be written for a loss: `'mse'`, `losses.huber({ delta: 2 })`. */
export type LossInput = LossName | LossAlias | Loss;

/** Options of the cross-entropies; the sparse one takes `fromLogits` alone. */
export interface CrossentropyOptions {
  /** Moves targets towards even odds: binary t·(1 − s) + s/2, categorical t·(1 − s) + s/classes. Default 0. */
  labelSmoothing?: number;
  /** The model's outputs are logits (no softmax or sigmoid at the end). Default false. */
  fromLogits?: boolean;
}

const crossentropy = { labelSmoothing: option(0, share), fromLogits: option(false, boolean) } as const;

/** The options of each loss. */
const specs = {
  meanSquaredError: {},
  meanAbsoluteError: {},
  huber: { delta: option(1, positive) },
  binaryCrossentropy: crossentropy,
  categoricalCrossentropy: crossentropy,
  sparseCategoricalCrossentropy: { fromLogits: crossentropy.fromLogits },
} as const satisfies { readonly [N in LossName]: Partial<Spec<Omit<Loss, 'name'>>> };

/**
 * Factories of losses. Each is the mean over the rows of a batch, per row as stated.
 * @throws TypeError, RangeError for options that are unknown, of the wrong kind or out of range.
 * @namespace
 */
export const losses = factories<Loss>(specs) as {
  /** mean((y − o)²) over the columns. */
  meanSquaredError(options?: object): Loss;
  /** mean(|y − o|) over the columns. */
  meanAbsoluteError(options?: object): Loss;
  /** With e = y − o: ½e² where |e| ≤ delta (default 1), else delta·|e| − ½delta²; mean over the columns. */
  huber(options?: { delta?: number }): Loss;
  /** −(y·ln p + (1 − y)·ln(1 − p)), mean over the columns; for sigmoid outputs. */
  binaryCrossentropy(options?: CrossentropyOptions): Loss;
  /** −Σ y·ln p over the classes; targets are rows of probabilities (one-hot). */
  categoricalCrossentropy(options?: CrossentropyOptions): Loss;
  /** −ln p[label]; targets are class labels 0 … classes − 1. */
  sparseCategoricalCrossentropy(options?: Pick<CrossentropyOptions, 'fromLogits'>): Loss;
};

export const lossAliases = { mse: 'meanSquaredError', mae: 'meanAbsoluteError' } as const satisfies Record<
  LossAlias,
  LossName
>;

/** Resolves `compile({ loss })`. */
export const parseLoss = (input: unknown): Loss => resolve<Loss>('loss', input, losses, lossAliases);

/** Whether targets are class labels, one number a row. */
export const takesLabels = (loss: Loss): boolean => loss.name === 'sparseCategoricalCrossentropy';

/** Whether targets are shares in 0…1. */
export const takesShares = ({ name }: Loss): boolean =>
  name === 'binaryCrossentropy' || name === 'categoricalCrossentropy';

/** The output activation that a cross-entropy replaces by a fused op, stable for any logits. */
const fusedWith: Partial<Record<LossName, readonly [activation: ActivationName, op: OpName]>> = {
  binaryCrossentropy: ['sigmoid', 'sigmoidBinaryCrossentropy'],
  categoricalCrossentropy: ['softmax', 'softmaxCategoricalCrossentropy'],
  sparseCategoricalCrossentropy: ['softmax', 'softmaxSparseCategoricalCrossentropy'],
};

/** True if a model that ends in `activation` (undefined: linear) is trained with the fused op. */
export function isFused(loss: Loss, activation: ActivationName | undefined): boolean {
  return !loss.fromLogits && activation !== undefined && fusedWith[loss.name]?.[0] === activation;
}

type LossOperands = {
  /** Receives ∂loss/∂prediction, or with logits ∂loss/∂logits. */
  readonly delta: Tensor;
  readonly target: Tensor;
  /** The model's outputs, or where the loss writes what it makes of the logits. */
  readonly prediction: Tensor;
  /** Given, the fused op is emitted. */
  readonly logits?: Tensor;
};

interface LossNumbers {
  /** Index of the accumulator that the rows' losses are added to. */
  readonly accumulator: number;
  /** Gradients are summed over the batch, not averaged (the article's network). */
  readonly sum: boolean;
}

/** Emits a loss and its gradient. */
export function emitLoss(b: PlanBuilder, loss: Loss, operands: LossOperands, numbers: LossNumbers): void {
  const op = operands.logits ? fusedWith[loss.name]![1] : loss.name;
  b.append(op, operands, { ...loss, ...numbers });
}
