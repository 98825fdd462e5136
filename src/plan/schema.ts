import type { Instruction } from './plan';
import type { Tensor } from './tensor';

export type Role = 'in' | 'out' | 'inout' | 'scratch';

/**
 * How an operand lies in memory. `rows`: row-major [rows, dim], each row padded to a whole vector. `panels`: a weight
 * matrix [dim, dim] in column panels. `vector`: one padded row [dim]. `flat`: a run of [dim] elements, pads included.
 * `scattered`: [rows, dim], each row somewhere else: two addresses, where it begins and where it ends. `lists`: the same of
 * rows without their zeros, see assembly/kernels/sparse.ts.
 */
export type Layout = 'rows' | 'panels' | 'vector' | 'flat' | 'scattered' | 'lists';

export interface Operand<D extends readonly string[] = readonly string[]> {
  readonly role: Role;
  readonly layout: Layout;
  /** Names of the operand's dimensions, without the leading `rows` of a batch. */
  readonly dims: D;
  /** May be left out; the kernel then does not touch it. */
  readonly optional?: true;
}

export interface Row {
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

type Operands = Readonly<Record<string, Operand>>;
type Names = readonly string[];

function row<const O extends Operands, const I extends Names = [], const C extends Names = []>(
  operands: O,
  dims: Names,
  ints = [] as Names as I,
  constants = [] as Names as C,
) {
  return { operands, dims, ints, constants };
}

const forward = <const C extends Names = []>(constants?: C) =>
  row({ out: batch('out'), x: batch('in') }, ['cols'], [], constants);
/** `saved` is what the derivative is computed from: the activation's output, or its input. */
const backward = <const C extends Names = []>(constants?: C) =>
  row({ delta: batch('inout'), saved: batch('in') }, ['cols'], [], constants);
const loss = <O extends Operands, const C extends Names = []>(operands: O, constants?: C) =>
  row(operands, ['cols'], ['accumulator', 'sum'], constants);
const plain = { prediction: batch('in'), target: batch('in') } as const;
const sparse = { prediction: batch('in'), target: batch('in', 'one') } as const;
const predicted = { delta: batch('out'), ...plain } as const;
const fused = { delta: batch('out'), prediction: batch('out'), logits: batch('in'), target: batch('in') } as const;
const optimizer = { w: flat('inout'), g: flat('in') } as const;

/**
 * Every operation, in the order of the opcodes in assembly/opcodes.ts, with its operands, in the order of the record.
 * Verification, printing, the builder's types and the sentinels of the op tests all derive from this table. All kernels
 * also get `rows`, the rows of the current step.
 */
export const schema = {
  // Rows of data, one behind the other; or both are lists.
  gather: row({ out: batch('out'), x: { role: 'in', layout: 'scattered', dims: ['cols'] } }, ['cols'], ['sparse']),

  // Dense layers. x·w is one chain over ascending inner index for each output element.
  matmul: row({ out: batch('out'), x: batch('in', 'inner'), w: panels('in') }, ['cols', 'inner']),
  matmulSparse: row({ out: batch('out'), x: lists, w: panels('in') }, ['cols', 'inner']),
  addBias: row({ out: batch('inout'), bias: vector('in') }, ['cols']),
  matmulBackwardWeights: row({ dw: panels('out'), x: batch('in', 'inner'), delta: batch('in') }, ['cols', 'inner']),
  matmulBackwardWeightsSparse: row(
    { dw: panels('out'), x: lists, delta: batch('in'), scratch: flat('scratch', 'size') },
    ['cols', 'inner'],
  ),
  matmulBackwardInput: row(
    { dx: batch('out', 'inner'), delta: batch('in'), w: panels('in'), scratch: flat('scratch', 'size') },
    ['cols', 'inner'],
  ),
  columnSums: row({ sums: vector('out'), delta: batch('in') }, ['cols']),

  // Activations: out = f(x); backward: delta *= f'.
  relu: forward(),
  reluBackward: backward(),
  leakyRelu: forward(['slope']),
  leakyReluBackward: backward(['slope']),
  elu: forward(['alpha']),
  eluBackward: backward(['alpha']),
  sigmoid: forward(),
  sigmoidBackward: backward(),
  tanh: forward(),
  tanhBackward: backward(),
  softplus: forward(),
  softplusBackward: backward(),
  gelu: forward(),
  geluBackward: backward(),
  geluTanh: forward(),
  geluTanhBackward: backward(),
  swish: forward(),
  swishBackward: backward(),
  softmax: forward(),
  softmaxBackward: backward(),

  // Other layers.
  dropout: row({ out: batch('out'), mask: batch('out'), x: batch('in') }, ['cols'], ['layer'], ['rate']),
  dropoutBackward: backward(),
  rescale: forward(['scale', 'offset']),
  rescaleBackward: row({ delta: batch('inout') }, ['cols'], [], ['scale']),

  // Losses: each adds its rows' losses to an accumulator and writes delta = ∂loss/∂prediction (fused: ∂loss/∂logits).
  meanSquaredError: loss(predicted),
  meanAbsoluteError: loss(predicted),
  huber: loss(predicted, ['delta']),
  binaryCrossentropy: loss(predicted, ['labelSmoothing']),
  categoricalCrossentropy: loss(predicted, ['labelSmoothing']),
  sparseCategoricalCrossentropy: loss({ delta: batch('out'), ...sparse }),
  sigmoidBinaryCrossentropy: loss(fused, ['labelSmoothing']),
  softmaxCategoricalCrossentropy: loss(fused, ['labelSmoothing']),
  softmaxSparseCategoricalCrossentropy: loss({ ...fused, target: sparse.target }),

  // Metrics: each adds its rows' values to an accumulator.
  binaryAccuracy: row(plain, ['cols'], ['accumulator'], ['threshold']),
  categoricalAccuracy: row(plain, ['cols'], ['accumulator']),
  sparseCategoricalAccuracy: row(sparse, ['cols'], ['accumulator']),

  // Between gradients and optimizer.
  regularize: row({ g: flat('inout'), w: flat('in') }, ['n'], [], ['l1', 'l2']),
  penalty: row({ w: panels('in'), scratch: flat('scratch', 'size') }, ['inner', 'cols'], ['accumulator'], ['l1', 'l2']),
  clipValue: row({ g: flat('inout') }, ['n'], [], ['limit']),
  squaredNorm: row({ g: panels('in'), scratch: flat('scratch', 'size') }, ['inner', 'cols'], ['first']),
  clipNorm: row({ g: flat('inout') }, ['n'], [], ['limit']),
  flushDelta: row({ delta: batch('inout') }, ['cols'], [], ['threshold']),
  guard: row({ g: flat('in') }, ['n'], [], ['limit']),

  // Optimizers: one pass over the model's whole parameter range.
  step: row({}, [], ['looks'], ['beta1', 'beta2']),
  decay: row({ w: flat('inout') }, ['n'], [], ['rate']),
  sgd: row(optimizer, ['n']),
  momentum: row({ ...optimizer, velocity: flat('inout') }, ['n'], ['nesterov'], ['momentum']),
  rmsProp: row(
    { ...optimizer, v: flat('inout'), mean: optional('inout'), velocity: optional('inout') },
    ['n'],
    ['centered'],
    ['rho', 'momentum', 'epsilon'],
  ),
  adagrad: row({ ...optimizer, v: flat('inout') }, ['n'], [], ['epsilon']),
  adam: row({ ...optimizer, m: flat('inout'), v: flat('inout') }, ['n'], [], ['beta1', 'beta2', 'epsilon']),
  flushState: row({ state: flat('inout') }, ['n'], ['interval'], ['threshold']),

  // Ends every plan: on to the next batch.
  next: row({}, []),
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
