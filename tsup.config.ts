import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { arrangeFunctions } from './scripts/arrange.js';
import { mangling } from './scripts/mangle.js';
import { minify } from './scripts/minify.js';
import { bundle } from './scripts/order.js';
import { shortPrivates } from './scripts/privates.js';

type Plugins = NonNullable<Options['plugins']>;
type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const swc = (inline: 0 | 2): Plugins[number] => ({
  name: 'swc',
  async renderChunk(code, { path }) {
    const small = await minify(code, { module: this.format === 'esm', inline });
    return { code: small.code, map: { ...JSON.parse(small.map ?? '{}'), sources: [path] } };
  },
});

/** Short private names. */
const privates: Plugins[number] = {
  name: 'privates',
  renderChunk: async (code, { path }) => shortPrivates(code, path),
};

/** Functions in an order that suits gzip. */
const arranged: Plugins[number] = {
  name: 'arranged',
  async renderChunk(code, { path }) {
    const { LINNET_TUNE: file } = process.env; // scripts/tune.js wants it as it was
    if (file && path.endsWith('index.js')) await writeFile(file, code);
    return arrangeFunctions(code, path, bundle);
  },
};

/** What is imported dynamically, and the files that it comes to be in. */
const chunks: Readonly<Record<string, string>> = {
  './files': 'files',
  './crew': 'threads',
  './backend/relaxed': 'relaxed',
};

const shared: Options = {
  format: ['esm', 'cjs'],
  target: 'es2022',
  platform: 'neutral',
  sourcemap: true,
  splitting: false,
  treeshake: false, // esbuild has done that; passing through rollup for more costs 0.8 KB of gzip
};

/** What is imported dynamically stays a file of its own, found beside the bundle. */
const lazily: Plugin = {
  name: 'lazy',
  setup(build) {
    const extension = build.initialOptions.format === 'cjs' ? 'cjs' : 'js';
    build.onResolve({ filter: /^\.\// }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./${chunks[path]}.${extension}`, external: true } : undefined,
    );
  },
};

/** Imports of src/index.ts for the sake of order stay, though nothing has side effects. */
const inOrder: Plugin = {
  name: 'in order',
  setup(build) {
    build.onResolve({ filter: /^\.\/backend\// }, ({ path, importer, resolveDir }) =>
      importer.endsWith('index.ts') ? { path: join(resolveDir, `${path}.ts`), sideEffects: true } : undefined,
    );
  },
};

/** Bundles without WebAssembly. */
const withoutWasm: Plugin = {
  name: 'without WebAssembly',
  setup(build) {
    build.onLoad({ filter: /backend[\\/]offer\.ts$/ }, () => ({
      contents: `export const offered = { refusal: "this is the build without WebAssembly ('linnet/js')" };`,
    }));
  },
};

const lazy = { files: 'src/files.ts', threads: 'src/backend/crew.ts', relaxed: 'src/backend/relaxed.ts' };
const others = ['src/js.ts', 'src/node.ts'];

export default defineConfig(async (): Promise<Options[]> => {
  const short = await mangling('src/index.ts', ...others, ...Object.values(lazy));
  const bundles: Options = {
    ...shared,
    plugins: [swc(2)],
    esbuildPlugins: [lazily],
    esbuildOptions(options, { format }) {
      Object.assign(options, short, { charset: 'utf8' });
      // `require` in CommonJS: Jest, for one, refuses `import()` there.
      if (format === 'cjs') options.supported = { ...options.supported, 'dynamic-import': false };
    },
  };
  return [
    {
      ...bundles,
      plugins: [arranged, swc(2), privates],
      entry: ['src/index.ts'],
      esbuildPlugins: [lazily, inOrder],
      dts: { entry: ['src/index.ts', ...others], banner: '/// <reference lib="esnext.disposable" />' },
      clean: true,
    },
    { ...bundles, plugins: [arranged, swc(2), privates], entry: others, esbuildPlugins: [lazily, withoutWasm] },
    // All in one file, for CDNs.
    { ...bundles, entry: { standalone: 'src/index.ts' }, format: ['esm'], esbuildPlugins: [inOrder] },
    {
      ...shared,
      entry: { worker: 'src/worker.ts' },
      format: ['esm'],
      plugins: [swc(0)],
      async onSuccess() {
        await copyFile('build/core.wasm', 'dist/linnet.wasm');
      },
    },
    // Without inlining, which would lose the comments that keep bundlers from packing Node's modules for a browser.
    {
      ...shared,
      entry: lazy,
      plugins: [swc(0)],
      esbuildPlugins: [lazily],
      esbuildOptions: (options) => Object.assign(options, short),
    },
  ];
});
