// `init`: the core compiled ahead, inlined or from a file, and what is wrong with files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { offered } from '../src/backend/offer';
import { init, NeuralNetwork } from '../src/index';

const path = join(import.meta.dirname, '../build/core.wasm');
const core = new Uint8Array(readFileSync(path));
const modules = offered.settings!.modules;
const known = modules[0];
afterEach(() => {
  if (known) modules[0] = known;
  else modules.length = 0;
  delete offered.settings!.workerUrl;
});

/** The smallest module there is. */
const foreign = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

describe('init', () => {
  it.each<[string, () => Parameters<typeof init>[0]]>([
    ['no options', () => undefined],
    ['bytes', () => ({ wasm: core })],
    ['an ArrayBuffer', () => ({ wasm: core.buffer })],
    ['a path', () => ({ wasm: path })],
    ['a URL', () => ({ wasm: pathToFileURL(path) })],
    ['a response', () => ({ wasm: new Response(core) })],
    [
      'a response that says what it is',
      () => ({ wasm: new Response(core, { headers: { 'Content-Type': 'application/wasm' } }) }),
    ],
    ['a promise of a response', () => ({ wasm: Promise.resolve(new Response(core)) })],
    ['a module', () => ({ wasm: new WebAssembly.Module(core) })],
  ])('takes %s', async (_, options) => {
    modules.length = 0;
    expect(await init(options())).toBe('wasm');
    expect(modules[0]).toBeInstanceOf(WebAssembly.Module);
    const { exports } = new WebAssembly.Instance(modules[0]!, {
      env: { memory: new WebAssembly.Memory({ initial: 1, maximum: 65_536 }) },
    });
    expect(Object.keys(exports).sort()).toEqual(['run_f32', 'run_f64']);
    expect(new NeuralNetwork(2, 4, 1).backend).toBe('wasm');
  });

  it.each<[string, () => unknown, string, RegExp]>([
    [
      'a truncated file',
      () => core.subarray(0, 1000),
      'ERR_FORMAT',
      /^init: wasm is not the core of this version of linnet, \d+ bytes, but 1000 others\. Serve the file 'linnet\/wasm'/,
    ],
    [
      'a file with one bit changed',
      () => core.map((byte, i) => (i === 5000 ? byte ^ 1 : byte)),
      'ERR_FORMAT',
      /not the core of this version/,
    ],
    ['another module', () => foreign, 'ERR_FORMAT', /but 8 others/],
    ['another compiled module', () => new WebAssembly.Module(foreign), 'ERR_FORMAT', /exports nothing\. Serve/],
    [
      'a page that says 404',
      () => new Response('<html>', { status: 404 }),
      'ERR_READ',
      /the server answered 404\. Serve the file/,
    ],
    ['a path to nothing', () => 'nowhere/linnet.wasm', 'ERR_READ', /cannot read "nowhere\/linnet.wasm".*ENOENT.*Serve/],
    ['a number', () => 5, 'ERR_KIND', /^init: expected bytes, a Blob, a Response, a path or a URL/],
  ])('refuses %s', async (_, wasm, code, message) => {
    const before = modules[0];
    await expect(init({ wasm: wasm() as Uint8Array })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(modules[0]).toBe(before);
    expect(new NeuralNetwork(2, 4, 1).backend).toBe('wasm'); // the inlined core
  });

  it('compiles a response while it arrives', async () => {
    const streaming = vi.spyOn(WebAssembly, 'compileStreaming');
    const compiling = vi.spyOn(WebAssembly, 'compile');
    await init({ wasm: new Response(core, { headers: { 'Content-Type': 'application/wasm' } }) });
    expect(streaming).toHaveBeenCalledTimes(1);
    expect(compiling).not.toHaveBeenCalled();
    expect(modules[0]).toBe(await streaming.mock.results[0]!.value);
    vi.restoreAllMocks();
  });

  it('compiles a file from an address while it arrives', async () => {
    const streaming = vi.spyOn(WebAssembly, 'compileStreaming');
    await init({ wasm: new URL(`data:application/wasm;base64,${Buffer.from(core).toString('base64')}`) });
    expect(streaming).toHaveBeenCalledTimes(1);
    expect(modules[0]).toBe(await streaming.mock.results[0]!.value);
    vi.restoreAllMocks();
  });

  it.each<[unknown, string, string]>([
    [
      { wsam: core },
      'ERR_OPTION',
      'init: unknown option "wsam". Did you mean "wasm"? Valid: "wasm", "workerUrl", "numerics".',
    ],
    [null, 'ERR_KIND', 'init: expected an options object such as { wasm, workerUrl, numerics }, got null.'],
    [core, 'ERR_KIND', 'init: expected an options object such as { wasm, workerUrl, numerics }, got Uint8Array'],
  ])('refuses options that are none: case %#', async (options, code, message) => {
    await expect(init(options as object)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('changes nothing where the file is refused', async () => {
    await init({ workerUrl: '/before.js' });
    await expect(init({ wasm: foreign, workerUrl: '/after.js' })).rejects.toMatchObject({ code: 'ERR_FORMAT' });
    expect(offered.settings!.workerUrl).toBe('/before.js');
  });

  it('hands on what a promise of a response is rejected with', async () => {
    const reason = new TypeError('fetch failed');
    await expect(init({ wasm: Promise.reject(reason) })).rejects.toBe(reason);
  });

  it('keeps the address of the worker', async () => {
    await init({ workerUrl: '/linnet-worker.js' });
    expect(offered.settings!.workerUrl).toBe('/linnet-worker.js');
  });
});
