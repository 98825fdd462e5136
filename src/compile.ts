import { Segment } from '../assembly/opcodes';
import { fail } from './errors';
import type { BuiltLayer, Forward, Layer, LayerParam } from './layers/layer';
import { emitLoss, isFused, type Loss, takesLabels } from './losses';
import { emitMetric, type MetricName } from './metrics';
import { emitOptimizer, gradientLimit, type Optimizer } from './optimizers';
import { PlanBuilder } from './plan/builder';
import type { ModelLayout } from './plan/layout';
import type { Plan } from './plan/plan';
import type { Layout } from './plan/schema';
import { elements, freeName, type Tensor } from './plan/tensor';

/** A model's layers once all widths are known. */
export interface Architecture {
  readonly layers: readonly BuiltLayer[];
  readonly inputs: number;
  readonly outputs: number;
  readonly params: readonly LayerParam[];
  /** Equal for architectures that compile to the same plans. */
  readonly key: string;
}

/**
 * Names the layers, passes widths along and checks that they fit.
 * @throws RangeError where a layer expects another width than it gets, or the first one has no input shape.
 */
export function buildArchitecture(layers: readonly Layer[]): Architecture {
  const first = layers[0];
  if (!first) fail('ERR_VALUE', 'sequential: layers is empty, give at least one layer.');
  if (first.inputs === undefined) {
    const text = `sequential: the first layer (${first.type}) needs inputShape, for example inputShape: [784].`;
    fail('ERR_SHAPE', text);
  }
  const names = new Set<string>();
  let width = first.inputs;
  const built = layers.map((layer, index) => {
    const name = layer.name ?? freeName(layer.type, names);
    if (names.has(name)) fail('ERR_NAME', `sequential: two layers are called "${name}".`);
    names.add(name);
    if (layer.inputs !== undefined && layer.inputs !== width) {
      const text = `layer "${name}": inputShape says ${layer.inputs} values, the layer before gives ${width}. Drop it.`;
      fail('ERR_SHAPE', text);
    }
    const result = layer.build(name, width, index);
    width = result.outputs;
    return result;
  });
  return {
    layers: built,
    inputs: first.inputs,
    outputs: width,
    params: built.flatMap(({ params }) => params),
    key: JSON.stringify(layers.map(({ type, config }, i) => [built[i]!.name, type, config])),
  };
}

/** What a model was compiled with. */
export interface Training {
  readonly loss: Loss;
  readonly metrics: readonly MetricName[];
  readonly optimizer: Optimizer;
  /** Gradients are summed over the batch, as in the article, not averaged. */
  readonly sum: boolean;
  /** False trains on through NaN and infinity. */
  readonly guard: boolean;
}

/**
 * The numbers by which inputs are multiplied before the first product, where nothing else stands before it: that product
 * can then skip the zeros of the data.
 */
export function leadingFactors({ layers }: Pick<Architecture, 'layers'>): readonly number[] | undefined {
  const stages = layers.flatMap((layer) => layer.stages);
  const first = stages.findIndex(({ scale }) => scale === undefined);
  return stages[first]?.skipsZeros && stages.slice(0, first).map(({ scale }) => scale!);
}

/** What a plan does with a batch. */
export type PlanKind = 'predict' | 'evaluate' | 'train';

const batchOf = (name: string, segment: Segment, cols: number): Tensor => ({
  name,
  segment,
  offset: 0,
  layout: 'rows',
  shape: [cols],
});

/**
 * Compiles an architecture into the plan of one step over up to `batch` rows.
 * @param feed how the inputs come; `lists` are multiplied by their leading factors.
 * @param threads that may run the plan.
 */
export function compilePlan(
  kind: PlanKind,
  { layers, params, inputs, outputs }: Architecture,
  layout: ModelLayout,
  batch: number,
  training?: Training,
  feed: Layout = 'rows',
  threads = 1,
): Plan {
  const b = new PlanBuilder(layout, batch, kind === 'train', threads);
  const lists = feed === 'lists';
  const folded = lists ? leadingFactors({ layers })!.length : 0;
  const stages = layers.flatMap((layer) => layer.stages).slice(folded);
  const last = stages.at(-1);
  const fused = kind !== 'predict' && training && isFused(training.loss, last?.activation);
  if (fused) stages.pop();

  const input: Tensor = { ...batchOf('x', Segment.X, inputs), layout: feed };
  const backward: NonNullable<Forward['backward']>[] = [];
  let trainable = false;
  let output = input;
  if (feed === 'scattered' || (lists && b.training)) {
    output = b.rows('batch', inputs, lists ? feed : 'rows');
    b.emit('gather', { out: output, x: input }, { sparse: Number(lists) });
  }
  for (const stage of stages) {
    const pass = stage.forward(b, output, trainable);
    trainable ||= stage.trainable ?? false;
    if (trainable && pass.backward) backward.unshift(pass.backward);
    output = pass.output;
  }
  const forward = b.length;
  if (kind === 'predict' || !training) {
    return b.build({ input, output, forward });
  }

  const { loss, metrics } = training;
  const target = batchOf('y', Segment.Y, takesLabels(loss) ? 1 : outputs);
  let delta = b.rows('loss/delta', outputs);
  const numbers = { accumulator: 0, sum: training.sum };
  if (fused || loss.fromLogits) {
    const logits = output;
    const prediction = b.rows(fused ? `${last?.layer}/a` : 'loss/probabilities', outputs);
    emitLoss(b, loss, { delta, prediction, target, logits }, numbers);
    if (fused) output = prediction;
  } else {
    emitLoss(b, loss, { delta, prediction: output, target }, numbers);
  }
  metrics.forEach((metric, i) => {
    emitMetric(b, metric, loss, output, target, 1 + i);
  });
  for (const { name, regularizer } of params) {
    if (!regularizer) continue;
    const scratch = b.flat(`${name}/penalty`, 4096);
    b.emit('penalty', { w: b.tensor(name), scratch }, { accumulator: 0, ...regularizer });
  }

  if (b.training) {
    for (const pass of backward) delta = pass(delta) ?? delta;
    emitUpdate(b, params, training);
  }
  return b.build({ input, target, output, forward });
}

/** Regularization, guard, clipping and the optimizer: all that happens between gradients and the next batch. */
function emitUpdate(b: PlanBuilder, params: Architecture['params'], { optimizer, guard }: Training): void {
  const g = b.gradients;
  for (const { name, regularizer } of params) {
    if (!regularizer) continue;
    const flat = (t: Tensor): Tensor => ({ ...t, layout: 'flat', shape: [elements(t, b.dtype, 0)] });
    b.emit('regularize', { g: flat(b.tensor(`∂${name}`)), w: flat(b.tensor(name)) }, regularizer);
  }
  const { clipValue, globalClipNorm } = optimizer;
  const emitGuard = (squared: boolean) => {
    if (guard) b.emit('guard', { g }, { limit: gradientLimit(b.dtype, squared) });
  };
  // Before clipping any finite gradient will do; clipping must not hide an infinite one.
  if (clipValue !== undefined || globalClipNorm !== undefined) emitGuard(false);
  if (clipValue !== undefined) b.emit('clipValue', { g }, { limit: clipValue });
  if (globalClipNorm !== undefined) {
    const scratch = b.flat('norm/scratch', 4096);
    params.forEach(({ name }, i) => {
      b.emit('squaredNorm', { g: b.tensor(`∂${name}`), scratch }, { first: Number(i === 0) });
    });
    b.emit('clipNorm', { g }, { limit: globalClipNorm });
  }
  emitGuard(optimizer.name !== 'sgd');
  emitOptimizer(b, optimizer, g);
}
