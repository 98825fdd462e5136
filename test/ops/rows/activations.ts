// Rows of the op table: activations, element by element except softmax.
import { erf as erfDouble } from '../../support/double-double';
import {
  atLeast,
  between,
  type Generator,
  type OpRow,
  positive,
  real,
  sum,
  type Table,
  times,
  type Variant,
} from '../row';

const tolerance = { float32: 4e-6, float64: 2e-14 };
/** For slopes that are differences of numbers about 1. */
const cancels = { magnitude: atLeast(1) };
/** Values from the middle out to where functions level off, and some far beyond. */
const wide: Generator = (random, index, dims) => {
  const u = random();
  if (u < 0.02) return 2000 * random() - 1000;
  return u < 0.2 ? 40 * random() - 20 : real(random, index, dims);
};

const erf = (x: number): number => {
  if (!Number.isFinite(x)) return Math.sign(x);
  const [high, low, n] = erfDouble(x);
  return (high + low) * 2 ** n;
};
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const normalCdf = (x: number) => 0.5 * (1 + erf(x / Math.SQRT2));
const normalDensity = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
const geluTanhInner = (x: number) => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);

type Numbers = Readonly<Record<string, number>>;

/** out = f(x). */
const forward = (f: (x: number, numbers: Numbers) => number, more: Partial<OpRow> = {}): OpRow => ({
  inputs: { x: wide },
  reference: ({ in: { x }, numbers }) => ({ out: { out: x!.map((value) => f(value, numbers)) } }),
  tolerance,
  ...more,
});

/** delta = delta·slope(saved). */
const backward = (
  saved: Generator,
  slope: (saved: number, numbers: Numbers) => number,
  more: Partial<OpRow> = {},
): OpRow => ({
  inputs: { saved },
  reference: ({ in: { delta, saved }, numbers }) => ({
    out: { delta: delta!.map((d, i) => d * slope(saved![i]!, numbers)) },
  }),
  tolerance,
  ...more,
});

const numbers = (name: string, values: readonly number[]): Variant[] =>
  values.map((value) => ({ numbers: { [name]: value } }));

/** The slope above zero is 1, below it is `low`; NaN has none. */
const kinked = (a: number, low: number) => (a > 0 ? 1 : a <= 0 ? low : Number.NaN);
const exact = { float32: 0, float64: 0 };

/** A row of probabilities, one value at a time; it need not sum to 1 for the formula to hold. */
const share: Generator = (random, _index, { cols }) => (2 * random()) / cols!;

export const activations: Table<
  | 'relu'
  | 'reluBackward'
  | 'leakyRelu'
  | 'leakyReluBackward'
  | 'elu'
  | 'eluBackward'
  | 'sigmoid'
  | 'sigmoidBackward'
  | 'tanh'
  | 'tanhBackward'
  | 'softplus'
  | 'softplusBackward'
  | 'gelu'
  | 'geluBackward'
  | 'geluTanh'
  | 'geluTanhBackward'
  | 'swish'
  | 'swishBackward'
  | 'softmax'
  | 'softmaxBackward'
> = {
  // biome-ignore lint/complexity/useMathMinMax: Math.max(−0, 0) is +0
  relu: forward((x) => (x < 0 ? 0 : x), { tolerance: exact }),
  reluBackward: backward(wide, (a) => kinked(a, 0), {
    // Not 0·delta: that would be −0 for negative deltas.
    reference: ({ in: { delta, saved } }) => ({
      out: { delta: delta!.map((d, i) => (saved![i]! <= 0 ? (Number.isNaN(d) ? d : 0) : d * kinked(saved![i]!, 0))) },
    }),
    tolerance: exact,
  }),
  leakyRelu: forward((x, { slope }) => (x < 0 ? slope! * x : x), { variants: numbers('slope', [0.2, 0, 1.5]) }),
  leakyReluBackward: backward(wide, (a, { slope }) => kinked(a, slope!), { variants: numbers('slope', [0.2, 0, 1.5]) }),
  elu: forward((x, { alpha }) => (x > 0 ? x : alpha! * Math.expm1(x)), { variants: numbers('alpha', [1, 0.3, 0]) }),
  eluBackward: backward(between(-1, 2), (a, { alpha }) => (a > 0 ? 1 : a + alpha!), {
    variants: numbers('alpha', [1, 0.3, 0]),
    ...cancels,
  }),
  sigmoid: forward(sigmoid, { freePads: ['out'] }), // ½
  sigmoidBackward: backward(between(0, 1), (a) => a * (1 - a)),
  tanh: forward(Math.tanh),
  tanhBackward: backward(between(-1, 1), (a) => 1 - a * a, cancels),
  softplus: forward((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), { freePads: ['out'] }), // ln 2
  softplusBackward: backward(wide, sigmoid),
  gelu: forward((x) => x * normalCdf(x), cancels),
  geluBackward: backward(wide, (x) => normalCdf(x) + x * normalDensity(x), cancels),
  geluTanh: forward((x) => 0.5 * x * (1 + Math.tanh(geluTanhInner(x))), cancels),
  geluTanhBackward: backward(
    wide,
    (x) => {
      const t = Math.tanh(geluTanhInner(x));
      const inner = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner;
    },
    cancels,
  ),
  swish: forward((x) => x * sigmoid(x)),
  swishBackward: backward(wide, (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))), cancels),
  softmax: {
    inputs: { x: wide },
    reference: ({ rows, dims: { cols }, in: { x } }) => ({
      out: {
        out: times(rows * cols!, (at) => {
          const row = x!.subarray(at - (at % cols!), at - (at % cols!) + cols!);
          const top = Math.max(...row);
          return Math.exp(x![at]! - top) / sum(cols!, (j) => Math.exp(row[j]! - top));
        }),
      },
    }),
    tolerance,
  },
  softmaxBackward: {
    inputs: { saved: share, delta: (random, i, dims) => positive(random, i, dims) * real(random, i, dims) },
    reference: ({ rows, dims: { cols }, in: { delta, saved } }) => ({
      out: {
        delta: times(rows * cols!, (at) => {
          const first = at - (at % cols!);
          return saved![at]! * (delta![at]! - sum(cols!, (j) => delta![first + j]! * saved![first + j]!));
        }),
      },
    }),
    tolerance: { float32: 2e-5, float64: 4e-14 },
  },
};
