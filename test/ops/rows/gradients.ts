// Rows of the op table: what happens between gradients and optimizer, and counting steps.
import { type Call, type Expected, or, real, sum, type Table } from '../row';

const tolerance = { float32: 2e-5, float64: 4e-14 };
const exact = { float32: 0, float64: 0 };

const norm = (values: Float64Array) => sum(values.length, (i) => values[i]! * values[i]!);
const changed = (g: Float64Array, registers = {}): Expected => ({ out: { g }, registers });

/** Weight matrices up to several blocks of the sum, whole blocks and their neighbours among them. */
const sizes = { inner: [1, 2, 3, 5, 16, 33, 64, 130], cols: [1, 2, 3, 4, 5, 10, 16, 17, 31, 32, 33, 64, 70] };

export const gradients: Table<
  'regularize' | 'penalty' | 'clipValue' | 'squaredNorm' | 'clipNorm' | 'flushDelta' | 'guard' | 'step' | 'next'
> = {
  regularize: {
    variants: [{ numbers: { l1: 0.1, l2: 0 } }, { numbers: { l1: 0, l2: 0.3 } }, { numbers: { l1: 0.02, l2: 0.5 } }],
    reference: ({ in: { g, w }, numbers: { l1, l2 } }) =>
      changed(g!.map((x, i) => x + l1! * Math.sign(w![i]!) + 2 * l2! * w![i]!)),
  },
  penalty: {
    dims: sizes,
    scratch: () => 4096,
    variants: [
      { numbers: { accumulator: 0, l1: 0.1, l2: 0 } },
      { numbers: { accumulator: 0, l1: 0, l2: 0.3 } },
      { numbers: { accumulator: 4, l1: 0.02, l2: 0.5 } },
    ],
    reference: ({ rows, in: { w }, numbers: { accumulator, l1, l2 }, registers }) => ({
      registers: {
        [`accumulator${accumulator}`]:
          registers[`accumulator${accumulator!}`]! +
          rows * (l1! * sum(w!.length, (i) => Math.abs(w![i]!)) + l2! * norm(w!)),
      },
    }),
    tolerance,
  },
  clipValue: {
    variants: [{ numbers: { limit: 0.5 } }, { numbers: { limit: 0.1 } }, { numbers: { limit: 1e300 } }],
    reference: ({ in: { g }, numbers: { limit }, round }) =>
      changed(g!.map((x) => Math.min(Math.max(x, -round(limit!)), round(limit!)))),
    tolerance: exact,
  },
  squaredNorm: {
    dims: sizes,
    scratch: () => 4096,
    variants: [{ numbers: { first: 0 } }, { numbers: { first: 1 } }],
    reference: ({ in: { g }, numbers: { first }, registers }) => ({
      registers: { squaredNorm: (first ? 0 : registers.squaredNorm) + norm(g!) },
    }),
    tolerance,
  },
  clipNorm: {
    variants: [
      { numbers: { limit: 1 }, registers: { squaredNorm: 4 } },
      { numbers: { limit: 3 }, registers: { squaredNorm: 4 } },
      { numbers: { limit: 2 }, registers: { squaredNorm: 4 } },
      { numbers: { limit: 1 }, registers: { squaredNorm: Number.POSITIVE_INFINITY } },
      { numbers: { limit: 1 }, registers: { squaredNorm: Number.NaN } },
      { numbers: { limit: 1e-3 }, registers: { squaredNorm: 1e30 } },
    ],
    reference: ({ in: { g }, numbers: { limit }, registers }) => {
      const length = Math.sqrt(registers.squaredNorm);
      // A norm that is no number is for the guard to find.
      const scale = length > limit! && length < Number.POSITIVE_INFINITY ? limit! / length : 1;
      return changed(g!.map((x) => x * scale));
    },
  },
  flushDelta: {
    variants: [{ numbers: { threshold: 0.5 } }, { numbers: { threshold: 2 ** -53 } }, { numbers: { threshold: 0.1 } }],
    inputs: {
      delta: or([0.5, -0.5, 2 ** -53, -(2 ** -53), 0.1], (random, i, dims) =>
        random() < 0.5 ? real(random, i, dims) : real(random, i, dims) * 2 ** -52,
      ),
    },
    reference: ({ in: { delta }, numbers: { threshold }, round }) => ({
      out: { delta: delta!.map((x) => (Math.abs(x) < round(threshold!) ? 0 : x)) },
    }),
    tolerance: exact,
  },
  guard: {
    inputs: { g: or([1.9, -1.9, 2, -2], real) },
    variants: [
      { numbers: { limit: 2 } },
      { numbers: { limit: 1.9 } },
      { numbers: { limit: 1e300 } },
      { numbers: { limit: 2 }, registers: { accumulator0: Number.NaN } },
      { numbers: { limit: 2 }, registers: { accumulator0: Number.NEGATIVE_INFINITY } },
    ],
    reference: ({ in: { g }, numbers: { limit }, registers, dtype }) => {
      // A limit beyond float32 would let infinity pass: plans have none such.
      const most = dtype === 'float32' ? Math.min(Math.fround(limit!), Number.POSITIVE_INFINITY) : limit!;
      const good = g!.every((x) => Math.abs(x) <= most) && Number.isFinite(registers.accumulator0);
      return good ? {} : { registers: { stopped: 1 }, steps: 0 };
    },
    nan: { g: 'stops' },
  },
  step: {
    variants: [0, 63, 64, 2 ** 40].map((stepCount, i) => ({
      numbers: { looks: i % 2, beta1: 1 - i / 4, beta2: 0.999 },
      registers: { stepCount, weightsFinite: 1 },
    })),
    reference: ({ numbers: { looks, beta1, beta2 }, registers: r }) => ({
      registers: {
        stepCount: r.stepCount + 1,
        beta1Power: r.beta1Power * beta1!,
        beta2Power: r.beta2Power * beta2!,
        weightsFinite: looks,
      },
    }),
    tolerance: exact,
  },
  next: {
    variants: [
      {},
      { registers: { rowsLeft: 1, traceAt: 0 } },
      { registers: { xStride: 0, yStride: 0, learningRateStride: 0, traceAt: 0 } },
      { registers: { epochStep: 2 ** 32 - 1 } },
    ],
    reference: ({ rows, registers: r }: Call) => {
      const rowsLeft = r.rowsLeft - rows;
      const traced = r.traceAt !== 0;
      return {
        registers: {
          rowsLeft,
          rows: Math.min(r.batch, rowsLeft),
          x: r.x + r.xStride,
          y: r.y + r.yStride,
          learningRateAt: r.learningRateAt + r.learningRateStride,
          epochStep: (r.epochStep + 1) % 2 ** 32,
          ...(traced && { trace0: r.accumulator0, accumulator0: 0, traceAt: r.traceAt + 8 }),
        },
      };
    },
    tolerance: exact,
  },
};
