import type { BackendName } from './backend/backend';
import type { Offer } from './backend/offer';
import { checkOptions, fail, makeError } from './errors';
import { type FileSource, readBytes } from './formats/source';
import { choice } from './options';

/** `WebAssembly.Module`, where the types of browsers or newer ones of Node are there to tell. */
type Module = typeof globalThis extends { WebAssembly: { Module: new (...bytes: never[]) => infer M } } ? M : never;

/** Options of `init`. */
export interface InitOptions {
  /**
   * The core as a file, `linnet/wasm` in the package, instead of the one inlined in the code: its address (in Node, Deno
   * and Bun also its path), a `fetch` response or a promise of one, its bytes, or a compiled module. What comes from a server
   * is compiled while it arrives.
   */
  readonly wasm?: FileSource | Module | PromiseLike<FileSource | Module>;
  /**
   * `'relaxed'`: dense matrix products of models made from now on fuse each product with its sum, where engine and
   * processor can (x86 with FMA, ARM64), which saves a rounding: 7 to 14 % faster training in V8 from Node 24 on, 12
   * to 17 % slower in Node 22 and in JavaScriptCore, no use for data whose zeros are skipped. Results are as accurate,
   * but no longer the same bits everywhere: they depend on the machine, and differ from strict ones in the last digits
   * (weights after some epochs by about 1e-5). Default `'strict'`.
   */
  readonly numerics?: 'strict' | 'relaxed';
  /** Address of `linnet/worker`, for pages whose content security policy refuses workers from `blob:` addresses. */
  readonly workerUrl?: string | URL;
}

const ADVICE = "Serve the file 'linnet/wasm' of the same version of linnet.";

const STRICT = "init: wasm is the strict core. Leave out either wasm or numerics: 'relaxed'.";

/** What is compiled while it arrives, where the engine does that and the server says that it is WebAssembly. */
const stream = (response: Response): Promise<WebAssembly.Module | undefined> =>
  WebAssembly.compileStreaming?.(response.clone()).catch(() => undefined);

/** The core that was given, or the inlined one, compiled off the main thread where the engine does that. */
async function compile(bytes: Uint8Array<ArrayBuffer>, given?: FileSource): Promise<WebAssembly.Module> {
  let streamed: ReturnType<typeof stream> | undefined;
  if (given !== undefined) {
    const read = await readBytes('init', given, ` ${ADVICE}`, (response) => {
      streamed = stream(response);
    });
    if (read.length !== bytes.length || read.some((byte, i) => byte !== bytes[i])) {
      const what = `init: wasm is not the core of this version of linnet, ${bytes.length} bytes, but ${read.length} others`;
      fail('ERR_FORMAT', `${what}. ${ADVICE}`);
    }
  }
  return (await streamed) ?? WebAssembly.compile(bytes);
}

/** Whether a module has what the core has. Its bytes cannot be had. */
function check(module: WebAssembly.Module): WebAssembly.Module {
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  if (!names.includes('run_f32') || !names.includes('run_f64')) {
    fail('ERR_FORMAT', `init: wasm is a module that exports ${names.join(', ') || 'nothing'}. ${ADVICE}`);
  }
  return module;
}

/**
 * Replaces the core by the relaxed one, for models that are made from now on. Where the engine lacks it numerics stay strict,
 * and models say so.
 */
async function relax(offered: Offer, { modules }: NonNullable<Offer['settings']>): Promise<void> {
  if (modules[2]) return; // it has been asked for before
  const { relaxedBytes } = await import('./backend/relaxed').catch((cause) =>
    fail(
      'ERR_READ',
      `init: the code of relaxed numerics cannot be loaded: ${cause?.message}. Serve relaxed.js beside the bundle.`,
      cause,
    ),
  );
  const own = relaxedBytes(false);
  if (!WebAssembly.validate(own)) {
    offered.note = 'WebAssembly is available, but not relaxed numerics, which this engine lacks';
    return;
  }
  const [one, several] = await Promise.all([own, relaxedBytes(true)].map((bytes) => WebAssembly.compile(bytes)));
  // Models may have been made meanwhile.
  if (modules.length > 0) {
    fail('ERR_STATE', "init: numerics: 'relaxed' must come before the first model, and before any other init.");
  }
  modules.push(one!, several!, several!);
  offered.note = 'WebAssembly is available, with relaxed numerics';
}

/** See `init` in src/readers.ts: this is loaded on first use. */
export async function init(
  offered: Offer,
  options: InitOptions | undefined,
  wasm: Awaited<InitOptions['wasm']>,
): Promise<BackendName> {
  const { workerUrl, numerics = 'strict' } = checkOptions('init', options, ['wasm', 'workerUrl', 'numerics']);
  const relaxed = choice('init', 'numerics', numerics, ['strict', 'relaxed']) === 'relaxed';
  if (relaxed && wasm !== undefined) fail('ERR_OPTION', STRICT);
  const { settings, refusal } = offered;
  if (!settings) {
    if (wasm === undefined) return 'js';
    throw makeError('ERR_UNSUPPORTED', `init: ${refusal}. Leave wasm out, or import 'linnet'.`);
  }
  const { modules, coreBytes } = settings;
  if (typeof WebAssembly === 'undefined') return 'js';
  try {
    const isModule = wasm instanceof WebAssembly.Module;
    if (relaxed) await relax(offered, settings);
    else {
      const module = isModule ? check(wasm) : await compile(coreBytes(false), wasm);
      // Numerics may be relaxed by now: that stays.
      if (modules[2] && wasm !== undefined) fail('ERR_OPTION', STRICT);
      if (!modules[2]) modules[0] = module;
    }
  } catch (error) {
    if ('code' in (error as object)) throw error;
    offered.refusal ??= `WebAssembly refused: ${(error as Error).message}`;
  }
  settings.workerUrl = workerUrl;
  return offered.refusal === undefined ? 'wasm' : 'js';
}
