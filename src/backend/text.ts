// The core as text: one printable character for each byte, fewer bytes than the module has, and parted so that gzip finds
// the same runs again and again, 2.4 KB less than of the module as it is. scripts/generate.js writes it.

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

/** The byte that always follows an opcode of vectors, else 0: the rest of its number; of loads and stores the alignment. */
export const after = (opcode: number): number => (opcode > 127 ? 1 : opcode === 0x00 || opcode === 0x0b ? 4 : 0);

/** Whether the next byte is the index of a local variable. */
export const takesLocal = (opcode: number): boolean => opcode >= 0x20 && opcode <= 0x22;

/** Where parts begin: the functions among the module's bytes, which they end; the code and the constants in its text. */
export interface Parts {
  readonly functions: number;
  readonly code: number;
  readonly constants: number;
}

/**
 * The bytes of the module. Its text begins with the bytes that the characters of ASCII mean, ' ' to '~', as the
 * characters from U+0020 and U+00A1 on in order; the other characters mean the other bytes, in order. Then come all
 * indices of local variables, then the code without them and without constant vectors, then these, of equal lanes one.
 * In code, what always follows an opcode is left out, and every second function is written as its float32 twin would be.
 */
export function decode(text: string, { functions, code, constants }: Parts): Uint8Array<ArrayBuffer> {
  // Plain loops, few calls: this is run once, by an interpreter. `Uint8Array.from` alone would take 20 ms.
  const given = new Uint8Array(text.length);
  for (let i = 0; i < given.length; i++) {
    const place = text.charCodeAt(i);
    given[i] = place < 127 ? place - 32 : place - 66;
  }
  const meanings = [...new Set([...given.subarray(0, ASCII), ...Array(256).keys()])];
  for (let i = 0; i < given.length; i++) given[i] = meanings[given[i]!]!;
  const twin = createTwin();
  const bytes = new Uint8Array(4 * given.length);
  let length = 0;
  let local = ASCII;
  let at = code;
  let constant = constants;
  while (length < functions) bytes[length++] = given[at++]!;
  for (let odd = false; at < constants; odd = !odd) {
    let size = given[at++]!;
    bytes[length++] = size;
    if (size > 127) {
      const high = given[at++]!;
      bytes[length++] = high;
      size += (high - 1) << 7;
    }
    for (const end = length + size; length < end; ) {
      const before = bytes[length - 1]!;
      if (takesLocal(before)) {
        bytes[length++] = given[local++]!;
        continue;
      }
      const byte = given[at++]!;
      if (before === VECTOR && (byte === CONSTANT || byte === WHOLE)) {
        const lane = byte === WHOLE ? 16 : odd ? 8 : 4;
        bytes[length++] = CONSTANT;
        for (let i = 0; i < 16; i++) bytes[length++] = i < lane ? given[constant++]! : bytes[length - lane - 1]!;
      } else {
        const opcode = odd ? twin(before, byte) : byte;
        bytes[length++] = opcode;
        const more = before === VECTOR && after(opcode);
        if (more) bytes[length++] = more;
      }
    }
  }
  return bytes.slice(0, length);
}
