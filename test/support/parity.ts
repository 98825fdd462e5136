// What a random model must show: the same bits on both backends, op by op, as a whole, and in slices of any length.
import { expect } from 'vitest';
import type { BackendName } from '../../src/backend/backend';
import { Engine, type Work } from '../../src/engine';
import { fromBase64 } from '../../src/formats/base64';
import type { ModelJson } from '../../src/formats/model';
import type { OpName } from '../../src/plan/schema';
import { shuffle } from '../../src/random';
import type { History } from '../../src/sequential-options';
import { Lockstep } from './lockstep';
import { uniforms } from './probe';
import { architectureOf, dataOf, type ModelSpec, modelOf, stateOf, trainingOf } from './random-models';

/** Sets optimizer state and counters as after long training, a step or two before the sweep of tiny state. */
function age(engine: Engine, spec: ModelSpec): void {
  engine.architecture.params.forEach(({ shape }, i) => {
    const length = shape.reduce((product, n) => product * n, 1);
    for (let s = 1; s <= engine.layout.states; s++) engine.setParam(i, stateOf(spec, length, 7 * i + s), s);
  });
  engine.counters = [[0, 62, 63, 127][spec.seed % 4]!, 0.3, 0.9];
}

/** Trains two epochs by calls of `run`; each call gets at most `slice()` steps. Returns the sums over rows. */
function train(
  spec: ModelSpec,
  seed: number,
  data: ReturnType<typeof dataOf>,
  run: (work: Work) => number,
  slice: () => number,
): number[] {
  const batch = Math.min(spec.batchSize, spec.rows);
  const batches = Math.ceil(spec.rows / batch);
  const all: number[] = [];
  for (let epoch = 0; epoch < 2; epoch++) {
    const order = spec.shuffle ? shuffle(spec.rows, seed, epoch) : undefined;
    const sums = new Float64Array(1 + spec.metrics.length);
    for (let step = 0; step < batches; ) {
      const from = step * batch;
      const count = Math.min(slice() * batch, spec.rows - from);
      const learningRate = spec.optimizer.learningRate;
      const done = run({ ...data, order, from, count, batch, sums, epoch, step, learningRate });
      step += done;
      if (done < Math.ceil(count / batch)) return [...all, ...sums]; // the guard ended it
    }
    all.push(...sums);
  }
  return all;
}

/** Weights, states and counters, row-major. */
function contents(engine: Engine): unknown {
  const params = engine.architecture.params.map((_, i) =>
    Array.from({ length: engine.layout.states + 1 }, (_, s) => engine.getParam(i, s)),
  );
  return { params, counters: engine.counters };
}

/** Both backends op by op; then wasm in one go and js in random slices. Returns the ops compared. */
export function checkOps(spec: ModelSpec): readonly OpName[] {
  const architecture = architectureOf(spec);
  const training = trainingOf(spec);
  const lockstep = new Lockstep(architecture, spec.dtype, spec.seed, training, spec.skipZeros);
  const { x, y } = dataOf(spec, architecture.outputs);
  const { wasm } = lockstep.engines;
  const data = { x: spec.seed % 2 === 0 ? lockstep.hold(x, spec.rows) : wasm.skipZeros(x, spec.rows), y };
  for (const engine of Object.values(lockstep.engines)) age(engine, spec);
  const whole = () => Number.MAX_SAFE_INTEGER / 1000;
  const sums = train(spec, spec.seed, data, (work) => lockstep.run('train', work), whole);
  lockstep.run('evaluate', { ...data, from: 0, count: spec.rows, batch: spec.rows, sums: new Float64Array(1) });
  lockstep.run('predict', { x: data.x, from: 0, count: spec.rows, batch: Math.min(spec.rows, 5) });

  const random = uniforms(spec.seed);
  const slices = { wasm: whole, js: () => 1 + Math.floor(4 * random()) };
  for (const backend of ['wasm', 'js'] as const) {
    const engine = new Engine(architecture, spec.dtype, spec.seed, backend);
    engine.compile(training);
    age(engine, spec);
    const own = backend === 'js' ? { ...data, x: lockstep.forJs(data.x) } : data;
    expect(train(spec, spec.seed, own, (work) => engine.run('train', work), slices[backend])).toEqual(sums);
    expect(contents(engine)).toEqual(contents(lockstep.engines[backend]));
    engine.dispose();
  }
  lockstep.dispose();
  return lockstep.ops;
}

/** What a whole training leaves behind, or how it failed. */
interface Result {
  readonly history: History['history'] | undefined;
  readonly error: unknown;
  readonly file: unknown;
  readonly weights: unknown;
  readonly predictions: unknown;
}

/** The file of a model with its tensors as numbers where there is NaN among them: a NaN has no certain bits. */
function contentsOf(file: ModelJson): unknown {
  const params = file.params.map(({ name, shape, data, states }) => {
    const length = shape.reduce((product, n) => product * n, 1);
    return [data, ...states].map((text) => fromBase64(name, text, file.dtype, length));
  });
  const finite = params.flat().every((values) => !values.some(Number.isNaN));
  return finite ? JSON.stringify(file) : { ...file, params, checksum: '' };
}

/** Training through the public interface. `sliced` uses the asynchronous `fit`. */
export async function trainModel(spec: ModelSpec, backend: BackendName, sliced = false, threads = 1): Promise<Result> {
  const model = modelOf(spec, backend, threads);
  const outputs = model.predict(new Float64Array(spec.inputs)).cols;
  const { x, y } = dataOf(spec, outputs);
  const [inputs, targets] = [x, y].map(({ data, rows, cols }) => ({ data, shape: [rows, cols] as [number, number] }));
  const { epochs, batchSize, shuffle, onNonFinite } = spec;
  const options = { epochs, batchSize, shuffle, onNonFinite };
  let history: Result['history'];
  let error: unknown;
  try {
    ({ history } = await (sliced ? model.fit(inputs!, targets!, options) : model.fitSync(inputs!, targets!, options)));
  } catch (thrown) {
    if (!(thrown instanceof Error && thrown.name === 'NonFiniteError')) throw thrown;
    error = { ...thrown, message: thrown.message };
  }
  const predictions = model.predict(inputs!).data;
  const result = { history, error, file: contentsOf(model.toJSON()), weights: model.getWeights(), predictions };
  model.dispose();
  return result;
}

/** A clock that passes at a random pace, so that slices, which end by the clock, end anywhere. */
export function randomClock(seed: number): () => number {
  const random = uniforms(seed);
  let now = 0;
  return () => {
    now += random() < 0.3 ? 0 : 12 * random();
    return now;
  };
}
