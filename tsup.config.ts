import { minify } from '@swc/core';
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/js.ts', 'src/node.ts'],
  format: ['esm', 'cjs'],
  target: 'es2022',
  platform: 'neutral',
  dts: true,
  clean: true,
  sourcemap: true,
  splitting: false,
  treeshake: false, // esbuild has done that; passing through rollup for more costs 0.8 KB of gzip
  plugins: [
    {
      // 4 KB of gzip less than esbuild's minifier, 0.6 less than terser in a tenth of its time.
      name: 'swc',
      async renderChunk(code, { path }) {
        const small = await minify(code, {
          ecma: 2020,
          module: this.format === 'esm',
          compress: { passes: 3, toplevel: true },
          mangle: { toplevel: true },
          sourceMap: true,
        });
        return { code: small.code, map: { ...JSON.parse(small.map ?? '{}'), sources: [path] } };
      },
    },
  ],
  esbuildOptions(options) {
    options.charset = 'utf8';
  },
});
