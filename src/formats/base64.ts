import { describe, fail } from '../errors';
import type { DType, FloatArray } from '../matrix';
import { floatArrays } from '../plan/layout';

// A multiple of 3, so that only the last piece is padded, and no more arguments than a call may have.
const PIECE = 3072;

/**
 * The bytes of values as base64 (RFC 4648 §4, with padding). They are little-endian: the library runs nowhere else.
 *
 * @example
 * toBase64(new Float32Array([1])); // 'AACAPw=='
 */
export function toBase64(values: ArrayBufferView): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = '';
  for (let k = 0; k < bytes.length; k += PIECE) {
    // `apply` reads typed arrays at once; `...` goes through their iterator, four times slower.
    text += btoa(String.fromCharCode.apply(null, bytes.subarray(k, k + PIECE) as never));
  }
  return text;
}

/**
 * The values back from the text of {@link toBase64}, in a fresh array.
 *
 * @param place how messages call the text: `weights of "dense_1"`
 * @param text exactly what {@link toBase64} writes: no line breaks, padded, no stray bits
 * @param length the number of values there must be
 * @throws RangeError when `text` is anything else.
 *
 * @example
 * fromBase64('weights', 'AACAPw==', 'float32', 1); // Float32Array [1]
 */
export function fromBase64<D extends DType>(place: string, text: string, dtype: D, length: number): FloatArray<D> {
  const values = new floatArrays[dtype](length);
  const bytes = new Uint8Array(values.buffer);
  try {
    const characters = atob(text);
    for (let k = 0; k < bytes.length; k++) bytes[k] = characters.charCodeAt(k);
  } catch {
    // not base64: the text differs from that of the zeros in `values`
  }
  if (toBase64(values) !== text) {
    const got = `${text.length} characters: ${describe(text)}`;
    fail('ERR_FORMAT', `${place}: expected ${length} ${dtype} values in base64, got ${got}.`);
  }
  return values as FloatArray<D>;
}
