import { describe, fail } from '../errors';
import { damaged, type FileSource, readBytes } from './source';

/** The values of an IDX file in row-major order and their sizes: `[60000, 28, 28]` for images, `[60000]` for labels. */
export interface IdxData {
  /** The values, in the type that the file has. */
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
  /** Sizes, the number of samples first. */
  readonly shape: number[];
}

/** By the type codes of the format. */
const arrays: Record<number, { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBuffer): IdxData['data'] }> = {
  8: Uint8Array,
  9: Int8Array,
  11: Int16Array,
  12: Int32Array,
  13: Float32Array,
  14: Float64Array,
};

/** Does what readers.ts says of it. */
export async function readIdx(source: FileSource): Promise<IdxData> {
  const bytes = await readBytes('readIdx', source);
  const [zero0, zero1, code, rank] = bytes;
  const NumericArray = arrays[code!];
  if (zero0 !== 0 || zero1 !== 0 || !NumericArray || !rank) {
    const got = `a file that starts with ${describe(String.fromCharCode(...bytes.subarray(0, 4)))}`;
    const wanted = 'an IDX file, which starts with the bytes 0, 0, type (8…14), number of dimensions';
    fail('ERR_FORMAT', `readIdx: expected ${wanted}, got ${got}.`);
  }
  const header = 4 + 4 * rank;
  if (bytes.length < header) damaged('readIdx', `the header takes ${header} bytes, the file has ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const shape = Array.from({ length: rank }, (_, d) => view.getUint32(4 + 4 * d));
  const wanted = header + shape.reduce((product, n) => product * n, 1) * NumericArray.BYTES_PER_ELEMENT;
  if (bytes.length !== wanted) {
    damaged('readIdx', `shape [${shape.join(', ')}] takes ${wanted} bytes, the file has ${bytes.length}`);
  }
  // The file is big-endian: with all bytes in reverse, the values are right and in reverse.
  const data = new NumericArray(bytes.slice(header).reverse().buffer).reverse();
  return { data, shape };
}
