import { callbacks, layers, losses, optimizers } from '../src/index';
import { any, describeBadCalls, x, y } from './support/bad-calls';
import { forClasses } from './support/models';

const nan = Number.NaN;

describeBadCalls('bad options', [
  [
    'batchSize 0',
    (m) => m.fit(x, y, { batchSize: 0 }),
    'RangeError ERR_VALUE',
    'fit: batchSize must be a positive integer, got 0.',
  ],
  [
    'batchSize −3',
    (m) => m.fitSync(x, y, { batchSize: -3 }),
    'RangeError ERR_VALUE',
    'fitSync: batchSize must be a positive integer, got -3.',
  ],
  [
    'batchSize 2.5',
    (m) => m.evaluate(x, y, { batchSize: 2.5 }),
    'RangeError ERR_VALUE',
    'evaluate: batchSize must be a positive integer, got 2.5.',
  ],
  [
    'batchSize "8"',
    (m) => m.predict(x, { batchSize: any('8') }),
    'TypeError ERR_KIND',
    'predict: batchSize must be a positive integer, got "8" (string).',
  ],
  [
    'batchSize null',
    (m) => m.fit(x, y, { batchSize: any(null) }),
    'TypeError ERR_KIND',
    'fit: batchSize must be a positive integer, got null.',
  ],
  [
    'epochs −1',
    (m) => m.fit(x, y, { epochs: -1 }),
    'RangeError ERR_VALUE',
    'fit: epochs must be an integer in 0…9007199254740991, got -1.',
  ],
  ['epochs NaN', (m) => m.fit(x, y, { epochs: nan }), 'RangeError ERR_VALUE', 'fit: epochs must be an integer'],
  [
    'a misspelt option',
    (m) => m.fit(x, y, any({ batchsize: 8 })),
    'TypeError ERR_OPTION',
    'fit: unknown option "batchsize". Did you mean "batchSize"? Valid: "epochs",',
  ],
  [
    'Keras spelling',
    (m) => m.fit(x, y, any({ validation_split: 0.2 })),
    'TypeError ERR_OPTION',
    'Did you mean "validationSplit"?',
  ],
  [
    'another option',
    (m) => m.predict(x, any({ verbose: 1 })),
    'TypeError ERR_OPTION',
    'predict: unknown option "verbose". Valid: "batchSize", "out".',
  ],
  [
    'options that are none',
    (m) => m.fit(x, y, any(5)),
    'TypeError ERR_KIND',
    'fit: expected an options object such as { epochs, batchSize, validationSplit }, got 5 (number).',
  ],
  ['options null', (m) => m.fit(x, y, any(null)), 'TypeError ERR_KIND', 'fit: expected an options object'],
  [
    'validationSplit 1',
    (m) => m.fit(x, y, { validationSplit: 1 }),
    'RangeError ERR_VALUE',
    'fit: validationSplit must be a number in [0, 1), got 1.',
  ],
  [
    'validationSplit of too few',
    (m) => m.fit(x, y, { validationSplit: 0.99 }),
    'RangeError ERR_VALUE',
    'fit: validationSplit 0.99 of 20 rows leaves 0 to train on and 20 to validate. Give more rows',
  ],
  [
    'shuffle 1',
    (m) => m.fit(x, y, { shuffle: any(1) }),
    'TypeError ERR_KIND',
    'fit: shuffle must be true or false, got 1 (number).',
  ],
  [
    'verbose 3',
    (m) => m.fit(x, y, { verbose: any(3) }),
    'RangeError ERR_VALUE',
    'fit: verbose must be an integer in 0…2, got 3.',
  ],
  [
    'onNonFinite',
    (m) => m.fit(x, y, { onNonFinite: any('thorw') }),
    'RangeError ERR_NAME',
    'fit onNonFinite: unknown name "thorw". Did you mean "throw"?',
  ],
  [
    'a signal that is none',
    (m) => m.fit(x, y, { signal: any({ aborted: true }) }),
    'TypeError ERR_KIND',
    'fit: signal must be an AbortSignal, got { aborted: true }.',
  ],
  [
    'signal null',
    (m) => m.fitSync(x, y, { signal: any(null) }),
    'TypeError ERR_KIND',
    'fitSync: signal must be an AbortSignal, got null.',
  ],
  [
    'a callback that is none',
    (m) => m.fit(x, y, { callbacks: any([null]) }),
    'TypeError ERR_KIND',
    'callbacks: expected an object of functions, got null.',
  ],
  [
    'a callback not called',
    (m) => m.fit(x, y, { callbacks: any(callbacks.earlyStopping) }),
    'TypeError ERR_KIND',
    'got function earlyStopping. Call it: earlyStopping().',
  ],
  [
    'lists of lists',
    (m) => m.fit(x, y, { callbacks: any([[{}]]) }),
    'TypeError ERR_KIND',
    'callbacks: expected an object of functions, got [{}].',
  ],
  [
    'a misspelt callback',
    (m) => m.fit(x, y, { callbacks: any({ onEpochend() {} }) }),
    'TypeError ERR_OPTION',
    'callbacks: unknown option "onEpochend". Did you mean "onEpochEnd"?',
  ],
  [
    'a callback’s value',
    (m) => m.fit(x, y, { callbacks: any({ onEpochEnd: true }) }),
    'TypeError ERR_KIND',
    'callbacks: onEpochEnd must be a function, got true (boolean).',
  ],
  [
    'a monitor without validation',
    (m) => m.fit(x, y, { callbacks: callbacks.earlyStopping() }),
    'RangeError ERR_NAME',
    'earlyStopping monitor: unknown name "val_loss". Valid: "loss", "accuracy". Give fit validationSplit or validationData.',
  ],
  [
    'a misspelt monitor',
    (m) => m.fitSync(x, y, { callbacks: callbacks.earlyStopping({ monitor: any('acuracy') }) }),
    'RangeError ERR_NAME',
    'Did you mean "accuracy"?',
  ],
  [
    'a monitor that is none',
    (m) => m.fit(x, y, { callbacks: callbacks.earlyStopping({ monitor: any(5) }) }),
    'TypeError ERR_KIND',
    'earlyStopping monitor: expected a name, got 5 (number).',
  ],
  [
    'out too short',
    (m) => m.predict(x, { out: new Float32Array(59) }),
    'RangeError ERR_SHAPE',
    'predict: out must be a Float32Array of 60 values (rows · outputs), got Float32Array(59).',
  ],
  [
    'out of another type',
    (m) => m.predict(x, { out: any(new Float64Array(60)) }),
    'TypeError ERR_KIND',
    'predict: out must be a Float32Array of 60 values (rows · outputs), got Float64Array(60).',
  ],
  [
    'a kind of plan',
    (m) => m.plan({ kind: any('trian') }),
    'RangeError ERR_NAME',
    'plan kind: unknown name "trian". Did you mean "train"?',
  ],
]);

