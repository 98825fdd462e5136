import type { OpName } from './schema';
import type { DType, Tensor } from './tensor';

/** One op record before it is encoded. */
export interface Instruction {
  readonly op: OpName;
  /** In schema order; `undefined` where an optional operand was left out. */
  readonly operands: readonly (Tensor | undefined)[];
  readonly dims: readonly number[];
  readonly ints: readonly number[];
  readonly constants: readonly number[];
}

/** A flat list of op records with the tensors they work on. How threads share them is written later: see meet.ts. */
export interface Plan {
  readonly dtype: DType;
  /** The most rows of one step; tensors of layout `rows` have room for this many. */
  readonly batch: number;
  readonly instructions: readonly Instruction[];
  /** The encoded records. */
  readonly records: Uint8Array;
  /** Bytes of workspace the tensors take. */
  readonly workspace: number;
  /** Bytes of the model's slot that the plan may touch. */
  readonly model: number;
  readonly input: Tensor;
  readonly target?: Tensor;
  readonly output: Tensor;
  /** Parameters, their gradients and workspace tensors by name. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Index of the first record after the forward pass. */
  readonly forward: number;
}
