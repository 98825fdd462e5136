// Rows of the op table: optimizers.
import { between, or, real, type Table, type Variant } from '../row';

/** Rates such as 1 − 0.999 are rounded to float32, which moves them by 3e-5 of themselves at most: here by far less. */
const tolerance = { float32: 1e-5, float64: 1e-14 };
const exact = { float32: 0, float64: 0 };

/** Second moments: at least as large as the square of any mean below. */
const second = between(0.3, 2);
const mean = between(-0.5, 0.5);
/** Of all sizes down to far below what flushing keeps. */
const fading = or([2 ** -93, -(2 ** -93)], (random, i, dims) => real(random, i, dims) * 2 ** (-140 * random()));

export const optimizers: Table<'decay' | 'sgd' | 'momentum' | 'rmsProp' | 'adagrad' | 'adam' | 'flushState'> = {
  decay: {
    variants: [{ numbers: { rate: 0.004 } }, { numbers: { rate: 0.5 } }],
    reference: ({ in: { w }, numbers: { rate }, learningRate }) => ({
      out: { w: w!.map((x) => x - x * learningRate * rate!) },
    }),
  },
  sgd: {
    reference: ({ in: { w, g }, learningRate }) => ({ out: { w: w!.map((x, i) => x - learningRate * g![i]!) } }),
  },
  momentum: {
    variants: [
      { numbers: { nesterov: 0, momentum: 0.9 } },
      { numbers: { nesterov: 1, momentum: 0.9 } },
      { numbers: { nesterov: 1, momentum: 1 } },
    ],
    reference: ({ in: { w, g, velocity }, numbers: { momentum, nesterov }, learningRate }) => {
      const v = velocity!.map((x, i) => momentum! * x - learningRate * g![i]!);
      return {
        out: { velocity: v, w: w!.map((x, i) => x + (nesterov ? momentum! * v[i]! - learningRate * g![i]! : v[i]!)) },
      };
    },
  },
  rmsProp: {
    inputs: { v: second, mean },
    variants: rmsPropVariants(),
    reference: ({ in: inputs, numbers: { centered, rho, momentum, epsilon }, learningRate }) => {
      const { w, g } = inputs as Record<string, Float64Array>;
      const v = inputs.v!.map((x, i) => rho! * x + (1 - rho!) * g![i]! * g![i]!);
      const m = inputs.mean?.map((x, i) => (centered ? rho! * x + (1 - rho!) * g![i]! : x));
      const step = g!.map((x, i) => {
        const spread = centered ? v[i]! - m![i]! * m![i]! : v[i]!;
        return (learningRate * x) / Math.sqrt(spread + epsilon!);
      });
      const velocity = inputs.velocity?.map((x, i) => (momentum! > 0 ? momentum! * x + step[i]! : x));
      const moved = momentum! > 0 ? velocity! : step;
      return { out: { w: w!.map((x, i) => x - moved[i]!), v, ...(m && { mean: m }), ...(velocity && { velocity }) } };
    },
    tolerance,
  },
  adagrad: {
    inputs: { v: second },
    variants: [{ numbers: { epsilon: 1e-7 } }, { numbers: { epsilon: 0.1 } }, { numbers: { epsilon: 0 } }],
    reference: ({ in: { w, g, v }, numbers: { epsilon }, learningRate }) => {
      const sums = v!.map((x, i) => x + g![i]! * g![i]!);
      return { out: { v: sums, w: w!.map((x, i) => x - (learningRate * g![i]!) / Math.sqrt(sums[i]! + epsilon!)) } };
    },
  },
  adam: {
    inputs: { m: mean, v: second },
    variants: [
      { numbers: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }, registers: { beta1Power: 0.9, beta2Power: 0.999 } },
      {
        numbers: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
        registers: { beta1Power: 0.9 ** 40, beta2Power: 0.999 ** 40, weightsFinite: 1 },
      },
      { numbers: { beta1: 0.5, beta2: 0.9, epsilon: 0.1 }, registers: { beta1Power: 0, beta2Power: 1e-9 } },
      { numbers: { beta1: 0, beta2: 0, epsilon: 1e-3 }, registers: { beta1Power: 0, beta2Power: 0 } },
    ],
    reference: ({ in: inputs, numbers: { beta1, beta2, epsilon }, registers, learningRate }) => {
      const { w, g } = inputs as Record<string, Float64Array>;
      const { beta1Power, beta2Power } = registers;
      const m = inputs.m!.map((x, i) => beta1! * x + (1 - beta1!) * g![i]!);
      const v = inputs.v!.map((x, i) => beta2! * x + (1 - beta2!) * g![i]! * g![i]!);
      const alpha = (learningRate * Math.sqrt(1 - beta2Power)) / (1 - beta1Power);
      const next = w!.map((x, i) => x - (alpha * m[i]!) / (Math.sqrt(v[i]!) + epsilon!));
      const weightsFinite = Number(registers.weightsFinite && next.every(Number.isFinite));
      return { out: { m, v, w: next }, registers: { weightsFinite } };
    },
    tolerance,
  },
  flushState: {
    inputs: { state: fading },
    variants: [
      { interval: 64, stepCount: 64 },
      { interval: 64, stepCount: 63 },
      { interval: 64, stepCount: 65 },
      { interval: 64, stepCount: 0 },
      { interval: 1, stepCount: 17 },
      { interval: 10, stepCount: 2 ** 40 },
      { interval: 7, stepCount: 2 ** 53 - 1 },
    ].map(({ interval, stepCount }) => ({ numbers: { interval, threshold: 2 ** -93 }, registers: { stepCount } })),
    reference: ({ in: { state }, numbers: { interval, threshold }, registers }) => {
      const due = registers.stepCount % interval! === 0;
      return { out: { state: state!.map((x) => (due && Math.abs(x) < threshold! ? 0 : x)) } };
    },
    tolerance: exact,
  },
};

/** Centered or not, with momentum or not; state that is not used is left out, or given and left alone. */
function rmsPropVariants(): Variant[] {
  const make = (centered: number, momentum: number, without: string[]): Variant => ({
    numbers: { centered, momentum, rho: 0.9, epsilon: 1e-7 },
    without,
  });
  return [
    make(0, 0, ['mean', 'velocity']),
    make(1, 0, ['velocity']),
    make(0, 0.8, ['mean']),
    make(1, 0.8, []),
    make(0, 0, []),
  ];
}
