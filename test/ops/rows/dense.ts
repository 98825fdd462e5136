// Rows of the op table: products, biases and their gradients.
import { listElements, pad, panelWidth } from '../../../src/plan/tensor';
import { atLeast, type Call, type OpRow, rare, sum, type Table, times } from '../row';

/** Chains of up to 70 products. */
const chains = { tolerance: { float32: 4e-6, float64: 1e-14 }, magnitude: atLeast(4) };

const matmul: OpRow = {
  reference: ({ rows, dims: { cols, inner }, in: { x, w } }) => ({
    out: {
      out: times(rows * cols!, (at) => {
        const [r, j] = [Math.floor(at / cols!), at % cols!];
        return sum(inner!, (k) => x![r * inner! + k]! * w![k * cols! + j]!);
      }),
    },
  }),
  ...chains,
};

const matmulBackwardWeights: OpRow = {
  reference: ({ rows, dims: { cols, inner }, in: { x, delta } }) => ({
    out: {
      dw: times(inner! * cols!, (at) => {
        const [k, j] = [Math.floor(at / cols!), at % cols!];
        return sum(rows, (r) => x![r * inner! + k]! * delta![r * cols! + j]!);
      }),
    },
  }),
  ...chains,
};

export const dense: Table<
  | 'gather'
  | 'matmul'
  | 'matmulSparse'
  | 'addBias'
  | 'matmulBackwardWeights'
  | 'matmulBackwardWeightsSparse'
  | 'matmulBackwardInput'
  | 'columnSums'
> = {
  gather: {
    inputs: { x: rare },
    reference: ({ in: { x } }) => ({ out: { out: x! } }),
    variants: [{ numbers: { sparse: 0 } }, { numbers: { sparse: 1 }, layout: 'lists' }],
  },
  matmul,
  matmulSparse: {
    ...matmul,
    inputs: { x: rare },
    reference: (call: Call) => ({
      ...matmul.reference(call),
      registers: { weightsFinite: Number(call.in.w!.every(Number.isFinite)) },
    }),
  },
  addBias: {
    reference: ({ rows, dims: { cols }, in: { out, bias } }) => ({
      out: { out: times(rows * cols!, (at) => out![at]! + bias![at % cols!]!) },
    }),
  },
  matmulBackwardWeights,
  matmulBackwardWeightsSparse: {
    ...matmulBackwardWeights,
    inputs: { x: rare },
    scratch: ({ inner }, _dtype, batch, threads) => threads * (listElements(inner!, batch) + 32),
  },
  matmulBackwardInput: {
    scratch: ({ cols, inner }, dtype, batch, threads) =>
      (pad(cols!, dtype) + pad(inner!, dtype)) * (threads > 1 ? threads * panelWidth(dtype) : batch),
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
