import { builtin } from '../builtin';
import { describe, fail, failExpected } from '../errors';

/** Where a file's bytes come from: bytes in memory, a Blob or File, a fetch Response, a file path, an address. */
export type FileSource = ArrayBufferLike | ArrayBufferView | Blob | Response | URL | string;

type Arriving = (response: Response) => void;

const hasFiles = () =>
  'Deno' in globalThis || (typeof process === 'object' && typeof process.versions?.node === 'string');

/**
 * The bytes of a source, gzip undone. A string is a path in Node, Deno and Bun and an address relative to the page in
 * browsers; with `http:`, `https:`, `data:`, `blob:` or `file:` in front it is an address everywhere.
 *
 * @param place how messages call the reader: `readIdx`
 * @param hint is added to the message when nothing can be read
 * @param arriving is called with a server's response before it is read
 */
export async function readBytes(
  place: string,
  source: FileSource,
  hint = '',
  arriving?: Arriving,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await rawBytes(place, source, hint, arriving);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? inflate(place, bytes) : bytes;
}

async function rawBytes(
  place: string,
  source: FileSource,
  hint: string,
  arriving?: Arriving,
): Promise<Uint8Array<ArrayBuffer>> {
  const { href, arrayBuffer, byteLength } = Object(source) as Partial<URL & Blob & ArrayBuffer>;
  const name = typeof source === 'string' ? source : href;
  try {
    if (typeof name === 'string') return await readNamed(name, arriving);
    if (typeof arrayBuffer === 'function') return await readBody(source as Blob | Response, arriving);
  } catch (cause) {
    const what = name === undefined ? describe(source) : `"${name.slice(0, 200)}"`;
    fail('ERR_READ', `${place}: cannot read ${what}: ${(cause as Error | undefined)?.message}.${hint}`, cause);
  }
  if (ArrayBuffer.isView(source)) return bytesOf(source.buffer, source.byteOffset, source.byteLength);
  if (typeof byteLength === 'number') return bytesOf(source as ArrayBufferLike);
  failExpected(place, 'bytes, a Blob, a Response, a path or a URL', source);
}

/** A view where that is possible; a copy of shared memory, which browsers' Blob and TextDecoder refuse. */
function bytesOf(buffer: ArrayBufferLike, offset?: number, length?: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(buffer, offset, length);
  return buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
}

async function readNamed(name: string, arriving?: Arriving): Promise<Uint8Array<ArrayBuffer>> {
  if (/^(https?|data|blob):/i.test(name) || !hasFiles()) return readBody(await fetch(name), arriving);
  const fs = await nodeModule<typeof import('node:fs/promises')>('node:fs/promises');
  return new Uint8Array(await fs.readFile(/^file:/i.test(name) ? new URL(name) : name));
}

async function readBody(body: Blob | Response, arriving?: Arriving): Promise<Uint8Array<ArrayBuffer>> {
  if ('ok' in body) {
    if (!body.ok) throw new Error(`the server answered ${body.status}`);
    arriving?.(body);
  }
  return new Uint8Array(await body.arrayBuffer());
}

// The name is a parameter and the comments are there so that no bundler tries to pack Node's modules for a browser. Before
// Node 20.16 there is only `import()`, which Jest refuses in CommonJS.
async function nodeModule<T>(name: string): Promise<T> {
  return builtin<T>(name) ?? import(/* @vite-ignore */ /* webpackIgnore: true */ name);
}

async function inflate(place: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const hasStream = typeof DecompressionStream !== 'undefined';
  if (!hasStream && !hasFiles()) {
    fail('ERR_UNSUPPORTED', `${place}: this browser lacks DecompressionStream. Give the file without gzip.`);
  }
  try {
    if (hasStream) {
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
      return await readBody(new Response(stream));
    }
    // Bun before 1.3.3
    const zlib = await nodeModule<typeof import('node:zlib')>('node:zlib');
    return new Uint8Array(zlib.gunzipSync(bytes));
  } catch (cause) {
    damaged(place, 'the gzip data cannot be inflated', cause);
  }
}

/** Throws that a file is not whole. */
export function damaged(place: string, problem: string, cause?: unknown): never {
  const text = `${place}: ${problem}: it is truncated or damaged. Download the file again.`;
  fail('ERR_FORMAT', text, cause);
}
