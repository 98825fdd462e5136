// Rows of the op table: products, biases and their gradients.
import { pad } from '../../../src/plan/tensor';
import { atLeast, sum, type Table, times } from '../row';

/** Chains of up to 70 products. */
const chains = { tolerance: { float32: 4e-6, float64: 1e-14 }, magnitude: atLeast(4) };

export const dense: Table<'matmul' | 'addBias' | 'matmulBackwardWeights' | 'matmulBackwardInput' | 'columnSums'> = {
  matmul: {
    reference: ({ rows, dims: { cols, inner }, in: { x, w } }) => ({
      out: {
        out: times(rows * cols!, (at) => {
          const [r, j] = [Math.floor(at / cols!), at % cols!];
          return sum(inner!, (k) => x![r * inner! + k]! * w![k * cols! + j]!);
        }),
      },
    }),
    ...chains,
  },
  addBias: {
    reference: ({ rows, dims: { cols }, in: { out, bias } }) => ({
      out: { out: times(rows * cols!, (at) => out![at]! + bias![at % cols!]!) },
    }),
  },
  matmulBackwardWeights: {
    reference: ({ rows, dims: { cols, inner }, in: { x, delta } }) => ({
      out: {
        dw: times(inner! * cols!, (at) => {
          const [k, j] = [Math.floor(at / cols!), at % cols!];
          return sum(rows, (r) => x![r * inner! + k]! * delta![r * cols! + j]!);
        }),
      },
    }),
    ...chains,
  },
  matmulBackwardInput: {
    scratch: ({ cols, inner }, dtype, batch) => (pad(cols!, dtype) + pad(inner!, dtype)) * batch,
    reference: ({ rows, dims: { cols, inner }, in: { delta, w } }) => ({
      out: {
        dx: times(rows * inner!, (at) => {
          const [r, k] = [Math.floor(at / inner!), at % inner!];
          return sum(cols!, (j) => delta![r * cols! + j]! * w![k * cols! + j]!);
        }),
      },
    }),
    ...chains,
  },
  columnSums: {
    reference: ({ rows, dims: { cols }, in: { delta } }) => ({
      out: { sums: times(cols!, (j) => sum(rows, (r) => delta![r * cols! + j]!)) },
    }),
    ...chains,
  },
};
