// Numbers compared by their bits, NaNs as one class: which of the many NaNs comes out of an operation is not specified.
import type { Floats } from '../../src/plan/layout';
import type { DType } from '../../src/plan/tensor';

/** The numbers of `bytes` bytes from `address` of a memory. */
export function floatsAt(buffer: ArrayBufferLike, dtype: DType, address: number, bytes: number): Floats {
  return dtype === 'float32'
    ? new Float32Array(buffer, address, bytes / 4)
    : new Float64Array(buffer, address, bytes / 8);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);

/** Index of the first element whose bits differ, −1 if there is none. */
export function firstDifference(a: Floats, b: Floats): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  if (bytesOf(a).equals(bytesOf(b))) return -1;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}

/** The next number away from zero. */
export function oneUlpUp(x: number, dtype: DType): number {
  const floats = dtype === 'float32' ? new Float32Array([x]) : new Float64Array([x]);
  const words = new Uint32Array(floats.buffer);
  words[0]!++;
  if (words[0] === 0) words[1]!++;
  return floats[0]!;
}
