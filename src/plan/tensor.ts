import { Panel, type Segment } from '../../assembly/opcodes';
import type { Layout } from './schema';

/** The type numbers are stored and computed in: 4 bytes with about 7 digits, or 8 bytes with about 16. */
export type DType = 'float32' | 'float64';

export const bytesPerElement = (dtype: DType): number => (dtype === 'float32' ? 4 : 8);

/** Columns rounded up to a whole 128-bit vector: the elements from one row to the next. */
export function pad(cols: number, dtype: DType): number {
  const lanes = 16 / bytesPerElement(dtype);
  return Math.ceil(cols / lanes) * lanes;
}

/** Tensors begin at cache lines: a vector load that straddles two costs double. */
export const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Columns in a full panel of a weight matrix. */
export const panelWidth = (dtype: DType): number => Panel.Bytes / bytesPerElement(dtype);

/** A named operand of a plan: where it lies and how. */
export interface Tensor {
  readonly name: string;
  readonly segment: Segment;
  /** Byte offset from the start of the segment. */
  readonly offset: number;
  readonly layout: Layout;
  /** `panels`: [inner, cols]; all others: [cols]. */
  readonly shape: readonly number[];
}

/** Elements of a shape, without pads. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Elements that `count` lists of up to `length` entries take: two pointers each, rounded up, and the entries. */
export const listElements = (count: number, length: number): number => 2 * count + 8 + 2 * count * length;

/** Elements of a tensor, pads included; `batch` is the most rows a step may have. */
export function elements({ layout, shape }: Pick<Tensor, 'layout' | 'shape'>, dtype: DType, batch: number): number {
  const cols = shape.at(-1)!;
  if (layout === 'flat') return cols;
  if (layout === 'lists') return listElements(batch, cols);
  if (layout === 'vector') return pad(cols, dtype);
  const rows = (layout === 'panels' ? shape[0]! : batch) * pad(cols, dtype);
  return layout === 'scattered' ? rows + listElements(batch, 0) : rows;
}

/** The wanted name; with a number behind it if it is taken. */
export function freeName(wanted: string, taken: { has(name: string): boolean }): string {
  let name = wanted;
  for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
  return name;
}
