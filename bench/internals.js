// Kernels are timed one by one, below the public API: this bundles the few internal modules that takes.
import { mkdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = `${root}build/bench/internals.js`;

const contents = `
  export { Reg, Segment } from './assembly/opcodes';
  export { createJsBackend } from './src/backend/js';
  export { viewsOf } from './src/backend/memory';
  export { createWasmBackend } from './src/backend/wasm';
  export { PlanBuilder } from './src/plan/builder';
  export { layoutModel } from './src/plan/layout';
  export { align, bytesPerElement, elements, pad, panelWidth } from './src/plan/tensor';
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
