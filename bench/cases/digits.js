// Handwritten digits of 8 × 8 pixels: 64-64-10, dropout, Adam, batches of 32.
import { layers, sequential } from 'linnet';
import { loadDigits } from '../data.js';
import { measureEpochs, result } from '../harness.js';

export async function digits({ rounds, report, note }) {
  const { x, y, rows } = await loadDigits();
  const variants = ['wasm', 'js'].map((backend) => ({
    name: backend,
    fit(callbacks) {
      const model = sequential({
        seed: 1,
        backend,
        layers: [
          layers.dense({ units: 64, activation: 'relu', inputShape: [64] }),
          layers.dropout({ rate: 0.2 }),
          layers.dense({ units: 10, activation: 'softmax' }),
        ],
      });
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
      return model.fit(x, y, { epochs: 1 + 4 * rounds, batchSize: 32, callbacks });
    },
  }));
  note(`digits: ${rows.toLocaleString('en')} rows of UCI handwritten digits, dropout, Adam`);
  const runs = await measureEpochs(variants);
  const name = 'digits 64-64-10, batch 32, an epoch';
  report(result({ group: 'training', name, unit: 'ms', runs, convert: (t) => t }));
}
