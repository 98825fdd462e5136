// How a compiled core becomes the text that src/backend/text.ts reads.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import binaryen from 'binaryen';
import { build } from 'esbuild';

/**
 * A module, its functions in a given order: gzip finds more where like is near. Twins of both types stay side by side, as
 * the text needs; those that the order does not know follow, and at last those that have none.
 * @param order names without `assembly/` and type.
 */
export function arrange(bytes, order) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(binaryen.Features.All);
  const place = (name) => {
    const base = baseOf(name);
    const at = order.indexOf(base);
    return base === name ? order.length + 1 : at < 0 ? order.length : at;
  };
  const names = functionNames(module).sort((a, b) => place(a) - place(b)); // by name within a place, as before
  for (const name of names) {
    const { params, results, vars, body } = binaryen.getFunctionInfo(module.getFunction(name));
    module.removeFunction(name);
    module.addFunction(name, params, results, vars, body);
  }
  const arranged = Buffer.from(module.emitBinary());
  module.dispose();
  return arranged;
}

/** A function's name without its type; as it is where it has no twin. */
const baseOf = (name) => name.replace(/^assembly\/(.*)(<f(32|64)>|_f(32|64))$/, '$1');

/** The places in the order of all functions that have a twin. */
export function twins(bytes) {
  const module = binaryen.readBinary(bytes);
  return [
    ...new Set(
      functionNames(module)
        .filter((name) => baseOf(name) !== name)
        .map(baseOf),
    ),
  ];
}

const functionNames = (module) =>
  Array.from({ length: module.getNumFunctions() }, (_, i) => {
    return binaryen.getFunctionInfo(module.getFunctionByIndex(i)).name;
  });

/** Printable characters in order: 95 of ASCII, then those from U+00A1. */
const printable = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i < 95 ? i + 32 : i + 66));

/** The number in LEB128 at a byte of a module, and where it ends. */
function readNumber(bytes, at) {
  const end = at + bytes.subarray(at).findIndex((byte) => byte < 128) + 1;
  return { value: bytes.subarray(at, end).reduceRight((value, byte) => value * 128 + (byte & 127), 0), end };
}

/** Where the first function of a module begins. */
function firstFunction(bytes) {
  let at = 8;
  for (;;) {
    const { value: size, end } = readNumber(bytes, at + 1);
    if (bytes[at] === 10) return readNumber(bytes, end).end;
    at = end + size;
  }
}

/** The three parts that stand for a module's bytes in its text: see decode() in src/backend/text.ts. */
function part(bytes, functions, { createTwin, after, takesLocal, VECTOR, CONSTANT, PLAIN }) {
  const twin = createTwin();
  const locals = [];
  const code = [...bytes.subarray(0, functions)];
  const constants = [];
  for (let at = functions, odd = false; at < bytes.length; odd = !odd) {
    const { value: size, end: begin } = readNumber(bytes, at);
    const end = begin + size;
    code.push(...bytes.subarray(at, begin));
    for (at = begin; at < end; at++) {
      const before = bytes[at - 1];
      const byte = bytes[at];
      if (takesLocal(before)) {
        locals.push(byte);
        continue;
      }
      const lane = odd ? 8 : 4;
      const vector = bytes.subarray(at + 1, Math.min(at + 17, end));
      const repeats = vector.length === 16 && vector.every((value, i) => value === vector[i % lane]);
      const follows = !after(byte) || (at + 1 < end && bytes[at + 1] === after(byte));
      if (before !== VECTOR) {
        code.push(odd ? twin(before, byte) : byte);
      } else if (byte === PLAIN || !follows || (byte === CONSTANT && !repeats)) {
        code.push(PLAIN, byte);
      } else if (byte === CONSTANT) {
        code.push(CONSTANT);
        constants.push(...vector.subarray(0, lane));
        at += 16;
      } else {
        code.push(odd ? twin(before, byte) : byte);
        if (after(byte)) at++;
      }
    }
  }
  return [locals, code, constants];
}

/** Bytes as text, one character each, behind the most frequent ones. */
function asText(bytes, { FREQUENT, inOrder }) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const most = [...counts.keys()].sort((a, b) => counts[b] - counts[a]).slice(0, FREQUENT.length);
  const characters = inOrder(Array.from(FREQUENT, (c) => printable.indexOf(c))).map((place) => printable[place]);
  const meanings = inOrder(most);
  return [...most.map((byte) => printable[byte]), ...bytes.map((byte) => characters[meanings.indexOf(byte)])].join('');
}

/** What src/backend/text.ts exports. */
export async function importReader() {
  const source = join(dirname(fileURLToPath(import.meta.url)), '../src/backend/text.ts');
  const { outputFiles } = await build({ entryPoints: [source], format: 'esm', write: false });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/** A module as text, and where its parts begin. */
export function toText(bytes, reader) {
  const functions = firstFunction(bytes);
  const [locals, code, constants] = part(bytes, functions, reader).map((bytes) => asText(bytes, reader));
  const start = reader.FREQUENT.length + locals.length;
  return { text: locals + code + constants, parts: [functions, start, start + code.length] };
}
