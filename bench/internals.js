// Kernels are timed one by one, below the public API: this bundles the few internal modules that takes.
import { mkdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = `${root}build/bench/internals.js`;

const contents = `
  export { Reg, Segment, Team } from './assembly/opcodes';
  export { createJsBackend } from './src/backend/js';
  export { viewsOf } from './src/backend/memory';
  export { createSharedBackend } from './src/backend/threads';
  export { relaxedBytes } from './src/backend/relaxed';
  export { createWasmBackend, instantiate } from './src/backend/wasm';
  export { buildArchitecture } from './src/compile';
  export { toLabels, toRows } from './src/data/inputs';
  export { Engine } from './src/engine';
  export { layers } from './src/index'; // which also offers the WebAssembly backend
  export { activations } from './src/layers/activations';
  export { emitOptimizer, optimizerStates, parseOptimizer } from './src/optimizers';
  export { PlanBuilder } from './src/plan/builder';
  export { layoutModel } from './src/plan/layout';
  export { writeShares } from './src/plan/meet';
  export { schema } from './src/plan/schema';
  export { align, bytesPerElement, elements, pad, panelWidth } from './src/plan/tensor';
  export { shuffle } from './src/random';
  export { parseCompileOptions } from './src/sequential-options';
`;

/** @returns the internal modules, built from the sources as they are now. */
export async function loadInternals() {
  mkdirSync(`${root}build/bench`, { recursive: true });
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  await build({
    stdin,
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}
