import { Reg, Segment } from '../../assembly/opcodes';
import { bytesPerElement, type DType, elements, pad, panelWidth, sizeOf, type Tensor } from './tensor';

/** A trainable array: a kernel [inputs, units], or a bias [units]. */
export interface ParamSpec {
  readonly name: string;
  readonly shape: readonly [number] | readonly [number, number];
}

/**
 * A model's slot: registers, then the parameters, then `states` mirrors of them (optimizer state). All segments keep
 * the same order, so that an optimizer is one op over one range. Gradients mirror the parameters in the workspace.
 */
export interface ModelLayout {
  readonly dtype: DType;
  readonly params: readonly Tensor[];
  /** Elements of the parameter segment, pads included. */
  readonly size: number;
  readonly states: number;
  /** Bytes of the whole slot. */
  readonly bytes: number;
}

export function layoutModel(specs: readonly ParamSpec[], dtype: DType, states: number): ModelLayout {
  let bytes = 0;
  const params = specs.map(({ name, shape }): Tensor => {
    const layout = shape.length === 2 ? 'panels' : 'vector';
    const tensor: Tensor = { name, segment: Segment.Model, offset: Reg.Bytes + bytes, layout, shape };
    bytes += elements(tensor, dtype, 0) * bytesPerElement(dtype); // no gaps: an optimizer walks one range
    return tensor;
  });
  const size = bytes / bytesPerElement(dtype);
  return { dtype, params, size, states, bytes: Reg.Bytes + (1 + states) * bytes };
}

/** The parameter segment (0), or one of its mirrors (1 … states), as one flat range. */
export function segmentRange(layout: ModelLayout, index: number, name: string): Tensor {
  const offset = Reg.Bytes + index * layout.size * bytesPerElement(layout.dtype);
  return { name, segment: Segment.Model, offset, layout: 'flat', shape: [layout.size] };
}

/** Numbers of a model, possibly a view of shared memory. */
export type Floats = Float32Array | Float64Array;

/** Numbers of a model on a buffer of their own: what users get. */
export type OwnFloats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Their constructors. */
export const floatArrays: Readonly<
  Record<
    DType,
    { new (length: number): OwnFloats; new (buffer: ArrayBufferLike, at?: number, length?: number): Floats }
  >
> = { float32: Float32Array, float64: Float64Array };

/** Calls `visit(stored, logical, count)` for each run of elements that is contiguous both in memory and row-major. */
export function eachRun(
  { layout, shape }: Pick<Tensor, 'layout' | 'shape'>,
  dtype: DType,
  visit: (stored: number, logical: number, count: number) => void,
): void {
  const cols = shape.at(-1)!;
  if (layout !== 'panels') {
    visit(0, 0, cols);
    return;
  }
  const inner = shape[0]!;
  const padded = pad(cols, dtype);
  const full = panelWidth(dtype);
  for (let j = 0; j < cols; j += full) {
    const width = Math.min(full, padded - j);
    const count = Math.min(full, cols - j);
    for (let i = 0; i < inner; i++) visit(j * inner + i * width, i * cols + j, count);
  }
}

/** Copies row-major `values` into the tensor that begins at element `at` of `memory`. */
export function pack(tensor: Tensor, dtype: DType, values: Floats, memory: Floats, at: number): void {
  eachRun(tensor, dtype, (stored, logical, count) => {
    for (let k = 0; k < count; k++) memory[at + stored + k] = values[logical + k]!;
  });
}

/** The tensor that begins at element `at` of `memory`, row-major without pads, as a copy. */
export function unpack(tensor: Tensor, dtype: DType, memory: Floats, at: number): OwnFloats {
  const values = new floatArrays[dtype](sizeOf(tensor.shape));
  eachRun(tensor, dtype, (stored, logical, count) => {
    for (let k = 0; k < count; k++) values[logical + k] = memory[at + stored + k]!;
  });
  return values;
}
