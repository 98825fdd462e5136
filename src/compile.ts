import { Reg, Segment } from '../assembly/opcodes';
import { fail } from './errors';
import type { BuiltLayer, Emitter, Forward, Layer, LayerParam } from './layers/layer';
import { emitLoss, isFused, type Loss, takesLabels } from './losses';
import { emitMetric, type MetricName } from './metrics';
import { emitOptimizer, gradientLimit, type Optimizer } from './optimizers';
import { PlanBuilder } from './plan/builder';
import type { ModelLayout } from './plan/layout';
import type { Plan } from './plan/plan';
import type { Tensor } from './plan/tensor';

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
  if (!first) fail(RangeError, 'ERR_VALUE', 'sequential: layers is empty, give at least one layer.');
  if (first.inputs === undefined) {
    const text = `sequential: the first layer (${first.type}) needs inputShape, for example inputShape: [784].`;
    fail(RangeError, 'ERR_SHAPE', text);
  }
  const names = new Set<string>();
  let width = first.inputs;
  const built = layers.map((layer, index) => {
    const name = layer.name ?? freeName(layer.type, names);
    if (names.has(name)) fail(RangeError, 'ERR_NAME', `sequential: two layers are called "${name}".`);
    names.add(name);
    if (layer.inputs !== undefined && layer.inputs !== width) {
      const text = `layer "${name}": inputShape says ${layer.inputs} values, the layer before gives ${width}. Drop it.`;
      fail(RangeError, 'ERR_SHAPE', text);
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

function freeName(type: string, taken: ReadonlySet<string>): string {
  let name = type;
  for (let i = 1; taken.has(name); i++) name = `${type}_${i}`;
  return name;
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
export function leadingFactors({ layers }: Architecture): readonly number[] | undefined {
  const stages = layers.flatMap((layer) => layer.stages);
  const first = stages.findIndex(({ scale }) => scale === undefined);
  return stages[first]?.skipsZeros && stages.slice(0, first).map(({ scale }) => scale!);
}

export type PlanKind = 'predict' | 'evaluate' | 'train';

/** Where to hold the rows of each batch. */
const X: Omit<Tensor, 'shape'> = { name: 'x', segment: Segment.X, offset: 0, layout: 'rows' };
const Y: Omit<Tensor, 'shape'> = { name: 'y', segment: Segment.Y, offset: 0, layout: 'rows' };

/**
 * Compiles an architecture into the plan of one step over up to `batch` rows.
 * @param skip the inputs come as lists, multiplied by their leading factors.
 */
export function compilePlan(
  kind: PlanKind,
  architecture: Architecture,
  layout: ModelLayout,
  batch: number,
  training?: Training,
  skip = false,
): Plan {
  const b = new PlanBuilder(layout, batch);
  const params = new Map(layout.params.map((tensor) => [tensor.name, tensor]));
  const gradients = gradientRange(b, layout, kind);
  const named = (map: ReadonlyMap<string, Tensor>) => (name: string) => {
    const tensor = map.get(name);
    if (!tensor) throw new Error(`no tensor ${name} in this plan`);
    return tensor;
  };
  const e: Emitter = { b, training: kind === 'train', param: named(params), gradient: named(gradients.byName) };
  const input: Tensor = { ...X, layout: skip ? 'lists' : 'rows', shape: [architecture.inputs] };
  const folded = skip ? leadingFactors(architecture)!.length : 0;
  const stages = architecture.layers.flatMap((layer) => layer.stages).slice(folded);

  const last = stages.at(-1);
  const fused = kind !== 'predict' && training !== undefined && isFused(training.loss, last?.activation);
  const walked = fused ? stages.slice(0, -1) : stages;
  const backward: NonNullable<Forward['backward']>[] = [];
  let trainable = false;
  let output = input;
  for (const stage of walked) {
    const pass = stage.forward(e, output, trainable);
    trainable ||= stage.trainable === true;
    if (trainable && pass.backward) backward.unshift(pass.backward);
    output = pass.output;
  }
  if (kind === 'predict' || !training) {
    const forward = b.length;
    b.emit('next', {});
    return b.build({ input, target: undefined, output, marks: { forward, gradients: forward } });
  }

  const { loss, metrics, optimizer } = training;
  const target: Tensor = { ...Y, shape: [takesLabels(loss) ? 1 : architecture.outputs] };
  let delta = b.rows('loss/delta', architecture.outputs);
  const forward = b.length;
  const numbers = { accumulator: 0, sum: training.sum };
  if (fused || loss.fromLogits) {
    const logits = output;
    const prediction = b.rows(fused ? `${last?.layer}/a` : 'loss/probabilities', architecture.outputs);
    emitLoss(b, loss, { delta, prediction, target, logits }, numbers);
    if (fused) output = prediction;
  } else {
    emitLoss(b, loss, { delta, prediction: output, target }, numbers);
  }
  metrics.forEach((metric, i) => {
    emitMetric(b, metric, loss, output, target, 1 + i);
  });
  for (const { name, regularizer } of architecture.params) {
    if (!regularizer) continue;
    const scratch = b.flat(`${name}/penalty/scratch`, 4096);
    b.emit('penalty', { w: e.param(name), scratch }, { accumulator: 0, ...regularizer });
  }

  if (kind === 'train') for (const pass of backward) delta = pass(delta) ?? delta;
  const marks = { forward, gradients: b.length };
  if (kind === 'train') emitUpdate(e, architecture, gradients.range, optimizer, training.guard);
  b.emit('next', {});
  return b.build({ input, target, output, marks });
}

/** Regularization, guard, clipping and the optimizer: all that happens between gradients and the next batch. */
function emitUpdate(
  { b, param, gradient }: Emitter,
  architecture: Architecture,
  g: Tensor,
  optimizer: Optimizer,
  guarded: boolean,
): void {
  for (const { name, regularizer } of architecture.params) {
    if (!regularizer) continue;
    const flat = (t: Tensor): Tensor => ({ ...t, layout: 'flat', shape: [b.elements(t)] });
    b.emit('regularize', { g: flat(gradient(name)), w: flat(param(name)) }, { ...regularizer });
  }
  const { name: rule, clipValue, globalClipNorm } = optimizer;
  const clips = clipValue !== undefined || globalClipNorm !== undefined;
  const guard = (squared: boolean) => {
    if (guarded) b.emit('guard', { g }, { limit: gradientLimit(b.dtype, squared) });
  };
  // Before clipping any finite gradient will do; clipping must not hide an infinite one.
  if (clips) guard(false);
  if (clipValue !== undefined) b.emit('clipValue', { g }, { limit: clipValue });
  if (globalClipNorm !== undefined) {
    const scratch = b.flat('norm/scratch', 4096);
    for (const { name } of architecture.params) b.emit('squaredNorm', { g: gradient(name), scratch });
    b.emit('clipNorm', { g }, { limit: globalClipNorm });
  }
  guard(rule !== 'sgd');
  emitOptimizer(b, optimizer, g);
}

/** Gradients mirror the parameters, so that the optimizer walks both in step. */
function gradientRange(b: PlanBuilder, layout: ModelLayout, kind: PlanKind) {
  const range = b.flat('gradients', kind === 'train' ? layout.size : 0);
  const byName = layout.params.map((p): [string, Tensor] => {
    const offset = range.offset + p.offset - Reg.Bytes;
    return [p.name, { ...p, name: `∂${p.name}`, segment: range.segment, offset }];
  });
  return { range, byName: new Map(byName) };
}
