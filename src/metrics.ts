import { describeKind, fail, unknownName } from './errors';
import { emitLoss, type Loss, type LossAlias, type LossName, losses, takesLabels } from './losses';
import type { PlanBuilder } from './plan/builder';
import type { Tensor } from './plan/tensor';

/**
 * Names of metrics. `accuracy` is the share of right answers: of rows whose largest output is the target class, or with
 * one output of rows on the right side of ½. `meanSquaredError` (`mse`) and `meanAbsoluteError` (`mae`) as the losses.
 */
export type MetricName = 'accuracy' | 'meanSquaredError' | 'meanAbsoluteError' | 'mse' | 'mae';

const names: readonly MetricName[] = ['accuracy', 'meanSquaredError', 'meanAbsoluteError', 'mse', 'mae'];
const errorLosses: Partial<Record<MetricName, Extract<LossName, 'meanSquaredError' | 'meanAbsoluteError'>>> = {
  meanSquaredError: 'meanSquaredError',
  mse: 'meanSquaredError',
  meanAbsoluteError: 'meanAbsoluteError',
  mae: 'meanAbsoluteError',
} satisfies Partial<Record<MetricName | LossAlias, LossName>>;

/** Resolves `compile({ metrics })` beside a loss. The names, as given, are the keys of `history`. */
export function parseMetrics(input: unknown, limit: number, loss: Loss): MetricName[] {
  if (input === undefined) return [];
  if (!Array.isArray(input)) {
    fail(TypeError, 'ERR_KIND', `metrics: expected a list such as ['accuracy'], got ${describeKind(input)}.`);
  }
  const metrics = input.map((name: unknown) => {
    const known = names.find((candidate) => candidate === name);
    if (!known) throw unknownName('metrics', name, names);
    return known;
  });
  const unique = [...new Set(metrics)];
  if (unique.length > limit) {
    fail(RangeError, 'ERR_VALUE', `metrics: ${unique.length} metrics, at most ${limit} fit. Leave some out.`);
  }
  const error = unique.find((name) => errorLosses[name]);
  if (error && takesLabels(loss)) {
    const fix = 'Leave it out, or use categoricalCrossentropy with one-hot rows.';
    fail(RangeError, 'ERR_VALUE', `metrics: ${error} needs rows of targets, ${loss.name} has class labels. ${fix}`);
  }
  return unique;
}

/** Emits a metric of `prediction`, which has `units` columns. `accuracy` follows the loss, as in Keras. */
export function emitMetric(
  b: PlanBuilder,
  metric: MetricName,
  loss: Loss,
  prediction: Tensor,
  target: Tensor,
  accumulator: number,
): void {
  const units = prediction.shape[0]!;
  const error = errorLosses[metric];
  if (error) {
    const delta = b.rows(`${metric}/delta`, units); // the loss op's gradient, not used
    emitLoss(b, losses[error](), prediction, { delta, target, accumulator, sum: 0 });
  } else if (takesLabels(loss)) {
    b.emit('sparseCategoricalAccuracy', { prediction, target }, { accumulator });
  } else if (units === 1 || loss.name === 'binaryCrossentropy') {
    b.emit('binaryAccuracy', { prediction, target }, { accumulator, threshold: loss.fromLogits ? 0 : 0.5 });
  } else {
    b.emit('categoricalAccuracy', { prediction, target }, { accumulator });
  }
}
