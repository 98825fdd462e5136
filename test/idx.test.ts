import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { type MatrixLike, toLabels, toRows, type VectorLike } from '../src/data/inputs';
import type { IdxData } from '../src/formats/idx';
import { readIdx } from '../src/readers';

/** An IDX file: the header, then each value written big-endian. */
function idx(
  type: number,
  shape: readonly number[],
  width = 1,
  write?: (view: DataView, k: number, at: number) => void,
) {
  const size = shape.reduce((a, b) => a * b, 1);
  const header = 4 + 4 * shape.length;
  const view = new DataView(new ArrayBuffer(header + size * width));
  view.setUint8(2, type);
  view.setUint8(3, shape.length);
  shape.forEach((n, d) => {
    view.setUint32(4 + 4 * d, n);
  });
  for (let k = 0; k < size; k++) write?.(view, k, header + k * width);
  return new Uint8Array(view.buffer);
}
const bytes = (shape: readonly number[]) => idx(8, shape, 1, (view, k, at) => view.setUint8(at, k));
const images = bytes([2, 2, 3]);
const expected = { data: new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), shape: [2, 2, 3] };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linnet-idx-'));
  await writeFile(join(folder, 'images'), images);
  await writeFile(join(folder, 'images.gz'), gzipSync(images));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readIdx', () => {
  it.each<[string, () => Parameters<typeof readIdx>[0]]>([
    ['bytes', () => images],
    ['an ArrayBuffer', () => images.slice().buffer],
    ['a part of a buffer', () => Uint8Array.from([9, ...images, 9]).subarray(1, 1 + images.length)],
    ['a DataView', () => new DataView(images.slice().buffer)],
    ['gzip', () => gzipSync(images)],
    ['a Blob', () => new Blob([images])],
    ['a Response', () => new Response(images)],
    ['a promise of a Response', () => Promise.resolve(new Response(gzipSync(images)))],
    ['a path', () => join(folder, 'images')],
    ['a path to gzip', () => join(folder, 'images.gz')],
    ['a URL', () => pathToFileURL(join(folder, 'images.gz'))],
    ['a file: address', () => pathToFileURL(join(folder, 'images')).href],
    ['a data: address', () => `data:application/octet-stream;base64,${Buffer.from(images).toString('base64')}`],
  ])('reads %s', async (_, source) => {
    expect(await readIdx(source())).toEqual(expected);
  });

  it('reads shared memory, plain and gzip', async () => {
    for (const source of [images, gzipSync(images)]) {
      const shared = new Uint8Array(new SharedArrayBuffer(source.length));
      shared.set(source);
      expect(await readIdx(shared)).toEqual(expected);
      expect(await readIdx(shared.buffer)).toEqual(expected);
    }
  });

  it('copies', async () => {
    const source = images.slice();
    const { data } = await readIdx(source);
    source.fill(77);
    expect(data).toEqual(expected.data);
  });

  it('reads every type, big-endian', async () => {
    const read = async (...file: Parameters<typeof idx>) => (await readIdx(idx(...file))).data;
    expect(await read(9, [3], 1, (v, k, at) => v.setInt8(at, k - 2))).toEqual(new Int8Array([-2, -1, 0]));
    expect(await read(11, [3], 2, (v, k, at) => v.setInt16(at, k * 300 - 300))).toEqual(new Int16Array([-300, 0, 300]));
    expect(await read(12, [2], 4, (v, k, at) => v.setInt32(at, k * 1e6 - 7))).toEqual(new Int32Array([-7, 999993]));
    expect(await read(13, [2], 4, (v, k, at) => v.setFloat32(at, k * 0.5 - 3))).toEqual(new Float32Array([-3, -2.5]));
    expect(await read(14, [2], 8, (v, k, at) => v.setFloat64(at, k * 0.1))).toEqual(new Float64Array([0, 0.1]));
  });

  it('gives direct inputs and labels', async () => {
    const x = await readIdx(bytes([4, 2, 3]));
    const y = await readIdx(bytes([4]));
    expect(toRows('X', x, 6, 'float32')).toMatchObject({ rows: 4, cols: 6 });
    expect(toLabels('y', y, 10, 'float32')).toMatchObject({ data: new Float32Array([0, 1, 2, 3]) });
    expectTypeOf<IdxData>().toExtend<MatrixLike>();
    expectTypeOf<IdxData>().toExtend<VectorLike>();
  });

  const gz = gzipSync(bytes([100, 7, 11]));
  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'got a file that starts with "".'],
    [
      'a web page',
      new TextEncoder().encode('<!DOCTYPE html>'),
      'expected an IDX file, which starts with the bytes 0, 0, type (8…14), number of dimensions, got a file that starts with "<!DO".',
    ],
    ['an unknown type', idx(10, [1]), String.raw`got a file that starts with "\u0000\u0000\n\u0001".`],
    ['no dimensions', new Uint8Array([0, 0, 8, 0]), String.raw`got a file that starts with "\u0000\u0000\b\u0000".`],
    [
      'half a header',
      images.slice(0, 10),
      'the header takes 16 bytes, the file has 10: it is truncated or damaged. Download',
    ],
    ['half the data', images.slice(0, 20), 'shape [2, 2, 3] takes 28 bytes, the file has 20: it is truncated'],
    ['too much data', Uint8Array.from([...images, 0]), 'takes 28 bytes, the file has 29: it is truncated or damaged.'],
    ['an absurd size', new Uint8Array([0, 0, 14, 3, ...new Array<number>(12).fill(255)]), 'it is truncated'],
    [
      'truncated gzip',
      gz.subarray(0, gz.length - 9),
      'readIdx: the gzip data cannot be inflated: it is truncated or damaged.',
    ],
    ['gzip without its end mark', gz.subarray(0, 30), 'truncated or damaged'],
    ['damaged gzip', gz.map((byte, k) => (k === gz.length - 6 ? byte ^ 255 : byte)), 'truncated or damaged'],
  ])('rejects %s', async (_, file, message) => {
    await expect(readIdx(file)).rejects.toThrow(message);
    await expect(readIdx(file)).rejects.toMatchObject({ code: 'ERR_FORMAT' });
    await expect(readIdx(file)).rejects.toBeInstanceOf(RangeError);
  });

  it('says what cannot be read', async () => {
    const missing = join(folder, 'missing.gz');
    await expect(readIdx(missing)).rejects.toMatchObject({ code: 'ERR_READ', cause: { code: 'ENOENT' } });
    await expect(readIdx(missing)).rejects.toThrow(`readIdx: cannot read "${missing}": ENOENT`);
    const answer = new Response('no', { status: 404 });
    await expect(readIdx(answer)).rejects.toThrow('cannot read Response: the server answered 404.');
    const used = new Response(images);
    await used.arrayBuffer();
    await expect(readIdx(used)).rejects.toMatchObject({ code: 'ERR_READ' });
    await expect(readIdx(5 as never)).rejects.toThrow(
      'readIdx: expected bytes, a Blob, a Response, a path or a URL, got 5',
    );
    await expect(readIdx(undefined as never)).rejects.toMatchObject({ code: 'ERR_KIND' });
    await expect(readIdx({} as never)).rejects.toBeInstanceOf(TypeError);
  });

  it('fetches where there are no files, and inflates without DecompressionStream', async () => {
    vi.stubGlobal('DecompressionStream', undefined);
    try {
      expect(await readIdx(gzipSync(images))).toEqual(expected);
      await expect(readIdx(gz.subarray(0, 40))).rejects.toThrow('truncated or damaged');
      vi.stubGlobal('process', undefined);
      vi.stubGlobal('fetch', async (name: string) => new Response(name === 'data/images' ? images : gzipSync(images)));
      expect(await readIdx('data/images')).toEqual(expected);
      await expect(readIdx('data/images.gz')).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' });
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

const mnist = join(import.meta.dirname, '..', '..', 'shared', 'data', 'mnist-10k');
const present = existsSync(mnist);
describe('MNIST', () => {
  it.skipIf(!present)(
    `reads the 10,000 test images${present ? '' : ' (skipped: no ../shared/data/mnist-10k)'}`,
    async () => {
      const images = await readIdx(join(mnist, 't10k-images-idx3-ubyte.gz'));
      const labels = await readIdx(join(mnist, 't10k-labels-idx1-ubyte.gz'));
      expect(images.shape).toEqual([10_000, 28, 28]);
      expect(labels.shape).toEqual([10_000]);
      expect(Array.from(labels.data.subarray(0, 10))).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
      const x = toRows('X', images, 784, 'float32');
      expect(x.rows).toBe(10_000);
      expect(x.data.reduce((a, b) => Math.max(a, b))).toBe(255);
      expect(toLabels('y', labels, 10, 'float32').rows).toBe(10_000);
    },
  );
});
