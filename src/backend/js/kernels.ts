// What scripts/generate.js makes twice into src/generated/kernels.ts, once for each dtype.
export * from './math';
// Not called from outside: that it could be keeps minifiers from moving it into the loop that calls it, where V8 sometimes
// compiles it badly (products at a quarter of their speed after other models had run, 8 of 8 times on Node 20).
export { block } from './matmul';
export { run } from './run';
export { threefry } from './threefry';
