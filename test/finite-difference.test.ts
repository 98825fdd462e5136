import { describe, expect, it } from 'vitest';
import { type LayerGolden, readMlp } from './golden/golden';
import { gradientError, numericGradient, parametersOf } from './support/finite-difference';

describe('numericGradient', () => {
  it('is exact for a quadratic up to rounding', () => {
    const w = [1.5, -2, 0.25, 3];
    const f = () => w.reduce((sum, x, i) => sum + (i + 1) * x * x, 0);
    const exact = w.map((x, i) => 2 * (i + 1) * x);
    expect(gradientError(exact, numericGradient(f, parametersOf(w)))).toBeLessThan(1e-9);
  });

  it('finds the gradient of smooth functions', () => {
    const w = new Float64Array([0.3, -1.2, 2.1]);
    const f = () => Math.exp(w[0]!) * Math.sin(w[1]!) + Math.tanh(w[2]!) * w[0]!;
    const exact = [
      Math.exp(w[0]!) * Math.sin(w[1]!) + Math.tanh(w[2]!),
      Math.exp(w[0]!) * Math.cos(w[1]!),
      w[0]! / Math.cosh(w[2]!) ** 2,
    ];
    expect(gradientError(exact, numericGradient(f, parametersOf(w)))).toBeLessThan(1e-9);
  });

  it('has an error of order h²', () => {
    const w = [0.7];
    const error = (h: number) =>
      Math.abs(numericGradient(() => Math.exp(w[0]!), parametersOf(w), h)[0]! - Math.exp(0.7));
    expect(error(1e-2) / error(5e-3)).toBeCloseTo(4, 2);
  });

  it('takes a step in proportion to large parameters', () => {
    const w = [1e12];
    const gradient = numericGradient(() => w[0]! * w[0]!, parametersOf(w));
    expect(gradientError([2e12], gradient)).toBeLessThan(1e-9);
  });

  it('puts parameters back as they were, also after an error', () => {
    const before = [0.1, -0, 1e-300, 12345.678];
    const w = Float64Array.from(before);
    numericGradient(() => w.reduce((sum, x) => sum + x, 0), parametersOf(w));
    expect([...w]).toEqual(before);
    expect(() =>
      numericGradient(() => {
        throw new Error('no value');
      }, parametersOf(w)),
    ).toThrow('no value');
    expect([...w]).toEqual(before);
  });

  it('agrees with PyTorch on a network', () => {
    const { x, labels, initial, plain, regularized } = readMlp();
    const layers = structuredClone(initial);
    const loss = () => crossEntropy(layers, x, labels);
    const penalized = () => {
      const squares = layers.flatMap(({ kernel }) => kernel.flat()).reduce((sum, w) => sum + w * w, 0);
      const absolute = layers[1]!.bias.reduce((sum, b) => sum + Math.abs(b), 0);
      return loss() + regularized.l2Kernels * squares + regularized.l1SecondBias * absolute;
    };
    for (const [f, golden] of [[loss, plain] as const, [penalized, regularized] as const]) {
      expect(f()).toBeCloseTo(golden.losses[0]!, 14);
      for (const [l, { kernel, bias }] of layers.entries()) {
        const { gradients } = golden;
        for (const [i, row] of kernel.entries()) {
          expect(gradientError(gradients[l]!.kernel[i]!, numericGradient(f, parametersOf(row)))).toBeLessThan(1e-8);
        }
        expect(gradientError(gradients[l]!.bias, numericGradient(f, parametersOf(bias)))).toBeLessThan(1e-8);
      }
    }
  });
});

describe('gradientError', () => {
  it('is relative to the norm of the gradient', () => {
    expect(gradientError([3, 4], [3, 4])).toBe(0);
    expect(gradientError([0, 0], [0, 0])).toBe(0);
    expect(gradientError([3, 4.005], [3, 4])).toBeCloseTo(0.001, 5);
    expect(gradientError([1e6, 1e-3], [1e6, 2e-3])).toBeCloseTo(1e-9, 12);
    expect(gradientError([0, 0], [1, 0])).toBe(1);
  });

  it('shows a wrong sign, a missing element and NaN', () => {
    expect(gradientError([1, 2, 3], [1, 2, -3])).toBeGreaterThan(1);
    expect(() => gradientError([1, 2], [1, 2, 3])).toThrow('2 elements, expected 3');
    expect(gradientError([1, Number.NaN], [1, 2])).toBeNaN();
    expect(gradientError([1, 2], [1, Number.NaN])).toBeNaN();
  });
});

/** Sparse categorical cross-entropy of a tanh, relu, softmax network, mean over the rows. */
function crossEntropy(layers: readonly LayerGolden[], x: readonly number[][], labels: readonly number[]): number {
  const activations = [Math.tanh, (z: number) => Math.max(z, 0), (z: number) => z];
  const losses = x.map((row, r) => {
    let values = row;
    for (const [l, { kernel, bias }] of layers.entries()) {
      values = bias.map((b, j) => activations[l]!(kernel.reduce((sum, w, i) => sum + values[i]! * w[j]!, b)));
    }
    return Math.log(values.reduce((sum, z) => sum + Math.exp(z), 0)) - values[labels[r]!]!;
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
