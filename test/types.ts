// Checked by `tsc --noEmit`, never run: what must compile, and (@ts-expect-error) what must not.
import {
  type Callback,
  callbacks,
  type Evaluation,
  type History,
  initializers,
  layers,
  loadModel,
  losses,
  Matrix,
  type ModelJson,
  NeuralNetwork,
  optimizers,
  regularizers,
  type Sequential,
  sequential,
} from '../src/index';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_ extends true>() => {};

const x = [[0, 1]];
const y = [1];

export async function dtypes() {
  const single = sequential();
  const double = sequential({ dtype: 'float64' });
  const network = new NeuralNetwork(2, 4, 1);
  const either = loadModel('{}');
  holds<Equal<typeof single, Sequential<'float32'>>>();
  holds<Equal<typeof double, Sequential<'float64'>>>();
  holds<Equal<typeof either, Sequential<'float32' | 'float64'>>>();

  const p32 = single.predict(x);
  const p64 = double.predict(x);
  holds<Equal<typeof p32, Matrix<'float32'>>>();
  holds<Equal<typeof p64, Matrix<'float64'>>>();
  holds<Equal<typeof p32.data, Float32Array<ArrayBuffer>>>();
  holds<Equal<typeof p64.data, Float64Array<ArrayBuffer>>>();
  holds<Equal<ReturnType<typeof double.getWeights>, Matrix<'float64'>[]>>();
  holds<Equal<typeof network.W1, Matrix<'float64'>>>();
  const small = new NeuralNetwork(2, 4, 1, { dtype: 'float32' });
  holds<Equal<typeof small.W1, Matrix<'float32'>>>();
  holds<Equal<ReturnType<typeof small.predict>, Matrix<'float32'>>>();

  single.predict(x, { out: new Float32Array(2) });
  double.predict(x, { out: new Float64Array(2) });
  // @ts-expect-error the model computes in float32
  single.predict(x, { out: new Float64Array(2) });
  // @ts-expect-error no such type
  sequential({ dtype: 'float16' });
}

export function names() {
  const model = sequential({ seed: 1, backend: 'js', skipZeros: 'auto' });
  for (const optimizer of ['sgd', 'rmsProp', 'adagrad', 'adam', 'adamW'] as const)
    model.compile({ optimizer, loss: 'mse' });
  model.compile({ optimizer: optimizers.sgd({ momentum: 0.9, nesterov: true }), loss: losses.huber({ delta: 2 }) });
  model.compile({ loss: 'binaryCrossentropy', metrics: ['accuracy', 'mae'] });
  // @ts-expect-error misspelt
  model.compile({ optimizer: 'adma', loss: 'mse' });
  // @ts-expect-error misspelt
  model.compile({ loss: 'crossentropy' });
  // @ts-expect-error misspelt
  model.compile({ loss: 'mse', metrics: ['acuracy'] });
  // @ts-expect-error a list
  model.compile({ loss: 'mse', metrics: 'accuracy' });
  // @ts-expect-error a loss is needed
  model.compile({ optimizer: 'adam' });
  // @ts-expect-error not called
  model.compile({ optimizer: optimizers.adam, loss: 'mse' });
  // @ts-expect-error another spelling
  optimizers.adam({ learning_rate: 0.1 });
  // @ts-expect-error sgd has no beta1
  optimizers.sgd({ beta1: 0.9 });
  // @ts-expect-error a number
  optimizers.adam({ learningRate: '0.1' });
  // @ts-expect-error no option of this loss
  losses.huber({ labelSmoothing: 0.1 });
  // @ts-expect-error misspelt
  sequential({ backend: 'wsam' });
  // @ts-expect-error not a way to skip zeros
  sequential({ skipZeros: 'always' });
  // @ts-expect-error unknown
  sequential({ thread: 2 });
}

export function stacks() {
  layers.dense({ units: 3, activation: 'geluTanh', kernelInitializer: 'heNormal', inputShape: [4] });
  layers.dense({
    units: 3,
    kernelInitializer: { randomNormal: { stddev: 0.01 } },
    biasInitializer: initializers.ones(),
  });
  layers.dense({ units: 3, kernelRegularizer: regularizers.l2({ l2: 1e-4 }), biasRegularizer: 'l1' });
  // @ts-expect-error units are needed
  layers.dense({ activation: 'relu' });
  // @ts-expect-error misspelt
  layers.dense({ units: 3, activation: 'rleu' });
  // @ts-expect-error misspelt
  layers.dense({ units: 3, kernelInitializer: 'heNorml' });
  // @ts-expect-error no option of this initializer
  layers.dense({ units: 3, kernelInitializer: { randomNormal: { scale: 1 } } });
  // @ts-expect-error misspelt
  layers.dense({ units: 3, kernelRegularizer: 'l3' });
  // @ts-expect-error a list of sizes
  layers.dense({ units: 3, inputShape: 784 });
  // @ts-expect-error another spelling
  layers.dense({ units: 3, input_shape: [784] });
  // @ts-expect-error a rate is needed
  layers.dropout();
  // @ts-expect-error misspelt
  layers.activation({ activation: 'sigmoidal' });
  // @ts-expect-error not what a factory returns
  sequential({ layers: [{ units: 3 }] });
  // @ts-expect-error options of another library
  new NeuralNetwork({ hiddenLayers: [3] });
  // @ts-expect-error misspelt
  new NeuralNetwork(2, 4, 1, { hiddenActivation: 'sigmod' });
}

