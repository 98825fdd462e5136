import { fail, failExpected, oneOf } from './errors';
import { type Loss, type LossAlias, lossAliases, takesLabels } from './losses';
import type { PlanBuilder } from './plan/builder';
import type { OpName } from './plan/schema';
import type { Tensor } from './plan/tensor';

/**
 * Names of metrics. `accuracy` is the share of right answers: of rows whose largest output is the target class, or with
 * one output of rows on the right side of ½. `meanSquaredError` (`mse`) and `meanAbsoluteError` (`mae`) as the losses.
 */
export type MetricName = 'accuracy' | 'meanSquaredError' | 'meanAbsoluteError' | 'mse' | 'mae';

/** Metrics that are losses, with their short names. */
const names = ['accuracy', ...Object.values(lossAliases), ...Object.keys(lossAliases)] as readonly MetricName[];

/** Resolves `compile({ metrics })` beside a loss. The names, as given, are the keys of `history`. */
export function parseMetrics(input: unknown, loss: Loss): MetricName[] {
  if (input === undefined) return [];
  if (!Array.isArray(input)) {
    failExpected('metrics', "a list such as ['accuracy']", input);
  }
  const metrics = [...new Set(input.map((name: unknown) => oneOf('metrics', name, names)))];
  const error = metrics.find((name) => name !== 'accuracy');
  if (error && takesLabels(loss)) {
    const fix = 'Leave it out, or use categoricalCrossentropy with one-hot rows.';
    fail('ERR_VALUE', `metrics: ${error} needs rows of targets, ${loss.name} has class labels. ${fix}`);
  }
  return metrics;
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
  const tensors = { prediction, target };
  if (metric !== 'accuracy') {
    const name = metric in lossAliases ? lossAliases[metric as LossAlias] : metric;
    const delta = b.rows(`${metric}/delta`, units); // the loss op's gradient, not used
    b.append(name as OpName, { ...tensors, delta }, { accumulator, sum: 0 });
  } else if (takesLabels(loss)) {
    b.emit('sparseCategoricalAccuracy', tensors, { accumulator });
  } else if (units === 1 || loss.name === 'binaryCrossentropy') {
    b.emit('binaryAccuracy', tensors, { accumulator, threshold: loss.fromLogits ? 0 : 0.5 });
  } else {
    b.emit('categoricalAccuracy', tensors, { accumulator });
  }
}
