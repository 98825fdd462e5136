// What scripts/generate.js makes twice into src/generated/kernels.ts, once for each dtype.
export * from './math';
export { run } from './run';
export { threefry } from './threefry';
