// Which sizes and numbers every op is tried on.
import { type OpName, type Row, schema } from '../../src/plan/schema';
import { bytesPerElement, type DType } from '../../src/plan/tensor';
import type { Choice } from './harness';
import type { OpRow, Variant } from './row';

export const names = Object.keys(schema) as OpName[];
export const dtypes = ['float32', 'float64'] as const;

export interface Sizes {
  readonly rows: readonly number[];
  /** Below, at and above whole vectors, panels and the tiles of the kernels. */
  readonly sizes: readonly number[];
  /** Whole vectors in a flat range: kernels take them by one, two and four. */
  readonly vectors: readonly number[];
}

export const all: Sizes = {
  rows: [1, 2, 3, 5, 33],
  sizes: [1, 2, 3, 4, 5, 10, 16, 17, 31, 32, 33, 64, 70],
  vectors: [1, 2, 3, 4, 5, 7, 8, 9, 33],
};
export const few: Sizes = { rows: [1, 3, 5], sizes: [1, 3, 17, 33], vectors: [1, 3, 5] };
export const least: Sizes = { rows: [1, 3], sizes: [3, 17], vectors: [1, 5] };

const signatures: Readonly<Record<OpName, Row>> = schema;

/** All combinations of an op's dimensions and variants. */
export function* choices(
  op: OpName,
  row: OpRow,
  dtype: DType,
  from: Sizes,
): Generator<Omit<Choice, 'random'> & { variant: Variant }> {
  const operands = Object.values(signatures[op].operands);
  const dims = [...new Set(operands.flatMap((operand) => operand.dims))].filter(
    (dim) => dim !== 'one' && dim !== 'size',
  );
  const lanes = 16 / bytesPerElement(dtype);
  const valuesOf = (dim: string) =>
    (from === all && row.dims?.[dim]) || (dim === 'n' ? from.vectors.map((count) => count * lanes) : from.sizes);
  let combinations: Record<string, number>[] = [{}];
  for (const dim of dims) {
    combinations = combinations.flatMap((rest) => valuesOf(dim).map((value) => ({ ...rest, [dim]: value })));
  }
  const rows = operands.some(({ layout }) => layout === 'rows') ? from.rows : [from.rows[0]!, from.rows.at(-1)!];
  for (const count of rows) {
    for (const combination of combinations) {
      for (const variant of row.variants ?? [{}]) yield { dtype, rows: count, dims: combination, variant };
    }
  }
}
