// The core as text: one printable character for each byte, fewer bytes than the module has, and parted so that gzip finds
// the same runs again and again, 2.4 KB less than of the module as it is. scripts/generate.js writes it.

/**
 * Characters that minified JavaScript has most of. In each part of the text they stand for the bytes that there are most
 * of, so that the tables that gzip makes suit all parts, and the code behind them. Which and in what order was found by
 * chance steps that made the bundle smaller: 0.1 KB less than by frequency.
 */
export const FREQUENT = '0(+5)27143=,rt6*98-a:.ceio]shp;l[du/fmbn';

/** Numbers below 256, these first. */
export const inOrder = (first: Iterable<number>): number[] => [...new Set([...first, ...Array(256).keys()])];

/** Before the opcodes of vectors; of them `v128.const`; and, where rules do not hold, before a byte as it is. */
export const [VECTOR, CONSTANT, PLAIN] = [0xfd, 0x0c, 0xff];

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
    const calls = before === 0x10 && byte > 0x23 && byte < 0xf0 && byte >> 1 !== 0x20 && byte >> 1 !== 0x35;
    return calls ? byte ^ 1 : byte;
  };
}

/** The byte that follows an opcode of vectors, else 0: the rest of its number; of loads and stores the alignment. */
export const after = (opcode: number): number => (opcode > 127 ? 1 : opcode === 0x00 || opcode === 0x0b ? 4 : 0);

/** Whether the next byte is the index of a local variable. */
export const takesLocal = (opcode: number): boolean => opcode >= 0x20 && opcode <= 0x22;

/**
 * Where the functions begin among the module's bytes, which they end; and, in the text, to whose front {@link FREQUENT}
 * counts, the code and the constants.
 */
export type Parts = readonly [functions: number, code: number, constants: number];

/**
 * The bytes of the module. Its text has three parts: all indices of local variables; the code without them and without
 * constant vectors of equal lanes; one lane of each of these. In code, what always follows an opcode is left out, and
 * every second function is written as its float32 twin would be. Before each part stand its most frequent bytes, and its
 * characters mean what {@link inOrder} makes of both: the k-th character the k-th byte. All characters are those from
 * U+0020 and U+00A1 on.
 * @param flags where the flags of the module's memory are, if it is to be shared, which is part of the module's type.
 */
export function decode(text: string, [functions, second, third]: Parts, flags = 0): Uint8Array<ArrayBuffer> {
  // A plain loop: `Uint8Array.from` goes through the string's iterator and takes 20 ms when it is run for the first time.
  const all = FREQUENT + text;
  const given = new Uint8Array(all.length);
  for (let i = 0; i < given.length; i++) {
    const character = all.charCodeAt(i);
    given[i] = character < 127 ? character - 32 : character - 66;
  }
  const characters = inOrder(given.subarray(0, FREQUENT.length));
  const part = (from: number, to?: number) => {
    const begin = from + FREQUENT.length;
    const meanings = inOrder(given.subarray(from, begin));
    const byteOf: number[] = [];
    characters.forEach((character, k) => {
      byteOf[character] = meanings[k]!;
    });
    return given.subarray(begin, to).map((character) => byteOf[character]!);
  };
  const locals = part(FREQUENT.length, second);
  const code = part(second, third);
  const constants = part(third);
  const twin = createTwin();
  const bytes = new Uint8Array(4 * given.length);
  let [length, local, at, constant] = [0, 0, 0, 0];
  while (length < functions) bytes[length++] = code[at++]!;
  for (let odd = false; at < code.length; odd = !odd) {
    let size = code[at++]!;
    bytes[length++] = size;
    if (size > 127) {
      const high = code[at++]!;
      bytes[length++] = high;
      size += (high - 1) << 7;
    }
    for (const end = length + size; length < end; ) {
      const before = bytes[length - 1]!;
      if (takesLocal(before)) {
        bytes[length++] = locals[local++]!;
        continue;
      }
      const byte = code[at++]!;
      if (before === VECTOR && byte === PLAIN) {
        bytes[length++] = code[at++]!;
      } else if (before === VECTOR && byte === CONSTANT) {
        const lane = odd ? 8 : 4;
        bytes[length++] = CONSTANT;
        for (let i = 0; i < 16; i++) bytes[length++] = i < lane ? constants[constant++]! : bytes[length - lane - 1]!;
      } else {
        const opcode = odd ? twin(before, byte) : byte;
        bytes[length++] = opcode;
        const more = before === VECTOR && after(opcode);
        if (more) bytes[length++] = more;
      }
    }
  }
  if (flags) bytes[flags] = 3;
  return bytes.slice(0, length);
}
