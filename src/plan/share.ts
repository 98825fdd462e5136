import { type Layout, type OpName, type Row, schema } from './schema';

/** How threads share an op: one does it, each does some rows, or elements of flat ranges, or as the kernel has it. */
export type Shared = 'one' | 'rows' | 'flat' | Own;

/** Products and what follows them by blocks of the output; the gradient of a product's input by rows; others. */
type Own = 'product' | 'input' | 'own';

const own: Readonly<Partial<Record<OpName, Own>>> = {
  matmul: 'product',
  matmulSparse: 'product',
  addBias: 'product',
  matmulBackwardInput: 'input',
  matmulBackwardWeights: 'own',
  matmulBackwardWeightsSparse: 'own',
  columnSums: 'own',
  gather: 'own',
};

/**
 * Ops whose operands all are batches [rows, first dimension] are shared by rows, unless they add to an accumulator, which
 * is one chain; those whose operands all are runs of [first dimension] by elements.
 */
export function sharedOf(op: OpName): Shared {
  const { operands, dims, ints }: Row = schema[op];
  const all = Object.values(operands);
  const every = (wanted: Layout) => all.every(({ layout, dims: [dim] }) => layout === wanted && dim === dims[0]);
  if (own[op]) return own[op];
  if (all.length === 0 || ints.includes('accumulator')) return 'one';
  return every('rows') ? 'rows' : every('flat') ? 'flat' : 'one';
}
