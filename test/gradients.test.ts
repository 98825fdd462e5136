// Gradients in float64 against central differences of the loss: of every layer and activation with every loss, alone and
// in chains, fused and plain, on both backends.
import { describe, expect, it } from 'vitest';
import { type DenseOptions, layers, losses, optimizers, regularizers } from '../src/index';
import { type ActivationName, activationNames } from '../src/layers/activations';
import type { Layer } from '../src/layers/layer';
import type { Loss } from '../src/losses';
import { gradientError } from './support/finite-difference';
import { drawTargets, identity, join, worstError } from './support/gradients';
import { matrix, Probe, type ProbeOptions, rowsOf, uniforms } from './support/probe';

/** Relative to the norm of the gradient; the worst case measures 2.5e-8. */
const TOLERANCE = 1e-7;
const { dense, activation, dropout, flatten, rescaling } = layers;

const lossVariants: Record<string, Loss> = {
  meanSquaredError: losses.meanSquaredError(),
  meanAbsoluteError: losses.meanAbsoluteError(),
  huber: losses.huber(),
  'huber, delta 0.3': losses.huber({ delta: 0.3 }),
  binaryCrossentropy: losses.binaryCrossentropy(),
  'binaryCrossentropy, smoothed': losses.binaryCrossentropy({ labelSmoothing: 0.1 }),
  'binaryCrossentropy of logits': losses.binaryCrossentropy({ fromLogits: true }),
  'binaryCrossentropy of logits, smoothed': losses.binaryCrossentropy({ fromLogits: true, labelSmoothing: 0.2 }),
  categoricalCrossentropy: losses.categoricalCrossentropy(),
  'categoricalCrossentropy, smoothed': losses.categoricalCrossentropy({ labelSmoothing: 0.1 }),
  'categoricalCrossentropy of logits': losses.categoricalCrossentropy({ fromLogits: true }),
  'categoricalCrossentropy of logits, smoothed': losses.categoricalCrossentropy({
    fromLogits: true,
    labelSmoothing: 0.2,
  }),
  sparseCategoricalCrossentropy: losses.sparseCategoricalCrossentropy(),
  'sparseCategoricalCrossentropy of logits': losses.sparseCategoricalCrossentropy({ fromLogits: true }),
};
const variants = Object.entries(lossVariants);

/** The input for which an activation gives about ½: where a loss of probabilities is at home. */
const half: Record<ActivationName, number> = {
  linear: 0.5,
  relu: 0.5,
  leakyRelu: 0.5,
  elu: 0.5,
  sigmoid: 0,
  tanh: 0.55,
  softplus: -0.43,
  gelu: 0.66,
  geluTanh: 0.66,
  swish: 0.74,
  softmax: 0,
};

describe.each(activationNames)('%s', (name) => {
  const chain = [
    rescaling({ scale: 1.3, offset: -0.2, inputShape: [3] }),
    dense({ units: 6, activation: name }),
    dropout({ rate: 0.2 }),
    flatten(),
    dense({ units: 4, useBias: false }),
    activation({ activation: name }),
    rescaling({ scale: -1.2, offset: 0.1 }),
    dense({ units: 3, activation: name }),
  ];
  const networks: [string, Layer[]][] = [
    [
      'two dense layers',
      [dense({ units: 5, activation: name, inputShape: [3] }), dense({ units: 3, activation: name })],
    ],
    ['a chain of all layers', chain],
  ];

  describe.each(networks)('in %s', (_, layers) => {
    it.each(variants)('%s', (_, loss) => {
      // Outputs near ½ where they are to be probabilities.
      const adjust = (weights: Float64Array[], random: () => number) => {
        if (loss.fromLogits !== false) return;
        const [kernel, bias] = weights.slice(-2);
        kernel!.forEach((w, i) => {
          kernel![i] = 0.2 * w;
        });
        bias!.forEach((_, i) => {
          bias![i] = half[name] + 0.1 * (random() - 0.5);
        });
      };
      expect(worstError({ layers, loss, rows: 6, adjust })).toBeLessThanOrEqual(TOLERANCE);
    });
  });
});

