/**
 * Neural networks at native speed, with no native code. `linnet/js` exports the same without WebAssembly.
 * @module linnet
 */
// biome-ignore-all assist/source/organizeImports: the order of the bundle, which gzip minds: the core's text, kernels, all else
import './backend/wasm';
import './backend/select';
export * from './api';
