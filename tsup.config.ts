import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/js.ts'],
  format: ['esm', 'cjs'],
  target: 'es2022',
  platform: 'neutral',
  dts: true,
  clean: true,
  sourcemap: true,
  splitting: false,
  treeshake: true,
  minify: true,
  esbuildOptions(options) {
    options.charset = 'utf8';
  },
});