export async function fitting(model: Sequential) {
  const result = await model.fit(x, y, { epochs: 2, validationData: [x, y], callbacks: [callbacks.earlyStopping()] });
  holds<Equal<typeof result, History>>();
  holds<Equal<ReturnType<typeof model.fitSync>, History>>();
  holds<Equal<typeof result.history.loss, number[]>>();
  holds<Equal<typeof result.history.val_accuracy, number[] | undefined>>();
  // @ts-expect-error misspelt
  result.history.acuracy;
  // @ts-expect-error read-only
  result.epoch = [];
  const evaluation = model.evaluate(x, y);
  holds<Equal<typeof evaluation, Evaluation>>();
  holds<Equal<typeof evaluation.loss, number>>();
  holds<Equal<typeof evaluation.mae, number | undefined>>();
  // @ts-expect-error validation has its own names in history only
  evaluation.val_loss;
  // @ts-expect-error misspelt
  model.fit(x, y, { batchsize: 3 });
  // @ts-expect-error misspelt
  model.fit(x, y, { onNonFinite: 'thorw' });
  // @ts-expect-error 0, 1 or 2
  model.fit(x, y, { verbose: 3 });
  // @ts-expect-error a pair
  model.fit(x, y, { validationData: [x] });
  // @ts-expect-error strings are no numbers
  model.fit([['1']], y);
  // @ts-expect-error a list of matrices
  model.setWeights(1);
  // @ts-expect-error read-only
  model.seed = 2;
  // @ts-expect-error misspelt
  model.plan({ kind: 'trian' });
  const json = model.toJSON();
  holds<Equal<typeof json, ModelJson>>();
}

export function calling(model: Sequential) {
  const callback: Callback = {
    onTrainBegin: ({ names }) => names.includes('val_loss'),
    async onEpochEnd(epoch, logs, training) {
      holds<Equal<typeof epoch, number>>();
      holds<Equal<typeof logs.loss, number>>();
      holds<Equal<typeof logs.val_accuracy, number | undefined>>();
      // @ts-expect-error misspelt
      logs.acuracy;
      const restore = training.saveWeights();
      restore();
      training.stop();
    },
    onTrainEnd(logs) {
      holds<Equal<typeof logs.loss, number | undefined>>();
    },
  };
  model.fitSync(x, y, { callbacks: callback });
  // @ts-expect-error misspelt
  model.fitSync(x, y, { callbacks: { onEpochend() {} } });
  callbacks.earlyStopping({ monitor: 'val_accuracy', mode: 'max' });
  // @ts-expect-error misspelt
  callbacks.earlyStopping({ monitor: 'val_acuracy' });
  // @ts-expect-error misspelt
  callbacks.earlyStopping({ mode: 'maximum' });
}

export function matrices() {
  const bytes = Matrix.from({ data: new Uint8Array(4), shape: [2, 2] });
  holds<Equal<typeof bytes, Matrix<'float32'>>>();
  const doubles = Matrix.from({ data: new Float64Array(4), shape: [2, 2] });
  holds<Equal<typeof doubles, Matrix<'float64'>>>();
  const wanted = Matrix.from([[1]], { dtype: 'float64' });
  holds<Equal<typeof wanted, Matrix<'float64'>>>();
  const rounded = doubles.round();
  holds<Equal<typeof rounded, Matrix<'float64'>>>();
  holds<Equal<ReturnType<typeof doubles.argMax>, number[]>>();
  // @ts-expect-error 0 or 1
  doubles.argMax(2);
  // @ts-expect-error to change weights, assign
  new NeuralNetwork(2, 4, 1).z1 = doubles;
  const network = new NeuralNetwork(2, 4, 1);
  network.W1 = [
    [1, 2, 3, 4],
    [1, 2, 3, 4],
  ];
  network.b1 = new Float32Array(4);
  // @ts-expect-error one of several options is misspelt
  network.train([[1, 2]], [[1]], { epochs: 5, learningrate: 0.1 });
}
