import type { BackendName } from './backend/backend';
import type { Offer } from './backend/offer';
import { checkOptions, fail, makeError } from './errors';
import { type FileSource, readBytes } from './formats/source';

/** `WebAssembly.Module`, where the types of browsers or newer ones of Node are there to tell. */
type Module = typeof globalThis extends { WebAssembly: { Module: new (...bytes: never[]) => infer M } } ? M : never;

/** Options of `init`. */
export interface InitOptions {
  /**
   * The core as a file, `linnet/wasm` in the package, instead of the one inlined in the code: its address (in Node, Deno
   * and Bun also its path), a `fetch` response or a promise of one (compiled
   * while it arrives), its bytes, or a compiled module.
   */
  readonly wasm?: FileSource | Module | PromiseLike<FileSource | Module>;
  /** Address of `linnet/worker`, for pages whose content security policy refuses workers from `blob:` addresses. */
  readonly workerUrl?: string | URL;
}

const ADVICE = "Serve the file 'linnet/wasm' of the same version of linnet.";

/** What is compiled while it arrives, where the engine does that and the server says that it is WebAssembly. */
const stream = (given: FileSource | undefined): Promise<WebAssembly.Module | undefined> =>
  typeof Response === 'function' && given instanceof Response && typeof WebAssembly.compileStreaming === 'function'
    ? WebAssembly.compileStreaming(given.clone()).catch(() => undefined)
    : Promise.resolve(undefined);

/** The core that was given, or the inlined one, compiled off the main thread where the engine does that. */
async function compile(bytes: Uint8Array<ArrayBuffer>, given?: FileSource): Promise<WebAssembly.Module> {
  const streamed = stream(given);
  if (given !== undefined) {
    const read = await readBytes('init', given, ` ${ADVICE}`);
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

/** See `init` in src/readers.ts: this is loaded on first use. */
export async function init(
  offered: Offer,
  options: InitOptions | undefined,
  wasm: Awaited<InitOptions['wasm']>,
): Promise<BackendName> {
  const { workerUrl } = checkOptions('init', options, ['wasm', 'workerUrl']);
  const { settings, refusal } = offered;
  if (!settings) {
    if (wasm === undefined) return 'js';
    throw makeError('ERR_UNSUPPORTED', `init: ${refusal}. Leave wasm out, or import 'linnet'.`);
  }
  const { modules, coreBytes } = settings;
  if (typeof WebAssembly === 'undefined') return 'js';
  try {
    const isModule = wasm instanceof WebAssembly.Module;
    modules[0] = isModule ? check(wasm) : await compile(coreBytes(false), wasm);
  } catch (error) {
    if (wasm !== undefined && 'code' in (error as object)) throw error;
    offered.refusal ??= `WebAssembly refused: ${(error as Error).message}`;
  }
  settings.workerUrl = workerUrl;
  return offered.refusal === undefined ? 'wasm' : 'js';
}
