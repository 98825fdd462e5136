// The three products beyond the sizes of the op table: kernels split long chains and many rows into parts.
import { expect, test } from 'vitest';
import { createJsBackend } from '../../src/backend/js';
import { createWasmBackend } from '../../src/backend/wasm';
import { uniforms } from '../support/probe';
import { difference, mistake, trespass } from './checks';
import { execute, prepare } from './harness';
import { table } from './table';

const [wasm, js] = [createWasmBackend(), createJsBackend()];
const products = ['matmul', 'matmulBackwardWeights', 'matmulBackwardInput'] as const;
/** Around 128 steps of a chain, 64 rows, and distances between rows that are powers of two. */
const shapes = [
  { rows: 5, inner: 129, cols: 33 },
  { rows: 3, inner: 257, cols: 64 },
  { rows: 66, inner: 130, cols: 48 },
  { rows: 131, inner: 17, cols: 35 },
  { rows: 70, inner: 256, cols: 128 },
  { rows: 40, inner: 512, cols: 17 },
  { rows: 1, inner: 300, cols: 100 },
  { rows: 1, inner: 9, cols: 64 },
];

test.each(products.flatMap((op) => shapes.map((shape) => ({ op, ...shape }))))(
  '$op, $rows rows, $inner × $cols: right, and the same bits',
  ({ op, rows, inner, cols }) => {
    for (const dtype of ['float32', 'float64'] as const) {
      const row = table[op];
      const longer = { ...row, tolerance: { float32: 2e-5, float64: 1e-13 } };
      const choice = () => ({ dtype, rows, dims: { inner, cols }, random: uniforms(7), variant: {} });
      const setup = prepare(op, row, choice());
      const [a, b] = [execute(setup, wasm), execute(setup, js)];
      expect(trespass(setup, a)).toBeUndefined();
      expect(difference(setup, a, b)).toBeUndefined();
      const checked = prepare(op, longer, choice());
      expect(mistake(checked, execute(checked, wasm))).toBeUndefined();
    }
  },
);
