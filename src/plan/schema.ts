import { Op } from '../../assembly/opcodes';
import type { Instruction } from './plan';
import type { Tensor } from './tensor';

export type Role = 'in' | 'out' | 'inout' | 'scratch';

/**
 * How an operand lies in memory. `rows`: row-major [rows, dim], each row padded to a whole vector. `panels`: a weight
 * matrix [dim, dim] in column panels. `vector`: one padded row [dim]. `flat`: a run of [dim] elements, pads included.
 * `lists`: [rows, dim] without its zeros, see assembly/kernels/sparse.ts.
 */
export type Layout = 'rows' | 'panels' | 'vector' | 'flat' | 'lists';

export interface Operand<D extends readonly string[] = readonly string[]> {
  readonly role: Role;
  readonly layout: Layout;
  /** Names of the operand's dimensions, without the leading `rows` of a batch. */
  readonly dims: D;
  /** May be left out; the kernel then does not touch it. */
  readonly optional?: true;
}

export interface Row {
  readonly op: Op;
  readonly operands: Readonly<Record<string, Operand>>;
  /** Dimensions passed to the kernel, found by matching the operands' shapes. */
  readonly dims: readonly string[];
  /** Integers passed to the kernel after the dimensions. */
  readonly ints: readonly string[];
  /** float64 constants of the record. */
  readonly constants: readonly string[];
}

const batch = <R extends Role>(role: R, dim = 'cols') => ({ role, layout: 'rows', dims: [dim] }) as const;
const panels = <R extends Role>(role: R) => ({ role, layout: 'panels', dims: ['inner', 'cols'] }) as const;
const vector = <R extends Role>(role: R) => ({ role, layout: 'vector', dims: ['cols'] }) as const;
const flat = <R extends Role>(role: R, dim = 'n') => ({ role, layout: 'flat', dims: [dim] }) as const;
const lists = { role: 'in', layout: 'lists', dims: ['inner'] } as const;
const optional = <R extends Role>(role: R) => ({ ...flat(role), optional: true }) as const;

function row<
  const O extends Readonly<Record<string, Operand>>,
  const I extends readonly string[] = [],
  const C extends readonly string[] = [],
>(op: Op, operands: O, dims: readonly string[], ints?: I, constants?: C) {
  return { op, operands, dims, ints: (ints ?? []) as I, constants: (constants ?? []) as C };
}

const forward = <const C extends readonly string[] = []>(op: Op, constants?: C) =>
  row(op, { out: batch('out'), x: batch('in') }, ['cols'], [], constants);
/** `saved` is what the derivative is computed from: the activation's output, or its input. */
const backward = <const C extends readonly string[] = []>(op: Op, constants?: C) =>
  row(op, { delta: batch('inout'), saved: batch('in') }, ['cols'], [], constants);
const loss = <const C extends readonly string[] = []>(op: Op, constants?: C) =>
  row(
    op,
    { delta: batch('out'), prediction: batch('in'), target: batch('in') },
    ['cols'],
    ['accumulator', 'sum'],
    constants,
  );
const sparse = { target: batch('in', 'one') } as const;
const fused = { delta: batch('out'), prediction: batch('out'), logits: batch('in') } as const;
const optimizer = { w: flat('inout'), g: flat('in') } as const;

/**
 * Every operation with its operands, in the order of the record. Verification, printing, the builder's types and the
 * sentinels of the op tests all derive from this table. All kernels also get `rows`, the rows of the current step.
 */
