// Rows of the op table: losses with their gradients, and metrics.
import {
  atLeast,
  between,
  type Call,
  type Expected,
  type Generator,
  label,
  type OpRow,
  or,
  probability,
  type Table,
  type Variant,
} from '../row';

const tolerance = { float32: 2e-5, float64: 4e-14 };

/** Every accumulator once, sums and means, and the loss's own constant. */
const variants = (name?: string, values: readonly number[] = [0]): Variant[] =>
  [0, 1].flatMap((sum) =>
    values.map((value, i) => ({ numbers: { accumulator: (3 * i + sum) % 11, sum, ...(name && { [name]: value }) } })),
  );

/** What one row of prediction and target gives: its loss, and the derivative by each prediction. */
type OfRow = (p: Float64Array, t: Float64Array, call: Call) => { loss: number; delta: number[]; prediction?: number[] };

/** Losses of the rows are added to an accumulator, derivatives divided by the rows unless they are summed. */
const byRows =
  (source: string, of: OfRow) =>
  (call: Call): Expected => {
    const { rows, numbers, registers } = call;
    const cell = `accumulator${numbers.accumulator!}` as const;
    const p = call.in[source]!;
    const t = call.in.target!;
    const cols = p.length / rows;
    const targets = t.length / rows;
    let total = registers[cell]!;
    const delta: number[] = [];
    const prediction: number[] = [];
    for (let r = 0; r < rows; r++) {
      const row = of(p.subarray(r * cols, (r + 1) * cols), t.subarray(r * targets, (r + 1) * targets), call);
      total += row.loss;
      delta.push(...row.delta.map((d) => (numbers.sum ? d : d / rows)));
      prediction.push(...(row.prediction ?? []));
    }
    return { out: { delta, prediction }, registers: { [cell]: total } };
  };

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const total = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0);
const ofPredictions = (of: OfRow, more: Partial<OpRow>): OpRow => ({
  reference: byRows('prediction', of),
  tolerance,
  magnitude: (values) => atLeast(1 / values.length)(values), // numbers about 1, divided by rows and columns
  variants: variants(),
  ...more,
});
const ofLogits = (of: OfRow, more: Partial<OpRow>): OpRow => ({
  reference: byRows('logits', of),
  tolerance,
  magnitude: atLeast(1 / 33), // p − t cancels to nothing where all but decided; the most rows there are divide it
  variants: variants(),
  ...more,
});

const smooth = (t: number, smoothing: number, classes: number) => t * (1 - smoothing) + smoothing / classes;
const smoothing = variants('labelSmoothing', [0, 0.1]);

/** 1e-7 … 1 − 1e-7, both ends as numbers of the dtype. */
const clip = (p: number, round: Call['round']) => Math.min(Math.max(p, round(1e-7)), round(1 - 1e-7));
const slopeInside = (p: number, round: Call['round']) => (p === clip(p, round) ? 1 : Number.isNaN(p) ? p : 0);

/** Column that a label names; NaN where it names none. */
const named = (label: number, cols: number) =>
  Number.isInteger(label) && label >= 0 && label < cols ? label : Number.NaN;
const oneHot = (label: number, cols: number) =>
  Array.from({ length: cols }, (_, j) => (Number.isNaN(named(label, cols)) ? Number.NaN : Number(j === label)));

const categorical = (p: Float64Array, t: readonly number[], round: Call['round']) => {
  const mass = total([...p]);
  const q = [...p].map((x) => x / mass);
  const u = q.map((x, j) => -(t[j]! / clip(x, round)) * slopeInside(x, round));
  const dot = total(u.map((x, j) => x * q[j]!));
  const loss = total(q.map((x, j) => -t[j]! * Math.log(clip(x, round))));
  return { loss, delta: u.map((x) => (x - dot) / mass) };
};

const fusedCategorical = (z: Float64Array, t: readonly number[]) => {
  const top = Math.max(...z);
  const e = [...z].map((x) => Math.exp(x - top));
  const divisor = total(e);
  const prediction = e.map((x) => x / divisor);
  const mass = total([...t]);
  const loss = total(t.map((x, j) => x * (Math.log(divisor) - (z[j]! - top))));
  return { loss, delta: prediction.map((x, j) => x * mass - t[j]!), prediction };
};

/** Logits up to where a softmax is all but decided, and some far beyond. */
const logit: Generator = (random) => {
  const u = random();
  if (u < 0.02) return 1e4 * (u < 0.01 ? 1 : -1);
  return u < 0.2 ? 60 * random() - 30 : 6 * random() - 3;
};
/** Above zero, so that no row's sum is. */
const chance: Generator = (random, index, dims) =>
  (index % dims.cols! === 0 ? between(0.1, 1) : probability)(random, index, dims);

/** Share of the rows that are right. */
const metric = (right: (p: Float64Array, t: Float64Array, call: Call) => number, more: Partial<OpRow> = {}): OpRow => ({
  reference: byRows('prediction', (p, t, call) => ({ loss: right(p, t, call), delta: [] })),
  variants: [{ numbers: { accumulator: 1 } }, { numbers: { accumulator: 10 } }],
  nan: { prediction: 'counts as wrong', target: 'counts as wrong' },
  ...more,
});

