// The gradients a training step computes against central differences of its loss.
import type { Loss, LossName } from '../../src/losses';
import { gradientError, numericGradient, type Parameters } from './finite-difference';
import { matrix, Probe, type ProbeOptions, rowsOf, type Targets, uniforms } from './probe';

export interface Network extends ProbeOptions {
  readonly loss: Loss;
  readonly rows: number;
  /** Room for more rows than there are: a short last batch. */
  readonly batch?: number;
  /** Inputs instead of random ones. */
  readonly x?: readonly (readonly number[])[];
  /** Changes the drawn weights. */
  readonly adjust?: (weights: Float64Array[], random: () => number) => void;
}

/**
 * The larger error of the two backends' gradients, over all parameters of the network and relative to their norm.
 *
 * Draws weights and data until no kink is near, that is until halving the step of the differences changes nothing; the
 * analytic gradients have no say in it. Both backends must report the same loss, bit for bit.
 * @param judged the loss whose differences are taken: another one shows that the check can fail.
 */
export function worstError({ rows, batch, x: inputs, adjust, ...network }: Network, judged = network.loss): number {
  const probes = (['wasm', 'js'] as const).map((backend) => new Probe(network, backend));
  const judge = new Probe({ layers: network.layers, loss: judged }, 'wasm');
  const { inputs: width, outputs } = judge.engine.architecture;
  for (let seed = 0; seed < 30; seed++) {
    const random = uniforms(seed);
    const weights = judge.shapes.map((shape) => drawWeights(random, shape));
    adjust?.(weights, random);
    const x = rowsOf(inputs ?? matrix(random, rows, width, -1, 1), 'float64');
    const y = rowsOf(drawTargets(network.loss.name, random, rows, outputs), 'float64');
    for (const probe of [judge, ...probes]) {
      for (const [i, values] of weights.entries()) probe.set(i, values);
    }
    const parameters = parametersOf(judge, weights);
    const loss = () => judge.step(x, y, batch).loss;
    const numeric = numericGradient(loss, parameters);
    if (gradientError(numericGradient(loss, parameters, 3e-6), numeric) > 1e-7) continue;
    if (!(Math.hypot(...numeric) > 1e-4)) throw new Error('the gradient is zero: that proves nothing');

    const [wasm, js] = probes.map((probe) => probe.step(x, y, batch));
    if (!Object.is(wasm!.loss, js!.loss)) throw new Error(`losses differ: ${wasm!.loss}, ${js!.loss}`);
    return Math.max(...[wasm!, js!].map(({ gradients }) => gradientError(join(gradients), numeric)));
  }
  throw new Error('a kink in every draw');
}

function drawWeights(random: () => number, shape: readonly number[]): Float64Array {
  const length = shape.reduce((product, n) => product * n, 1);
  return Float64Array.from(matrix(random, 1, length, -0.9, 0.9)[0]!);
}

export function drawTargets(loss: LossName, random: () => number, rows: number, cols: number): Targets {
  const labels = Array.from({ length: rows }, () => Math.floor(random() * cols));
  switch (loss) {
    case 'sparseCategoricalCrossentropy':
      return labels;
    case 'categoricalCrossentropy':
      // One-hot rows, and one that is spread and does not sum to 1.
      return labels.map((label, row) =>
        Array.from({ length: cols }, (_, j) => (row === 2 ? 0.6 * random() : Number(j === label))),
      );
    case 'binaryCrossentropy':
      return matrix(random, rows, cols, 0, 1).map((row) => row.map((t) => (t < 0.4 ? 0 : t < 0.8 ? 1 : t)));
    default:
      return matrix(random, rows, cols, -1.5, 1.5);
  }
}

/** All parameters of a network as one row of numbers, written through to it. */
function parametersOf(probe: Probe, weights: Float64Array[]): Parameters {
  const places = weights.flatMap((values, param) => Array.from(values, (_, i) => ({ param, values, i })));
  return {
    length: places.length,
    get: (index) => places[index]!.values[places[index]!.i]!,
    set: (index, value) => {
      const { param, values, i } = places[index]!;
      values[i] = value;
      probe.set(param, values);
    },
  };
}

export const join = (parts: readonly ArrayLike<number>[]): number[] => parts.flatMap((part) => Array.from(part));

/**
 * As x of a first dense layer without bias: its kernel is then what the second layer gets, a row each, and the kernel's
 * gradient is ∂loss/∂input of all that follows.
 */
export const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));
