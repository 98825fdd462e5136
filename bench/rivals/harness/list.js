// Whom linnet is compared with, and in what.

/**
 * @typedef {object} Rival
 * @property {string} name
 * @property {string} file in rivals/; ends with .js or .py.
 * @property {string[]} [args] before the number of threads.
 * @property {string} [npm] the package whose version is shown, and which must be there.
 * @property {Record<string, number>} works kinds of work, and the most threads for each.
 */

/** @type {Rival[]} */
export const rivals = [
  { name: 'NumPy', file: 'numpy_openblas.py', works: { xor: 1, train: Infinity, matmul: Infinity } },
  { name: 'PyTorch', file: 'pytorch.py', works: { train: Infinity, predict: Infinity } },
  { name: 'scikit-learn', file: 'scikit_learn.py', works: { train: Infinity } },
  {
    name: 'TensorFlow.js wasm',
    file: 'tfjs.js',
    args: ['wasm'],
    npm: '@tensorflow/tfjs-backend-wasm',
    works: { train: 1, predict: 1, matmul: 1 },
  },
  {
    name: 'TensorFlow.js cpu',
    file: 'tfjs.js',
    args: ['cpu'],
    npm: '@tensorflow/tfjs',
    works: { train: 1, predict: 1, matmul: 1 },
  },
  { name: 'jax-js', file: 'jax-js.js', npm: '@jax-js/jax', works: { train: 1, predict: 1, matmul: 1 } },
  { name: 'ONNX Runtime Web', file: 'onnxruntime.js', npm: 'onnxruntime-web', works: { predict: Infinity } },
  { name: 'brain.js', file: 'brain.js', npm: 'brain.js', works: { xor: 1 } },
  { name: 'ConvNetJS', file: 'convnetjs.js', npm: 'convnetjs', works: { xor: 1 } },
  { name: 'ml-fnn', file: 'ml-fnn.js', npm: 'ml-fnn', works: { xor: 1 } },
  { name: 'synaptic', file: 'synaptic.js', npm: 'synaptic', works: { xor: 1 } },
];