describe('∂loss/∂input', () => {
  const passing = {
    ...Object.fromEntries(
      activationNames.map((name) => [`activation ${name}`, () => [activation({ activation: name })]]),
    ),
    'dense with bias': () => [dense({ units: 3 })],
    'dense without bias': () => [dense({ units: 3, useBias: false })],
    'dense, one unit': () => [dense({ units: 1 })],
    'dense, wider than a panel': () => [dense({ units: 19 })],
    'dense, two panels and more': () => [dense({ units: 35, useBias: false }), dense({ units: 2 })],
    rescaling: () => [rescaling({ scale: -1.7, offset: 0.4 })],
    dropout: () => [dropout({ rate: 0.4 })],
    'dropout of nothing': () => [dropout({ rate: 0 })],
    flatten: () => [flatten()],
    'all kinds in a row': () => [
      rescaling({ scale: 1.5, offset: -0.25 }),
      dropout({ rate: 0.3 }),
      dense({ units: 7, activation: 'gelu' }),
      flatten(),
      activation({ activation: 'elu' }),
      rescaling({ scale: -0.5 }),
      dense({ units: 4, useBias: false }),
      activation({ activation: 'tanh' }),
      dropout({ rate: 0.25 }),
      dense({ units: 3 }),
    ],
  };

  it.each(Object.entries(passing))('through %s', (_, build) => {
    const rows = 5;
    const carrier = dense({ units: 4, useBias: false, inputShape: [rows] });
    const network = { layers: [carrier, ...build()], loss: losses.meanSquaredError(), rows, x: identity(rows) };
    expect(worstError(network)).toBeLessThanOrEqual(TOLERANCE);
  });

  it.each(variants)('of %s itself, and through a chain in front of it', (_, loss) => {
    const rows = 5;
    const carrier = dense({ units: 4, useBias: false, inputShape: [rows] });
    const positive = (weights: Float64Array[]) => {
      if (!loss.fromLogits)
        weights[0]!.forEach((w, i) => {
          weights[0]![i] = 0.1 + 0.8 * Math.abs(w);
        });
    };
    const itself = { layers: [carrier], loss, rows, x: identity(rows), adjust: positive };
    expect(worstError(itself)).toBeLessThanOrEqual(TOLERANCE);
    const chain = [
      dropout({ rate: 0.2 }),
      rescaling({ scale: 0.5, offset: 0.3 }),
      activation({ activation: 'sigmoid' }),
    ];
    const behind = { layers: [carrier, ...chain, flatten()], loss, rows, x: identity(rows) };
    expect(worstError(behind)).toBeLessThanOrEqual(TOLERANCE);
  });
});

describe('fused and plain cross-entropies', () => {
  const head = (name: ActivationName) => dense({ units: 3, activation: name, inputShape: [4] });
  const cases: [title: string, op: string, Pick<ProbeOptions, 'layers'> & { loss: Loss }][] = [
    [
      'sigmoid at the end',
      'sigmoidBinaryCrossentropy',
      { layers: [head('sigmoid')], loss: losses.binaryCrossentropy({ labelSmoothing: 0.1 }) },
    ],
    [
      'a softmax layer, then flatten',
      'softmaxCategoricalCrossentropy',
      {
        layers: [head('linear'), activation({ activation: 'softmax' }), flatten()],
        loss: losses.categoricalCrossentropy({ labelSmoothing: 0.1 }),
      },
    ],
    [
      'softmax and labels',
      'softmaxSparseCategoricalCrossentropy',
      { layers: [head('softmax')], loss: losses.sparseCategoricalCrossentropy() },
    ],
    [
      'a rescaling after the sigmoid',
      'binaryCrossentropy',
      { layers: [head('sigmoid'), rescaling({ scale: 0.9, offset: 0.05 })], loss: losses.binaryCrossentropy() },
    ],
    [
      'a rescaling after the softmax: rows do not sum to 1',
      'categoricalCrossentropy',
      {
        layers: [head('softmax'), rescaling({ scale: 2.5, offset: 0.25 })],
        loss: losses.categoricalCrossentropy({ labelSmoothing: 0.1 }),
      },
    ],
    [
      'labels and rows that do not sum to 1',
      'sparseCategoricalCrossentropy',
      { layers: [head('softmax'), rescaling({ scale: 0.5 })], loss: losses.sparseCategoricalCrossentropy() },
    ],
    [
      'softmax for binary cross-entropy',
      'binaryCrossentropy',
      { layers: [head('softmax')], loss: losses.binaryCrossentropy() },
    ],
    [
      'sigmoid for categorical cross-entropy',
      'categoricalCrossentropy',
      { layers: [head('sigmoid')], loss: losses.categoricalCrossentropy() },
    ],
    [
      'a dropout after the sigmoid: zeros are clipped',
      'binaryCrossentropy',
      { layers: [head('sigmoid'), dropout({ rate: 0.3 })], loss: losses.binaryCrossentropy() },
    ],
    [
      'logits',
      'softmaxCategoricalCrossentropy',
      { layers: [head('linear')], loss: losses.categoricalCrossentropy({ fromLogits: true }) },
    ],
    [
      'a sigmoid whose outputs are taken for logits',
      'sigmoidBinaryCrossentropy',
      { layers: [head('sigmoid')], loss: losses.binaryCrossentropy({ fromLogits: true }) },
    ],
  ];

  it.each(cases)('%s: %s', (_, op, network) => {
    expect(new Probe(network, 'wasm').ops(5)).toContain(op);
    expect(worstError({ ...network, rows: 5 })).toBeLessThanOrEqual(TOLERANCE);
  });

  it('all outputs clipped: the gradient is zero', () => {
    const network = {
      layers: [dense({ units: 2, inputShape: [1] })],
      loss: losses.binaryCrossentropy(),
    };
    for (const backend of ['wasm', 'js'] as const) {
      const probe = new Probe(network, backend);
      probe.set(0, [0, 0]);
      probe.set(1, [1.5, -2]);
      const { loss, gradients } = probe.step(rowsOf([[1]], 'float64'), rowsOf([[0, 1]], 'float64'));
      expect(loss).toBeCloseTo(-Math.log(1e-7), 8);
      expect(join(gradients).map(Math.abs)).toEqual([0, 0, 0, 0]);
    }
  });
});

