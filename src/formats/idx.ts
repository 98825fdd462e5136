import { fail } from '../errors';
import { type FileSource, readBytes } from './source';

/** The values of an IDX file in row-major order and their sizes: `[60000, 28, 28]` for images, `[60000]` for labels. */
export interface IdxData {
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
  readonly shape: number[];
}

type Get = (view: DataView, at: number) => number;

// Type codes of the format. Numbers are big-endian, whatever the machine.
const types: Record<number, { array: (length: number) => IdxData['data']; get: Get }> = {
  8: { array: (n) => new Uint8Array(n), get: (view, at) => view.getUint8(at) },
  9: { array: (n) => new Int8Array(n), get: (view, at) => view.getInt8(at) },
  11: { array: (n) => new Int16Array(n), get: (view, at) => view.getInt16(at) },
  12: { array: (n) => new Int32Array(n), get: (view, at) => view.getInt32(at) },
  13: { array: (n) => new Float32Array(n), get: (view, at) => view.getFloat32(at) },
  14: { array: (n) => new Float64Array(n), get: (view, at) => view.getFloat64(at) },
};

/**
 * Reads an IDX file, the format of MNIST, Fashion-MNIST, KMNIST and EMNIST; gzip is recognised and undone.
 *
 * The result goes to `fit`, `evaluate` and `predict` as it is: images of 28 × 28 count as rows of 784, a file of labels
 * as class labels. Pixels stay bytes 0…255; scale them in the model by `layers.rescaling({ scale: 1 / 255 })`.
 *
 * @param source bytes, Blob, Response (or a promise of one), file path or URL
 * @throws RangeError (`ERR_FORMAT`) for files that are truncated or something else; Error (`ERR_READ`) for files that
 *   cannot be read.
 *
 * @example
 * const images = await readIdx('train-images-idx3-ubyte.gz'); // { data: Uint8Array(47040000), shape: [60000, 28, 28] }
 * const labels = await readIdx('train-labels-idx1-ubyte.gz'); // { data: Uint8Array(60000), shape: [60000] }
 * await model.fit(images, labels);
 *
 * Format: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits".
 */
export async function readIdx(source: FileSource | PromiseLike<FileSource>): Promise<IdxData> {
  return parseIdx(await readBytes('readIdx', source));
}

function parseIdx(bytes: Uint8Array): IdxData {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = types[bytes[2] ?? 0];
  const rank = bytes[3] ?? 0;
  if (bytes[0] !== 0 || bytes[1] !== 0 || type === undefined || rank === 0) foreign(bytes);
  const header = 4 + 4 * rank;
  if (bytes.length < header) {
    broken(`the header of ${rank} dimensions takes ${header} bytes, the file has ${bytes.length}: it is truncated`);
  }
  const shape = Array.from({ length: rank }, (_, d) => view.getUint32(4 + 4 * d));
  const size = shape.reduce((product, n) => product * n, 1);
  const width = type.array(0).BYTES_PER_ELEMENT;
  const wanted = header + size * width;
  if (bytes.length !== wanted) {
    const state = bytes.length < wanted ? 'it is truncated' : 'something is behind the data';
    broken(`shape [${shape.join(', ')}] takes ${wanted} bytes, the file has ${bytes.length}: ${state}`);
  }
  const data = type.array(size);
  if (data instanceof Uint8Array) data.set(bytes.subarray(header));
  else for (let i = 0; i < size; i++) data[i] = type.get(view, header + i * width);
  return { data, shape };
}

function broken(problem: string): never {
  fail(RangeError, 'ERR_FORMAT', `readIdx: ${problem}. Download the file again.`);
}

function foreign(bytes: Uint8Array): never {
  const start = Array.from(bytes.subarray(0, 4));
  const hex = start.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const text = start.every((byte) => byte >= 32 && byte < 127) ? ` ("${String.fromCharCode(...start)}")` : '';
  const got = start.length ? `a file that starts with ${hex}${text}` : 'an empty file';
  const fix = 'An IDX file starts with 00 00, a type code 08…0e and the number of dimensions.';
  fail(RangeError, 'ERR_FORMAT', `readIdx: expected an IDX file, got ${got}. ${fix}`);
}
