// The core as text: one printable character for each byte, and less of them than the module has, written so that gzip
// finds much the same again and again. scripts/generate.js writes it.

/** How many characters of ASCII are printable. */
const ASCII = 95;

/** Before the opcodes of vectors, and of them `v128.const`; `WHOLE` takes its place where all 16 bytes follow. */
export const [VECTOR, CONSTANT, WHOLE] = [0xfd, 0x0c, 0xff];

/**
 * Opcodes of f32x4 that those of f64x2 follow in the same order: the first one, and how many there are. Arithmetic,
 * comparisons, splat.
 */
const families = [
  [0xe0, 12],
  [0x41, 6],
  [0x13, 1],
] as const;

/**
 * Gives a function that turns a byte of a float32 function into the one that its float64 twin has there, and back. Twins
 * lie side by side; with the same opcodes and callees, gzip takes the second one for a copy.
 */
export function createTwin(): (before: number, byte: number) => number {
  const twin = Uint8Array.from({ length: 256 }, (_, opcode) => opcode);
  for (const [first, count] of families) {
    for (let opcode = first; opcode < first + count; opcode++) {
      twin[opcode] = opcode + count;
      twin[opcode + count] = opcode;
    }
  }
  return (before, byte) => {
    if (before === VECTOR) return twin[byte]!;
    // After the opcode of a call: the function's twin is its neighbour. What is left out follows 0x10 as a number.
    return before === 0x10 && byte > 0x23 && byte < 0xf0 && byte >> 1 !== 0x35 ? byte ^ 1 : byte;
  };
}

/**
 * The bytes of the module. Its text begins with the bytes that the characters of ASCII mean, ' ' to '~', as the
 * characters from U+0020 and U+00A1 on in order; the other characters mean the other bytes, in order. Of a constant
 * vector's equal lanes there is one. Every second function is written as its float32 twin would be.
 * @param first where the first function begins; they are the last thing in a module.
 */
export function decode(text: string, first: number): Uint8Array<ArrayBuffer> {
  // Plain loops and no calls: this is run once, by an interpreter. `Uint8Array.from` alone would take 20 ms.
  const given = new Uint8Array(text.length);
  for (let i = 0; i < given.length; i++) {
    const code = text.charCodeAt(i);
    given[i] = code < 127 ? code - 32 : code - 66;
  }
  const meanings = [...new Set([...given.subarray(0, ASCII), ...Array(256).keys()])];
  for (let i = 0; i < given.length; i++) given[i] = meanings[given[i]!]!;
  const twin = createTwin();
  const bytes = new Uint8Array(4 * given.length);
  let at = ASCII;
  let length = 0;
  while (length < first) bytes[length++] = given[at++]!;
  for (let odd = false; at < given.length; odd = !odd) {
    let size = given[at++]!;
    bytes[length++] = size;
    if (size > 127) {
      const high = given[at++]!;
      bytes[length++] = high;
      size += (high - 1) << 7;
    }
    const lane = odd ? 8 : 4;
    for (const end = length + size; length < end; ) {
      const before = bytes[length - 1]!;
      const byte = given[at++]!;
      if (before === VECTOR && (byte === CONSTANT || byte === WHOLE)) {
        const fresh = byte === WHOLE ? 16 : lane;
        bytes[length++] = CONSTANT;
        for (let i = 0; i < 16; i++) bytes[length++] = i < fresh ? given[at++]! : bytes[length - fresh - 1]!;
      } else {
        bytes[length++] = odd ? twin(before, byte) : byte;
      }
    }
  }
  return bytes.slice(0, length);
}