describeBadCalls('bad compile options and weights', [
  [
    'an unknown optimizer',
    (m) => m.compile({ ...forClasses, optimizer: any('adma') }),
    'RangeError ERR_NAME',
    'optimizer: unknown name "adma". Did you mean "adam"? Valid: "sgd", "rmsProp"',
  ],
  [
    'an optimizer not called',
    (m) => m.compile({ ...forClasses, optimizer: any(optimizers.sgd) }),
    'TypeError ERR_KIND',
    'optimizer: got a function. Call it, as in sgd(), or give its name.',
  ],
  [
    'a learning rate',
    (m) => m.compile({ ...forClasses, optimizer: optimizers.adam({ learningRate: nan }) }),
    'RangeError ERR_VALUE',
    'adam: learningRate must be a finite number ≥ 0, got NaN.',
  ],
  [
    'an optimizer option',
    () => optimizers.adam(any({ lr: 0.1 })),
    'TypeError ERR_OPTION',
    'adam: unknown option "lr". Did you mean "learningRate"? Valid: "learningRate"',
  ],
  [
    'an unknown loss',
    (m) => m.compile({ loss: any('sparseCategoricalCrossEntropyy') }),
    'RangeError ERR_NAME',
    'Did you mean "sparseCategoricalCrossentropy"?',
  ],
  ['no loss', (m) => m.compile(any({})), 'TypeError ERR_OPTION', "compile: loss is missing, for example loss: 'mse'."],
  ['no options', (m) => m.compile(any(undefined)), 'TypeError ERR_OPTION', 'compile: loss is missing'],
  [
    'a loss option',
    () => losses.binaryCrossentropy(any({ fromLogits: 'yes' })),
    'TypeError ERR_KIND',
    'binaryCrossentropy: fromLogits must be true or false, got "yes" (string).',
  ],
  [
    'an unknown metric',
    (m) => m.compile({ loss: 'mse', metrics: any(['acuracy']) }),
    'RangeError ERR_NAME',
    'metrics: unknown name "acuracy". Did you mean "accuracy"?',
  ],
  [
    'a metric of numbers beside labels',
    (m) => m.compile({ loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy', 'mae'] }),
    'RangeError ERR_VALUE',
    'metrics: mae needs rows of targets, sparseCategoricalCrossentropy has class labels. Leave it out',
  ],
  [
    'metrics as a name',
    (m) => m.compile({ loss: 'mse', metrics: any('accuracy') }),
    'TypeError ERR_KIND',
    'metrics: expected a list such as [\'accuracy\'], got "accuracy" (string).',
  ],
  [
    'weights of another shape',
    (m) => m.setWeights(m.getWeights().reverse()),
    'RangeError ERR_SHAPE',
    'dense/kernel: expected rows of 8 values, got [1, 3].',
  ],
  [
    'weights with the last one wrong',
    (m) => m.setWeights([...m.getWeights().slice(0, 3), [1, 2]]),
    'RangeError ERR_SHAPE',
    'dense_1/bias: expected rows of 3 values, got one dimension of 2',
  ],
  [
    'weights missing',
    (m) => m.setWeights(m.getWeights().slice(1)),
    'RangeError ERR_SHAPE',
    'setWeights: expected a list of 4 matrices, got 3.',
  ],
  [
    'weights with NaN',
    (m) => m.setWeights([...m.getWeights().slice(0, 3), [[1, nan, 2]]]),
    'RangeError ERR_DATA',
    'dense_1/bias[0][1] is NaN. All values must be finite',
  ],
  [
    'weights that are none',
    (m) => m.setWeights(any('zeros')),
    'RangeError ERR_SHAPE',
    'setWeights: expected a list of 4 matrices, got "zeros" (string).',
  ],
  [
    'a layer after use',
    (m) => m.add(layers.dense({ units: 1 })),
    'Error ERR_STATE',
    'add: the model is in use already. Add all layers before compile.',
  ],
]);
