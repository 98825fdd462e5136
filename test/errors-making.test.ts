import { initializers, layers, NeuralNetwork, regularizers, sequential } from '../src/index';
import { any, describeBadCalls, x, y } from './support/bad-calls';
import { classifier } from './support/models';

describeBadCalls('impossible models', [
  [
    'hiddenLayers',
    () => new NeuralNetwork(any({ hiddenLayers: [3] }), any(0), any(0)),
    'TypeError ERR_KIND',
    'NeuralNetwork: inputSize must be a number, got { hiddenLayers: [3] }. Write new NeuralNetwork(inputSize, hiddenSize, outputSize, { seed }), for example new NeuralNetwork(2, 4, 1).',
  ],
  [
    'hiddenLayers alone',
    () => Reflect.construct(NeuralNetwork, [{ hiddenLayers: [3] }]),
    'TypeError ERR_KIND',
    'got { hiddenLayers: [3] }. Write new NeuralNetwork(',
  ],
  [
    'no sizes',
    () => Reflect.construct(NeuralNetwork, []),
    'TypeError ERR_KIND',
    'NeuralNetwork: inputSize must be a positive integer, got undefined.',
  ],
  [
    'a size of 0',
    () => new NeuralNetwork(2, 0, 1),
    'RangeError ERR_VALUE',
    'NeuralNetwork: hiddenSize must be a positive integer, got 0.',
  ],
  [
    'a fractional size',
    () => new NeuralNetwork(2, 4, 1.5),
    'RangeError ERR_VALUE',
    'NeuralNetwork: outputSize must be a positive integer, got 1.5.',
  ],
  [
    'a negative size',
    () => layers.dense({ units: -8 }),
    'RangeError ERR_VALUE',
    'dense: units must be a positive integer, got -8.',
  ],
  [
    'no units',
    () => layers.dense(any({})),
    'TypeError ERR_KIND',
    'dense: units must be a positive integer, got undefined.',
  ],
  [
    'an activation',
    () => layers.dense({ units: 1, activation: any('relux') }),
    'RangeError ERR_NAME',
    'dense activation: unknown name "relux". Did you mean "relu"?',
  ],
  [
    'an initializer',
    () => layers.dense({ units: 1, kernelInitializer: any('heUnifrom') }),
    'RangeError ERR_NAME',
    'Did you mean "heUniform"?',
  ],
  [
    'an initializer’s option',
    () => initializers.randomNormal({ stddev: -1 }),
    'RangeError ERR_VALUE',
    'stddev must be a finite number ≥ 0, got -1.',
  ],
  [
    'a regularizer',
    () => layers.dense({ units: 1, kernelRegularizer: any('l3') }),
    'RangeError ERR_NAME',
    'dense kernelRegularizer: unknown name "l3"',
  ],
  [
    'a negative penalty',
    () => regularizers.l2({ l2: -1 }),
    'RangeError ERR_VALUE',
    'l2: l2 must be a finite number ≥ 0, got -1.',
  ],
  [
    'a path as a name',
    () => layers.dense({ units: 1, name: 'a/b' }),
    'RangeError ERR_VALUE',
    'dense: name must be a non-empty string without "/", got "a/b" (string).',
  ],
  [
    'a rate of 1',
    () => layers.dropout({ rate: 1 }),
    'RangeError ERR_VALUE',
    'dropout: rate must be a number in [0, 1), got 1.',
  ],
  [
    'images without flatten',
    () => layers.dense({ units: 1, inputShape: [28, 28] }),
    'RangeError ERR_SHAPE',
    'Put layers.flatten({ inputShape: [28, 28] }) in front, or use inputShape: [784].',
  ],
  [
    'a width of 0',
    () => layers.dense({ units: 1, inputShape: [0] }),
    'RangeError ERR_VALUE',
    'dense: inputShape[0] must be a positive integer, got 0.',
  ],
  [
    'no input shape',
    () => sequential({ layers: [layers.dense({ units: 1 })] }),
    'RangeError ERR_SHAPE',
    'sequential: the first layer (dense) needs inputShape, for example inputShape: [784].',
  ],
  [
    'widths that do not fit',
    () => sequential({ layers: [layers.dense({ units: 5, inputDim: 1 }), layers.dense({ units: 1, inputDim: 4 })] }),
    'RangeError ERR_SHAPE',
    'layer "dense_1": inputShape says 4 values, the layer before gives 5. Drop it.',
  ],
  [
    'two layers of one name',
    () =>
      sequential({
        layers: [layers.dense({ units: 5, inputDim: 1, name: 'a' }), layers.dense({ units: 1, name: 'a' })],
      }),
    'RangeError ERR_NAME',
    'sequential: two layers are called "a".',
  ],
  [
    'a layer that is none',
    () => sequential({ layers: any([{ units: 5 }]) }),
    'TypeError ERR_KIND',
    'sequential: expected a layer, got { units: 5 }. Make one with layers.dense(',
  ],
  [
    'layers that are none',
    () => sequential({ layers: any({}) }),
    'TypeError ERR_KIND',
    'sequential: layers must be a list of layers, got {}.',
  ],
  [
    'layers as the only argument',
    () => sequential(any([layers.dense({ units: 1 })])),
    'TypeError ERR_KIND',
    'sequential: expected an options object such as { layers, seed, dtype }',
  ],
  [
    'no layers',
    () => sequential().compile({ loss: 'mse' }),
    'RangeError ERR_VALUE',
    'sequential: layers is empty, give at least one layer.',
  ],
  [
    'a seed',
    () => sequential({ seed: 1.5 }),
    'RangeError ERR_VALUE',
    'sequential: seed must be an integer in 0…9007199254740991, got 1.5.',
  ],
  [
    'a dtype',
    () => classifier({ dtype: any('float16') }),
    'RangeError ERR_NAME',
    'sequential dtype: unknown name "float16". Did you mean "float32"?',
  ],
  [
    'a backend',
    () => classifier({ backend: any('gpu') }),
    'RangeError ERR_NAME',
    'sequential backend: unknown name "gpu". Valid: "auto", "wasm", "js".',
  ],
  [
    'fit before compile',
    () => classifier().fit(x, y),
    'Error ERR_STATE',
    "fit: the model is not compiled. Call model.compile({ optimizer: 'adam', loss:",
  ],
  [
    'evaluate before compile',
    () => classifier().evaluate(x, y),
    'Error ERR_STATE',
    'evaluate: the model is not compiled.',
  ],
  [
    'a plan before compile',
    () => classifier().plan({ kind: 'train' }),
    'Error ERR_STATE',
    'plan: the model is not compiled.',
  ],
  [
    'nothing to train',
    () => {
      const m = sequential({ layers: [layers.flatten({ inputDim: 4 })] });
      m.compile({ loss: 'mse' });
      return m.fit(x, x);
    },
    'Error ERR_STATE',
    'fit: the model has no weights to train. Add a dense layer.',
  ],
  [
    'too large a model',
    () => sequential({ layers: [layers.dense({ units: 1e6, inputDim: 1e6 })] }).compile({ loss: 'mse' }),
    'RangeError ERR_MEMORY',
    'model: parameters and optimizer state take 3725.3 GiB, the memory holds at most 4.0 GiB, or less on this machine. Use smaller layers.',
  ],
  ['too large a network', () => new NeuralNetwork(1e6, 1e6, 1), 'RangeError ERR_MEMORY', 'Use smaller layers.'],
  [
    'the largest sizes',
    () => new NeuralNetwork(2 ** 53 - 1, 2 ** 53 - 1, 2 ** 53 - 1),
    'RangeError ERR_MEMORY',
    'Use smaller layers.',
  ],
]);