describe('regularizers', () => {
  const both = regularizers.l1l2({ l1: 0.03, l2: 0.07 });
  const placed: Record<string, Pick<DenseOptions, 'kernelRegularizer' | 'biasRegularizer'>> = {
    'l1 on a kernel': { kernelRegularizer: regularizers.l1({ l1: 0.05 }) },
    'l2 on a kernel': { kernelRegularizer: regularizers.l2({ l2: 0.05 }) },
    'l1 and l2 on both': { kernelRegularizer: both, biasRegularizer: both },
    'l1 on a bias': { biasRegularizer: regularizers.l1({ l1: 0.2 }) },
  };
  // 19 units: more than a panel, and pads that must not count.
  it.each(Object.entries(placed))('%s', (_, options) => {
    const network = {
      layers: [
        dense({ units: 19, activation: 'tanh', inputShape: [3], ...options }),
        dense({ units: 2, useBias: false, kernelRegularizer: options.kernelRegularizer }),
      ],
      loss: losses.meanSquaredError(),
    };
    expect(worstError({ ...network, rows: 4 })).toBeLessThanOrEqual(TOLERANCE);
    expect(worstError({ ...network, rows: 3, batch: 8 })).toBeLessThanOrEqual(TOLERANCE);
  });
});

describe('shapes', () => {
  it.each([1, 2, 3, 4, 5, 7, 9])('%d rows, alone and in a batch with room for 16', (rows) => {
    for (const loss of [losses.sparseCategoricalCrossentropy(), losses.huber({ delta: 0.3 })]) {
      const last = loss.name === 'huber' ? 'swish' : 'softmax';
      const network = {
        layers: [
          dense({ units: 5, activation: 'tanh', inputShape: [3] }),
          dropout({ rate: 0.3 }),
          dense({ units: 3, activation: last }),
        ],
        loss,
        rows,
      };
      expect(worstError(network)).toBeLessThanOrEqual(TOLERANCE);
      expect(worstError({ ...network, batch: 16 })).toBeLessThanOrEqual(TOLERANCE);
    }
  });

  it.each([
    [1, 1, 1],
    [2, 4, 1],
    [1, 17, 2],
    [17, 16, 3],
    [16, 33, 2],
    [6, 15, 18],
  ])('%d-%d-%d', (inputs, hidden, units) => {
    const network = {
      layers: [
        dense({ units: hidden, activation: 'sigmoid', inputShape: [inputs] }),
        dense({ units, activation: 'tanh' }),
      ],
      loss: losses.meanSquaredError(),
      rows: 3,
    };
    expect(worstError(network)).toBeLessThanOrEqual(TOLERANCE);
  });

  it('layers before the first dense one: no gradient goes there, those behind are right', () => {
    const front = [
      rescaling({ scale: 3, offset: -1, inputShape: [4] }),
      dropout({ rate: 0.3 }),
      activation({ activation: 'tanh' }),
    ];
    const network = { layers: [...front, dense({ units: 2 })], loss: losses.meanAbsoluteError(), rows: 5 };
    expect(worstError(network)).toBeLessThanOrEqual(TOLERANCE);
  });
});

describe('gradients summed over the batch', () => {
  it.each(variants)('%s: rows times those of the mean', (_, loss) => {
    const [rows, cols] = [5, 3];
    const network = { layers: [dense({ units: cols, activation: 'sigmoid', inputShape: [4] })], loss };
    const random = uniforms(7);
    const x = rowsOf(matrix(random, rows, 4, -1, 1), 'float64');
    const y = rowsOf(drawTargets(loss.name, random, rows, cols), 'float64');
    // The article leaves out the 2/cols of the squared error, too.
    const factor = loss.name === 'meanSquaredError' ? (rows * cols) / 2 : rows;
    for (const backend of ['wasm', 'js'] as const) {
      const mean = new Probe(network, backend).step(x, y);
      const sum = new Probe({ ...network, sum: true }, backend).step(x, y);
      expect(sum.loss).toBe(mean.loss);
      expect(
        gradientError(
          join(sum.gradients),
          join(mean.gradients).map((g) => factor * g),
        ),
      ).toBeLessThan(1e-14);
    }
  });
});

describe('the check itself', () => {
  it('fails for a derivative that is slightly wrong', () => {
    const network = {
      layers: [dense({ units: 3, inputShape: [4] })],
      loss: losses.huber({ delta: 0.3 }),
      rows: 6,
    };
    expect(worstError(network)).toBeLessThan(1e-8);
    expect(worstError(network, losses.huber({ delta: 0.30001 }))).toBeGreaterThan(TOLERANCE);
    expect(worstError({ ...network, sum: true })).toBeCloseTo(5 / 6, 6);
    expect(worstError({ ...network, optimizer: optimizers.sgd({ clipValue: 0.01 }) })).toBeGreaterThan(0.1);
  });
});
