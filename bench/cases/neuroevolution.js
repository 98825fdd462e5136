// A population of 1,000 networks, 8-16-4, each asked for one row: what a generation of neuro-evolution costs.
import { random } from '../data.js';
import { measure, result } from '../harness.js';
import { build } from '../models.js';
import { variantsFor } from '../variants.js';

const NETWORKS = 1_000;
const WIDTHS = '8-16-4';

export function neuroevolution({ sampling, report }) {
  const next = random(1);
  const inputs = Array.from({ length: NETWORKS }, () => Float32Array.from({ length: 8 }, next));
  const populations = variantsFor().map(({ name, options }) => ({
    name,
    models: inputs.map((_, i) => build(WIDTHS, { ...options, seed: i }, { hidden: 'tanh' })),
  }));
  const out = new Float32Array(4);
  const ways = {
    predict: (model, x) => model.predict(x).data,
    'predict to out': (model, x) => {
      model.predict(x, { out });
      return out;
    },
  };
  for (const [way, ask] of Object.entries(ways)) {
    const runs = measure(
      populations.map(({ name, models }) => ({
        name,
        run: () => models.reduce((sum, model, i) => sum + ask(model, inputs[i])[0], 0),
      })),
      sampling,
    );
    const name = `${NETWORKS.toLocaleString('en')} networks ${WIDTHS}, 1 row, ${way}`;
    report(result({ group: 'prediction', name, unit: 'ms', runs, convert: (t) => t }));
  }
  for (const { models } of populations) for (const model of models) model.dispose();
}
