// MNIST in Keras's five lines. Run it with: node examples/mnist.js FOLDER
import { layers, sequential } from 'linnet';
import { loadIdxFolder } from './support/idx-folder.js';
import { duration } from './support/terminal.js';

const { train, test } = await loadIdxFolder(process.argv[2]);
console.log(`${train.labels.shape[0]} images to train on, ${test.labels.shape[0]} to test with`);
const started = performance.now();

const model = sequential({
  seed: 1,
  layers: [
    layers.rescaling({ scale: 1 / 255, inputShape: [784] }),
    layers.dense({ units: 128, activation: 'relu' }),
    layers.dropout({ rate: 0.2 }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ],
});
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
await model.fit(train.images, train.labels, { epochs: 5, batchSize: 32, verbose: 1 });
const { loss, accuracy } = model.evaluate(test.images, test.labels);

const percent = (100 * accuracy).toFixed(2);
const time = duration(performance.now() - started);
console.log(`\ntest accuracy ${percent} %, loss ${loss.toFixed(4)}, in ${time} from making the model to here`);