/** The first of the largest; −1 among NaN. */
const largest = (row: Float64Array) => (row.some(Number.isNaN) ? -1 : row.indexOf(Math.max(...row)));
/** Few different values, so that some are equal. */
const steps: Generator = (random) => Math.floor(random() * 4) / 4;

export const losses: Table<
  | 'meanSquaredError'
  | 'meanAbsoluteError'
  | 'huber'
  | 'binaryCrossentropy'
  | 'categoricalCrossentropy'
  | 'sparseCategoricalCrossentropy'
  | 'sigmoidBinaryCrossentropy'
  | 'softmaxCategoricalCrossentropy'
  | 'softmaxSparseCategoricalCrossentropy'
  | 'binaryAccuracy'
  | 'categoricalAccuracy'
  | 'sparseCategoricalAccuracy'
> = {
  meanSquaredError: ofPredictions((p, t, { numbers }) => {
    const e = [...p].map((x, j) => x - t[j]!);
    // Summed, delta is the plain difference, as in the article.
    return { loss: mean(e.map((x) => x * x)), delta: e.map((x) => (numbers.sum ? x : (2 * x) / p.length)) };
  }, {}),
  meanAbsoluteError: ofPredictions((p, t) => {
    const e = [...p].map((x, j) => x - t[j]!);
    return { loss: mean(e.map(Math.abs)), delta: e.map((x) => Math.sign(x) / p.length) };
  }, {}),
  huber: ofPredictions(
    (p, t, { numbers: { delta } }) => {
      const d = delta!;
      const e = [...p].map((x, j) => x - t[j]!);
      const loss = mean(e.map((x) => (Math.abs(x) <= d ? 0.5 * x * x : d * Math.abs(x) - 0.5 * d * d)));
      return { loss, delta: e.map((x) => Math.min(Math.max(x, -d), d) / p.length) };
    },
    { variants: variants('delta', [1, 0.25]) },
  ),
  binaryCrossentropy: ofPredictions(
    (p, t, { numbers, round }) => {
      const y = [...t].map((x) => smooth(x, numbers.labelSmoothing!, 2));
      const c = [...p].map((x) => clip(x, round));
      const loss = mean(c.map((x, j) => -(y[j]! * Math.log(x) + (1 - y[j]!) * Math.log(1 - x))));
      const delta = c.map((x, j) => ((1 - y[j]!) / (1 - x) - y[j]! / x) * slopeInside(p[j]!, round));
      return { loss, delta: delta.map((x) => x / p.length) };
    },
    { variants: smoothing, inputs: { prediction: probability, target: probability } },
  ),
  categoricalCrossentropy: ofPredictions(
    (p, t, { numbers, round }) =>
      categorical(
        p,
        [...t].map((x) => smooth(x, numbers.labelSmoothing!, p.length)),
        round,
      ),
    { variants: smoothing, inputs: { prediction: chance, target: probability } },
  ),
  sparseCategoricalCrossentropy: ofPredictions((p, t, { round }) => categorical(p, oneHot(t[0]!, p.length), round), {
    inputs: { prediction: chance, target: label },
  }),
  sigmoidBinaryCrossentropy: ofLogits(
    (z, t, { numbers }) => {
      const y = [...t].map((x) => smooth(x, numbers.labelSmoothing!, 2));
      const prediction = [...z].map((x) => 1 / (1 + Math.exp(-x)));
      const loss = [...z].map((x, j) => Math.max(x, 0) - x * y[j]! + Math.log1p(Math.exp(-Math.abs(x))));
      return { loss: mean(loss), delta: prediction.map((x, j) => (x - y[j]!) / z.length), prediction };
    },
    { variants: smoothing, inputs: { logits: logit, target: probability } },
  ),
  softmaxCategoricalCrossentropy: ofLogits(
    (z, t, { numbers }) =>
      fusedCategorical(
        z,
        [...t].map((x) => smooth(x, numbers.labelSmoothing!, z.length)),
      ),
    { variants: smoothing, inputs: { logits: logit, target: probability } },
  ),
  softmaxSparseCategoricalCrossentropy: ofLogits((z, t) => fusedCategorical(z, oneHot(t[0]!, z.length)), {
    inputs: { logits: logit, target: label },
  }),
  binaryAccuracy: metric(
    (p, t, { numbers, round }) => {
      const edge = round(numbers.threshold!);
      const right = [...p].map((x, j) => !Number.isNaN(x) && !Number.isNaN(t[j]) && x > edge === t[j]! > 0.5);
      return mean(right.map(Number));
    },
    {
      variants: [0.5, 0, 0.1].map((threshold, i) => ({ numbers: { accumulator: 5 * i, threshold } })),
      inputs: { prediction: or([0.1], steps), target: or([0.5], probability) },
    },
  ),
  categoricalAccuracy: metric((p, t) => Number(largest(p) >= 0 && largest(p) === largest(t)), {
    inputs: { prediction: steps, target: steps },
  }),
  sparseCategoricalAccuracy: metric((p, t) => Number(largest(p) >= 0 && largest(p) === t[0]), {
    inputs: { prediction: steps, target: label },
  }),
};
