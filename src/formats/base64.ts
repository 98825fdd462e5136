import { describe, describeKind, fail } from '../errors';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES = Uint8Array.from(ALPHABET, (c) => c.charCodeAt(0));
const PAD = 61; // '='
const INVALID = 64;
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = ALPHABET.indexOf(String.fromCharCode(code));
  return value < 0 ? INVALID : value;
});

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
};

/** Types of values that can be written as text. */
export type Base64Type = keyof typeof arrays;

type ArrayOf<T extends Base64Type> = InstanceType<(typeof arrays)[T]>;

/**
 * The values' little-endian bytes as base64 (RFC 4648 §4, with padding); the same text on every machine.
 *
 * @param littleEndian the byte order of `values`; only tests give it
 *
 * @example
 * toBase64(new Float32Array([1])); // 'AACAPw=='
 */
export function toBase64(values: ArrayOf<Base64Type>, littleEndian = LITTLE_ENDIAN): string {
  const own = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bytes = littleEndian ? own : swapBytes(own.slice(), values.BYTES_PER_ELEMENT);
  const whole = bytes.length - (bytes.length % 3);
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let t = 0;
  for (let k = 0; k < whole; k += 3) {
    const bits = (bytes[k]! << 16) | (bytes[k + 1]! << 8) | bytes[k + 2]!;
    text[t++] = CODES[bits >> 18]!;
    text[t++] = CODES[(bits >> 12) & 63]!;
    text[t++] = CODES[(bits >> 6) & 63]!;
    text[t++] = CODES[bits & 63]!;
  }
  if (whole < bytes.length) {
    const two = whole + 2 === bytes.length;
    const bits = (bytes[whole]! << 16) | (two ? bytes[whole + 1]! << 8 : 0);
    text.set([CODES[bits >> 18]!, CODES[(bits >> 12) & 63]!, two ? CODES[(bits >> 6) & 63]! : PAD, PAD], t);
  }
  return new TextDecoder().decode(text);
}

/**
 * The values back from the text of {@link toBase64}, in a fresh array.
 *
 * @param place how messages call the text: `weights of "dense_1"`
 * @param text strict base64: no line breaks, padded, no stray bits
 * @param type what the bytes are
 * @param length the number of values there must be
 * @param littleEndian the byte order of the result; only tests give it
 * @throws TypeError when `text` is no string, RangeError when it is not base64 or holds another number of values.
 *
 * @example
 * fromBase64('weights', 'AACAPw==', 'float32', 1); // Float32Array [1]
 */
export function fromBase64<T extends Base64Type>(
  place: string,
  text: unknown,
  type: T,
  length?: number,
  littleEndian = LITTLE_ENDIAN,
): ArrayOf<T> {
  if (typeof text !== 'string')
    fail(TypeError, 'ERR_KIND', `${place}: expected base64 text, got ${describeKind(text)}.`);
  const bytes = decode(place, text);
  const size = arrays[type].BYTES_PER_ELEMENT;
  const wanted = length === undefined ? Math.floor(bytes.length / size) * size : length * size;
  if (bytes.length !== wanted) {
    const expected = length === undefined ? `a multiple of ${size}` : `${wanted} (${length} ${type} values)`;
    fail(RangeError, 'ERR_FORMAT', `${place}: expected ${expected} bytes, got ${bytes.length}.`);
  }
  if (!littleEndian) swapBytes(bytes, size);
  return new arrays[type](bytes.buffer) as ArrayOf<T>;
}

function decode(place: string, text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 !== 0) {
    const message = `${place}: base64 text has a length that is a multiple of 4, got ${text.length}: it is truncated.`;
    fail(RangeError, 'ERR_FORMAT', message);
  }
  const pads = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - pads);
  const valueAt = (k: number) => VALUES[text.charCodeAt(k)] ?? INVALID;
  const whole = text.length - (pads > 0 ? 4 : 0);
  let b = 0;
  for (let k = 0; k < whole; k += 4) {
    const [v0, v1, v2, v3] = [valueAt(k), valueAt(k + 1), valueAt(k + 2), valueAt(k + 3)];
    if ((v0 | v1 | v2 | v3) >= INVALID) failCharacter(place, text, k, k + 4);
    bytes[b++] = (v0 << 2) | (v1 >> 4);
    bytes[b++] = (v1 << 4) | (v2 >> 2);
    bytes[b++] = (v2 << 6) | v3;
  }
  if (pads > 0) {
    const last = [valueAt(whole), valueAt(whole + 1), pads === 1 ? valueAt(whole + 2) : 0] as const;
    if ((last[0] | last[1] | last[2]) >= INVALID) failCharacter(place, text, whole, text.length - pads);
    const bits = (last[0] << 18) | (last[1] << 12) | (last[2] << 6);
    if ((bits & (pads === 1 ? 0xff : 0xffff)) !== 0) {
      fail(
        RangeError,
        'ERR_FORMAT',
        `${place}: the last character before the padding holds stray bits: it is corrupted.`,
      );
    }
    bytes[b++] = bits >> 16;
    if (pads === 1) bytes[b] = (bits >> 8) & 0xff;
  }
  return bytes;
}

function failCharacter(place: string, text: string, from: number, to: number): never {
  for (let k = from; k < to; k++) {
    if ((VALUES[text.charCodeAt(k)] ?? INVALID) < INVALID) continue;
    fail(RangeError, 'ERR_FORMAT', `${place}: character ${k} is ${describe(text[k])}, which base64 does not use.`);
  }
  throw new Error('unreachable: the caller saw a bad character');
}

/** Reverses the bytes of every value in place. */
function swapBytes(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (size > 1) for (let k = 0; k < bytes.length; k += size) bytes.subarray(k, k + size).reverse();
  return bytes;
}
