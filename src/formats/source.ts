import { describeKind, fail } from '../errors';

/** Where a file's bytes come from: bytes in memory, a Blob or File, a fetch Response, a file path, an address. */
export type FileSource = ArrayBufferLike | ArrayBufferView | Blob | Response | URL | string;

const hasFiles = () =>
  'Deno' in globalThis || (typeof process === 'object' && typeof process.versions?.node === 'string');

/**
 * The bytes of a source, gzip undone. A string is a path in Node, Deno and Bun and an address relative to the page in
 * browsers; with `http:`, `https:`, `data:`, `blob:` or `file:` in front it is an address everywhere.
 *
 * @param place how messages call the reader: `readIdx`
 * @param hint is added to the message when nothing can be read
 */
export async function readBytes(
  place: string,
  source: FileSource | PromiseLike<FileSource>,
  hint = '',
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await rawBytes(place, await source, hint);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? inflate(place, bytes) : bytes;
}

async function rawBytes(place: string, source: FileSource, hint: string): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof source === 'string') return readNamed(place, source, hint);
  if (typeof source === 'object' && source !== null) {
    if (ArrayBuffer.isView(source)) return bytesOf(source.buffer, source.byteOffset, source.byteLength);
    if ('href' in source && typeof source.href === 'string') return readNamed(place, source.href, hint);
    if ('arrayBuffer' in source && typeof source.arrayBuffer === 'function') {
      return readBody(source).catch((cause) => unreadable(place, 'the given object', hint, cause));
    }
    if ('byteLength' in source && typeof source.byteLength === 'number') return bytesOf(source);
  }
  const got = describeKind(source);
  fail(TypeError, 'ERR_KIND', `${place}: expected bytes, a Blob, a Response, a path or a URL, got ${got}.`);
}

/** A view where that is possible; a copy of shared memory, which browsers' Blob and TextDecoder refuse. */
function bytesOf(buffer: ArrayBufferLike, offset = 0, length = buffer.byteLength): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(buffer, offset, length);
  const isShared = Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]';
  return isShared ? new Uint8Array(bytes) : (bytes as Uint8Array<ArrayBuffer>);
}

async function readBody(body: Blob | Response): Promise<Uint8Array<ArrayBuffer>> {
  if ('ok' in body && !body.ok) throw new Error(`the answer of ${body.url || 'the server'} has status ${body.status}`);
  return new Uint8Array(await body.arrayBuffer());
}

async function readNamed(place: string, name: string, hint: string): Promise<Uint8Array<ArrayBuffer>> {
  const scheme = /^([a-z][a-z\d+.-]+):/i.exec(name)?.[1]?.toLowerCase();
  const isAddress = scheme !== undefined && ['http', 'https', 'data', 'blob'].includes(scheme);
  try {
    if (isAddress || !hasFiles()) return await readBody(await fetch(name));
    const fs = await nodeModule<typeof import('node:fs/promises')>('node:fs/promises');
    return new Uint8Array(await fs.readFile(scheme === 'file' ? new URL(name) : name));
  } catch (cause) {
    return unreadable(place, `"${name.slice(0, 200)}"`, hint, cause);
  }
}

function unreadable(place: string, what: string, hint: string, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  fail(Error, 'ERR_READ', `${place}: cannot read ${what}: ${reason}.${hint}`, cause);
}

// The name is a parameter and the comments are there so that no bundler tries to pack Node's modules for a browser.
function nodeModule<T>(name: string): Promise<T> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ name);
}

async function inflate(place: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const hasStream = typeof DecompressionStream !== 'undefined';
  if (!hasStream && !hasFiles()) {
    fail(Error, 'ERR_UNSUPPORTED', `${place}: this browser lacks DecompressionStream. Give the file without gzip.`);
  }
  try {
    if (!hasStream) return await inflateByZlib(bytes);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (cause) {
    fail(RangeError, 'ERR_FORMAT', `${place}: the gzip data is truncated or damaged. Download the file again.`, cause);
  }
}

// Bun before 1.3.3 has no DecompressionStream.
async function inflateByZlib(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const zlib = await nodeModule<typeof import('node:zlib')>('node:zlib');
  return new Uint8Array(zlib.gunzipSync(bytes));
}