export const schema = {
  // Dense layers. x·w is one chain over ascending inner index for each output element.
  matmul: row(Op.Matmul, { out: batch('out'), x: batch('in', 'inner'), w: panels('in') }, ['cols', 'inner']),
  matmulSparse: row(Op.MatmulSparse, { out: batch('out'), x: lists, w: panels('in') }, ['cols', 'inner']),
  addBias: row(Op.AddBias, { out: batch('inout'), bias: vector('in') }, ['cols']),
  matmulBackwardWeights: row(
    Op.MatmulBackwardWeights,
    { dw: panels('out'), x: batch('in', 'inner'), delta: batch('in') },
    ['cols', 'inner'],
  ),
  matmulBackwardWeightsSparse: row(
    Op.MatmulBackwardWeightsSparse,
    { dw: panels('out'), x: lists, delta: batch('in'), scratch: flat('scratch', 'size') },
    ['cols', 'inner'],
  ),
  matmulBackwardInput: row(
    Op.MatmulBackwardInput,
    { dx: batch('out', 'inner'), delta: batch('in'), w: panels('in'), scratch: flat('scratch', 'size') },
    ['cols', 'inner'],
  ),
  columnSums: row(Op.ColumnSums, { sums: vector('out'), delta: batch('in') }, ['cols']),

  // Activations: out = f(x); backward: delta *= f'.
  relu: forward(Op.Relu),
  reluBackward: backward(Op.ReluBackward),
  leakyRelu: forward(Op.LeakyRelu, ['slope']),
  leakyReluBackward: backward(Op.LeakyReluBackward, ['slope']),
  elu: forward(Op.Elu, ['alpha']),
  eluBackward: backward(Op.EluBackward, ['alpha']),
  sigmoid: forward(Op.Sigmoid),
  sigmoidBackward: backward(Op.SigmoidBackward),
  tanh: forward(Op.Tanh),
  tanhBackward: backward(Op.TanhBackward),
  softplus: forward(Op.Softplus),
  softplusBackward: backward(Op.SoftplusBackward),
  gelu: forward(Op.Gelu),
  geluBackward: backward(Op.GeluBackward),
  geluTanh: forward(Op.GeluTanh),
  geluTanhBackward: backward(Op.GeluTanhBackward),
  swish: forward(Op.Swish),
  swishBackward: backward(Op.SwishBackward),
  softmax: forward(Op.Softmax),
  softmaxBackward: backward(Op.SoftmaxBackward),

  // Other layers.
  dropout: row(Op.Dropout, { out: batch('out'), mask: batch('out'), x: batch('in') }, ['cols'], ['layer'], ['rate']),
  dropoutBackward: backward(Op.DropoutBackward),
  rescale: forward(Op.Rescale, ['scale', 'offset']),
  rescaleBackward: row(Op.RescaleBackward, { delta: batch('inout') }, ['cols'], [], ['scale']),

  // Losses: each adds its rows' losses to an accumulator and writes delta = ∂loss/∂prediction (fused: ∂loss/∂logits).
  meanSquaredError: loss(Op.MeanSquaredError),
  meanAbsoluteError: loss(Op.MeanAbsoluteError),
  huber: loss(Op.Huber, ['delta']),
  binaryCrossentropy: loss(Op.BinaryCrossentropy, ['labelSmoothing']),
  categoricalCrossentropy: loss(Op.CategoricalCrossentropy, ['labelSmoothing']),
  sparseCategoricalCrossentropy: row(
    Op.SparseCategoricalCrossentropy,
    { delta: batch('out'), prediction: batch('in'), ...sparse },
    ['cols'],
    ['accumulator', 'sum'],
  ),
  sigmoidBinaryCrossentropy: row(
    Op.SigmoidBinaryCrossentropy,
    { ...fused, target: batch('in') },
    ['cols'],
    ['accumulator', 'sum'],
    ['labelSmoothing'],
  ),
  softmaxCategoricalCrossentropy: row(
    Op.SoftmaxCategoricalCrossentropy,
    { ...fused, target: batch('in') },
    ['cols'],
    ['accumulator', 'sum'],
    ['labelSmoothing'],
  ),
  softmaxSparseCategoricalCrossentropy: row(
    Op.SoftmaxSparseCategoricalCrossentropy,
    { ...fused, ...sparse },
    ['cols'],
    ['accumulator', 'sum'],
  ),

  // Metrics: each adds its rows' values to an accumulator.
  binaryAccuracy: row(
    Op.BinaryAccuracy,
    { prediction: batch('in'), target: batch('in') },
    ['cols'],
    ['accumulator'],
    ['threshold'],
  ),
  categoricalAccuracy: row(
    Op.CategoricalAccuracy,
    { prediction: batch('in'), target: batch('in') },
    ['cols'],
    ['accumulator'],
  ),
  sparseCategoricalAccuracy: row(
    Op.SparseCategoricalAccuracy,
    { prediction: batch('in'), ...sparse },
    ['cols'],
    ['accumulator'],
  ),

  // Between gradients and optimizer.
  regularize: row(Op.Regularize, { g: flat('inout'), w: flat('in') }, ['n'], [], ['l1', 'l2']),
  penalty: row(
    Op.Penalty,
    { w: panels('in'), scratch: flat('scratch', 'size') },
    ['inner', 'cols'],
    ['accumulator'],
    ['l1', 'l2'],
  ),
  clipValue: row(Op.ClipValue, { g: flat('inout') }, ['n'], [], ['limit']),
  squaredNorm: row(Op.SquaredNorm, { g: panels('in'), scratch: flat('scratch', 'size') }, ['inner', 'cols']),
  clipNorm: row(Op.ClipNorm, { g: flat('inout') }, ['n'], [], ['limit']),
  flushDelta: row(Op.FlushDelta, { delta: batch('inout') }, ['cols'], [], ['threshold']),
  guard: row(Op.Guard, { g: flat('in') }, ['n'], [], ['limit']),

  // Optimizers: one pass over the model's whole parameter range.
  step: row(Op.Step, {}, []),
  decay: row(Op.Decay, { w: flat('inout') }, ['n'], [], ['rate']),
  sgd: row(Op.Sgd, optimizer, ['n']),
  momentum: row(Op.Momentum, { ...optimizer, velocity: flat('inout') }, ['n'], ['nesterov'], ['momentum']),
  rmsProp: row(
    Op.RmsProp,
    { ...optimizer, v: flat('inout'), mean: optional('inout'), velocity: optional('inout') },
    ['n'],
    ['centered'],
    ['rho', 'momentum', 'epsilon'],
  ),
  adagrad: row(Op.Adagrad, { ...optimizer, v: flat('inout') }, ['n'], [], ['epsilon']),
  adam: row(Op.Adam, { ...optimizer, m: flat('inout'), v: flat('inout') }, ['n'], [], ['beta1', 'beta2', 'epsilon']),
  flushState: row(Op.FlushState, { state: flat('inout') }, ['n'], ['interval'], ['threshold']),

  // Ends every plan: on to the next batch.
  next: row(Op.Next, {}, []),
} as const;

export type OpName = keyof typeof schema;

/** The operands of an instruction that are there, with their names and roles. */
export function operandsOf({ op, operands }: Instruction): { name: string; role: Role; tensor: Tensor }[] {
  const row: Row = schema[op];
  return Object.entries(row.operands).flatMap(([name, { role }], i) => {
    const tensor = operands[i];
    return tensor ? [{ name, role, tensor }] : [];
  });
}
