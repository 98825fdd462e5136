// Long training meets numbers so small that processors take many times as long over them. They are swept away in time,
// on every optimizer's state, and the same on both backends.
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../src/formats/base64';
import { layers, type OptimizerInput, optimizers, type Sequential, sequential } from '../src/index';

const SMALLEST = 2 ** -126;
const isDenormal = (x: number) => x !== 0 && Math.abs(x) < SMALLEST;

/** The optimizer's states of the first kernel, [inputs, units] row by row. */
function states(model: Sequential): Float32Array[] {
  const { params, dtype } = model.toJSON();
  return params[0]!.states.map((text) => fromBase64('state', text, dtype, 3 * 8) as Float32Array);
}

function trained(backend: 'wasm' | 'js', optimizer: OptimizerInput) {
  const model = sequential({
    seed: 3,
    backend,
    layers: [layers.dense({ units: 8, activation: 'tanh', inputShape: [3] }), layers.dense({ units: 1 })],
  });
  model.compile({ optimizer, loss: 'mse' });
  // The third input is there for a while, then never again: what was remembered of its gradients fades.
  model.fitSync([[0.5, -1, 2]], [[1]], { epochs: 3, shuffle: false });
  const before = states(model);
  let denormals = 0;
  let faded = 0;
  for (let round = 0; round < 50; round++) {
    model.fitSync([[0.5, -1, 0]], [[1]], { epochs: 512, shuffle: false });
    for (const state of states(model)) {
      denormals += state.filter(isDenormal).length;
      faded += state.subarray(16).filter((x) => x === 0).length;
    }
  }
  return { before, denormals, faded, file: JSON.stringify(model) };
}

describe.each<[string, OptimizerInput, number]>([
  ['momentum', optimizers.sgd({ momentum: 0.9, learningRate: 0.01 }), 1],
  ['rmsProp', optimizers.rmsProp({ rho: 0.9, momentum: 0.9, centered: true }), 3],
  ['adam', optimizers.adam({ beta2: 0.99 }), 2],
  ['adamW', optimizers.adamW({ beta2: 0.99 }), 2],
])('%s', (_, optimizer, count) => {
  test('ends with zeros, not with denormals, after 25,600 steps, with the same bits on both backends', () => {
    const [wasm, js] = (['wasm', 'js'] as const).map((backend) => trained(backend, optimizer));
    expect(wasm!.before).toHaveLength(count);
    for (const state of wasm!.before) expect(Math.min(...state.subarray(16).map(Math.abs))).toBeGreaterThan(0);
    // Without the sweep they would have passed through the denormals: 0.99 to the power of 25,600 is 1e-111.
    expect(wasm!.faded).toBeGreaterThan(0);
    expect(wasm!.denormals).toBe(0);
    expect(js).toEqual(wasm);
  });
});

test.each(['wasm', 'js'] as const)('on %s a saturated network passes on deltas of 0, none that are tiny', (backend) => {
  const model = sequential({
    seed: 1,
    backend,
    layers: [
      layers.dense({ units: 6, activation: 'sigmoid', inputShape: [2] }),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
  });
  model.compile({ optimizer: optimizers.sgd({ learningRate: 1, momentum: 0.5 }), loss: 'mse' });
  // sigmoid(−80) = 1.8e-35, and so is its derivative.
  const shapes = model.getWeights().map(({ data, shape }) => ({ data, shape: [...shape] }));
  model.setWeights(shapes.map(({ data, shape }, i) => ({ data: data.map(() => (i === 0 ? -40 : 0.5)), shape })));
  model.fitSync([[1, 1]], [[0.1]], { epochs: 10 });
  const [hidden, , output] = model
    .toJSON()
    .params.map(({ name, states, shape }) => [...fromBase64(name, states[0]!, 'float32', shape[0]! * (shape[1] ?? 1))]);
  expect(hidden!.every((x) => x === 0)).toBe(true); // nothing came through
  expect(output!.every((x) => Math.abs(x) > 0)).toBe(true); // 1.8e-35 is what these weights are multiplied by
});
