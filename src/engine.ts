import { Reg } from '../assembly/opcodes';
import type { Member, ThreadChoice } from './backend/backend';
import { Slot } from './backend/memory';
import { type BackendChoice, type CachedPlan, type Runtime, selectBackend } from './backend/select';
import { type Architecture, compilePlan, leadingFactors, type PlanKind, type Training } from './compile';
import type { Rows } from './data/inputs';
import { sparseRows } from './data/sparse';
import { initialize } from './initializers';
import { indexIn, locate, numbersIn } from './locate';
import { optimizerStates } from './optimizers';
import { type Floats, floatArrays, layoutModel, type ModelLayout, type OwnFloats, pack, unpack } from './plan/layout';
import type { Plan } from './plan/plan';
import type { Layout } from './plan/schema';
import { align, bytesPerElement, type DType, pad, type Tensor } from './plan/tensor';
import { seedWords } from './random';
import { allocate, workspaceOf } from './room';
import { type Batches, type Inputs, listBytes, PAIR, paddedRows, stage, stagePairs } from './stage';
import { ZeroSkipping } from './zeros';

/** A stretch of training, evaluation or prediction: consecutive batches in one call of the backend. */
export interface Work extends Batches {
  readonly x: Inputs;
  readonly y?: Rows;
  /** Rows of a full batch. */
  readonly batch: number;
  /** Work on the same single batch this many times over. */
  readonly repeat?: number;
  readonly learningRate?: number;
  /** Place in the random streams. */
  readonly epoch?: number;
  readonly step?: number;
  /** Sums over rows so far, loss first; brought up to date. */
  readonly sums?: Float64Array;
  /** Receives the loss sum of each step. */
  readonly trace?: Float64Array;
  /** Takes the place of the forward pass's output. */
  readonly output?: Rows;
}

/** Work that workers may do while the caller goes on, if it is `owned`: `run` then returns a promise. */
export type OwnedWork = Work & { readonly owned: boolean | undefined };

/** Bytes of batches staged for one call: enough to make the call's cost vanish, little enough to stay in cache. */
const STAGE = 1 << 20;

/** Plans that a backend keeps: enough for many architectures and batch sizes at once, few megabytes. */
const MAX_PLANS = 256;

const NO_PRODUCT = 'not skipped (the first layer is no product of the inputs)';

/** How inputs come to a plan. */
export const feedOf = ({ lists, held }: Inputs): Layout => (lists ? 'lists' : held ? 'scattered' : 'rows');

/** A model's parameters and optimizer state in the memory of a backend, and the plans that run on them. */
export class Engine implements Member {
  runtime: Runtime;
  readonly reason: string;
  layout!: ModelLayout;
  #slot!: Slot;
  #training: Training | undefined;
  /** What plans depend on besides kind and batch; models alike share their plans. */
  #key!: string;
  readonly #seed: readonly number[];
  /** By what inputs are multiplied before a first product that can skip zeros. */
  readonly #factors: readonly number[] | undefined;
  readonly #zeros: ZeroSkipping;
  /** The plan that ran last, if it is still kept. */
  #last: { kind: PlanKind; batch: number; feed: Layout; entry: CachedPlan } | undefined;
  /**
   * After a run that the guard ended: the name of the first tensor that is not finite; see `locate`. Weights and state are
   * as the failing step found them, and stay so.
   */
  failed = '';
  /** Data held for a fit. */
  #held: Slot[] = [];

  constructor(
    readonly architecture: Architecture,
    readonly dtype: DType,
    readonly seed: number,
    backend: BackendChoice,
    /** Whether zeros in the data are skipped: as is faster, or as the user wishes. */
    skipZeros: 'auto' | boolean = false,
    readonly wish: ThreadChoice = 1,
  ) {
    const { runtime, reason } = selectBackend(backend, wish);
    this.runtime = runtime;
    this.reason = reason;
    this.#seed = seedWords(seed);
    this.#factors = leadingFactors(architecture);
    this.#zeros = new ZeroSkipping(skipZeros, dtype);
    this.#arrange(0);
    this.#train(undefined);
    architecture.params.forEach(({ initializer, shape }, i) => {
      this.setParam(i, initialize(initializer, shape, seed, i, dtype));
    });
  }

  /** Prepares for training: optimizer state is added to the slot and starts anew; weights stay. */
  compile(training: Training): void {
    const states = optimizerStates(training.optimizer);
    const params = this.architecture.params.map((_, i) => this.getParam(i));
    const slot = this.#slot;
    this.#arrange(states.length);
    this.runtime.slots.release(slot);
    this.#train(training);
    params.forEach((values, i) => {
      this.setParam(i, values);
      states.forEach(({ initial }, s) => {
        this.setParam(i, values.fill(initial), s + 1);
      });
    });
  }

  /** Prepares for a call of `fit`, with the guard on or off. States and weights stay; if a thread dies, those of now do. */
  begin(guard: boolean): void {
    this.#changed();
    if (this.#training && this.#training.guard !== guard) this.#train({ ...this.#training, guard });
  }

  #train(training: Training | undefined): void {
    this.#training = training;
    this.#last = undefined;
    this.#key = `${this.dtype} ${this.architecture.key} ${JSON.stringify(training)}`;
  }

  /** A new slot, all zeros. */
  #arrange(states: number): void {
    const layout = layoutModel(this.architecture.params, this.dtype, states);
    const { bytes } = layout;
    this.#slot = new Slot(bytes, 'state', allocate(bytes, this.runtime.backend.memory.limit));
    this.layout = layout;
    this.counters = [0, 1, 1];
  }

  /** The slot's numbers of a dtype, wherever they are now; the view holds until the next allocation. */
  #floats(dtype: DType): Floats {
    this.runtime.backend.crew?.settle();
    const { buffer, byteOffset, byteLength } = this.runtime.slots.bytes(this.#slot);
    return new floatArrays[dtype](buffer, byteOffset, byteLength / bytesPerElement(dtype));
  }

  /** Rows of a tensor as the last run left them, row-major without pads; written to `out` from row `first` on. */
  rows(tensor: Tensor, rows: number, out?: Floats, first = 0): Floats {
    const cols = tensor.shape[0]!;
    const values = out ?? new floatArrays[this.dtype](rows * cols);
    const { views } = this.runtime.slots;
    const memory = numbersIn(views, this.dtype);
    const stride = pad(cols, this.dtype);
    let at = indexIn(views, this.#slot.address, tensor, this.dtype);
    for (let r = first; r < first + rows; r++, at += stride) {
      for (let c = 0; c < cols; c++) values[r * cols + c] = memory[at + c]!;
    }
    return values;
  }

  #place(index: number, state: number): number {
    return this.layout.params[index]!.offset / bytesPerElement(this.dtype) + state * this.layout.size;
  }

  /** Parameter `index`, or its optimizer state `state` (1, 2, …), row-major as a copy. */
  getParam(index: number, state = 0): OwnFloats {
    const { dtype } = this;
    return unpack(this.layout.params[index]!, dtype, this.#floats(dtype), this.#place(index, state));
  }

  setParam(index: number, values: Floats, state = 0): void {
    const { dtype } = this;
    pack(this.layout.params[index]!, dtype, values, this.#floats(dtype), this.#place(index, state));
    this.#changed();
    this.#floats('float32')[Reg.WeightsFinite / 4] = 0;
  }

  /** The saved registers: optimizer steps, β₁ᵗ, β₂ᵗ. */
  get counters(): [number, number, number] {
    const at = Reg.StepCount / 8;
    return [...this.#floats('float64').subarray(at, at + 3)] as [number, number, number];
  }

  set counters(values: readonly [number, number, number]) {
    this.#changed();
    this.#floats('float64').set(values, Reg.StepCount / 8);
  }

  /**
   * The same rows, to be taken without their zeros where that is faster: where the first layer is a product that can
   * skip them, and few enough numbers are not 0.
   * @param batch rows of a batch.
   * @param again whether the rows are gone through more than once.
   */
  skipZeros(x: Rows, batch: number, again = false): Rows {
    if (!this.#factors) return x;
    const units = this.architecture.params[0]!.shape.at(-1)!;
    return this.#zeros.decide(x, batch, again, units, this.runtime.backend) ? { ...x, lists: true } : x;
  }

  /**
   * A copy of rows for a `fit`, which goes through them in any order, many times: in the backend's memory, unless they are
   * too large for that.
   */
  hold(given: Rows, batch: number): Inputs {
    const x = this.skipZeros(given, batch, true);
    const large = this.runtime.backend.memory.limit / 4;
    if (x.rows * this.#bytes(x.cols) > large) return { ...x, data: x.data.slice() };
    const { numbers, starts } = x.lists ? sparseRows(x, this.dtype, this.#factors!) : paddedRows(x, this.dtype);
    const slot = new Slot(numbers.byteLength, 'data', new Uint8Array(numbers.buffer));
    this.#held.push(slot);
    try {
      this.runtime.slots.acquire(slot);
    } catch {
      return { ...x, data: x.data.slice() }; // the engine has no room for it
    }
    return { ...x, data: new floatArrays[this.dtype](0), held: { slot, starts } };
  }

  /** Gives back what `hold` has taken. */
  release(): void {
    for (const slot of this.#held) this.runtime.slots.release(slot);
    this.#held = [];
  }

  /** Bytes of a row in memory. */
  #bytes(cols: number): number {
    return pad(cols, this.dtype) * bytesPerElement(this.dtype);
  }

  /** Whether zeros were skipped in the last data, and why. */
  get zeros(): string {
    return this.#factors ? `${this.#zeros}` : NO_PRODUCT;
  }

  /** The plan of a kind for batches of up to `batch` rows of data such as the last, compiled once. */
  plan(kind: PlanKind, batch: number): Plan {
    const feed = this.#zeros.skips ? 'lists' : kind === 'train' ? 'scattered' : 'rows';
    return this.#planned(kind, batch, feed).plan;
  }

  #planned(kind: PlanKind, batch: number, feed: Layout): CachedPlan {
    const last = this.#last; // saves the long key: 0.7 µs a call
    if (last?.kind === kind && last.batch === batch && last.feed === feed && last.entry.slot.home) return last.entry;
    const { plans, slots } = this.runtime;
    const key = `${kind} ${batch} ${feed} ${this.threads} ${this.#key}`;
    let entry = plans.get(key);
    if (!entry) {
      const plan = compilePlan(kind, this.architecture, this.layout, batch, this.#training, feed, this.threads);
      entry = { plan, slot: new Slot(plan.records.length, 'constant', plan.records) };
      plans.set(key, entry);
      if (plans.size > MAX_PLANS) {
        const [oldest, { slot }] = plans.entries().next().value!;
        plans.delete(oldest);
        slots.release(slot);
      }
    }
    this.#last = { kind, batch, feed, entry };
    return entry;
  }

  /** Rows that one call can stage: whole batches, at least one. */
  stageRows({ held, cols }: Inputs, batch: number): number {
    const bytes = (held ? PAIR : this.#bytes(cols)) + this.#bytes(this.architecture.outputs);
    return Math.max(1, Math.floor(STAGE / bytes / batch)) * batch;
  }

  /**
   * Runs the batches of `work`. Returns the steps completed, fewer than asked for where the guard ended the run; `failed`
   * then says more of the step after these.
   * @param read called before the memory can change hands, for `rows`.
   */
  run(kind: PlanKind, work: OwnedWork): number | Promise<number>;
  run(kind: PlanKind, work: Work, read?: (plan: Plan) => void): number;
  run(kind: PlanKind, work: Work & Partial<OwnedWork>, read?: (plan: Plan) => void): number | Promise<number> {
    const { batch, count, repeat, sums, output, x } = work;
    const steps = repeat ?? Math.ceil(count / batch);
    this.runtime.backend.crew?.check(this);
    const { plan, slot } = this.#planned(kind, batch, feedOf(x));
    const { runtime, dtype } = this;
    const { slots } = runtime;
    const { held } = x;
    const pairs = plan.input.layout !== 'rows';
    const xBytes = pairs ? PAIR : this.#bytes(x.cols);
    const yBytes = plan.target ? this.#bytes(plan.target.shape[0]!) : 0;
    // Behind the plan's own workspace: the learning rate, the trace, inputs, targets.
    const traceEnd = align(8 + 8 * steps);
    const xEnd = traceEnd + align(pairs && !held ? listBytes(count, x.cols, dtype) : count * xBytes);
    const workspace = workspaceOf(runtime, plan.workspace + xEnd + count * yBytes);
    if (held) slots.acquire(slot, workspace, this.#slot, held.slot);
    else slots.acquire(slot, workspace, this.#slot);

    const { u32, f64 } = slots.views;
    const base = this.#slot.address;
    const rate = workspace.address + plan.workspace;
    const trace = rate + 8;
    const at = base / 4;
    const stride = repeat === undefined ? batch : 0;
    u32[at + Reg.Segments / 4] = base;
    u32[at + Reg.Segments / 4 + 1] = workspace.address;
    u32[at + Reg.X / 4] = rate + traceEnd;
    u32[at + Reg.Y / 4] = rate + xEnd;
    u32[at + Reg.Rows / 4] = Math.min(batch, count);
    u32[at + Reg.Batch / 4] = batch;
    u32[at + Reg.RowsLeft / 4] = count * (repeat ?? 1);
    u32[at + Reg.XStride / 4] = stride * xBytes;
    u32[at + Reg.YStride / 4] = stride * yBytes;
    u32[at + Reg.Epoch / 4] = work.epoch ?? 0;
    u32[at + Reg.EpochStep / 4] = work.step ?? 0;
    u32[at + Reg.SeedHigh / 4] = this.#seed[0]!;
    u32[at + Reg.SeedLow / 4] = this.#seed[1]!;
    u32[at + Reg.LearningRate / 4] = rate;
    u32[at + Reg.LearningRateStride / 4] = 0;
    u32[at + Reg.Trace / 4] = work.trace ? trace : 0;
    u32[at + Reg.Stopped / 4] = 0;
    const accumulators = (base + Reg.Accumulators) / 8;
    for (let i = 0; i < Reg.MaxAccumulators; i++) f64[accumulators + i] = 0; // f64.fill takes 0.1 µs
    if (sums) f64.set(sums, accumulators);
    f64[rate / 8] = work.learningRate ?? 0;
    this.#stage(plan.input, work.x, work);
    if (work.y) this.#stage(plan.target!, work.y, work);

    const { backend } = runtime;
    const run = backend.run[dtype];
    const { address } = slot;
    let from = 0;
    if (output) {
      from = plan.forward;
      run(address, base, 0, from, 1);
      this.#stage(plan.output, output, { from: 0, count });
    }
    const finish = (done: number): number => {
      sums?.set(f64.subarray(accumulators, accumulators + sums.length));
      work.trace?.set(f64.subarray(trace / 8, trace / 8 + done));
      // At once: the next run, of whichever model, has other things in the workspace.
      if (done < steps) this.failed = locate(backend, slots.views, plan, address, base);
      u32[at + Reg.X / 4] = rate + traceEnd; // `next` has moved it on; a model without ops hands its inputs through
      read?.(plan);
      return done;
    };
    const { crew } = backend;
    return crew
      ? crew.run({ plan, address, base, from, steps, changes: kind === 'train' }, this, finish, work.owned)
      : finish(run(address, base, from, plan.instructions.length, steps, 1));
  }

  /** Copies rows, in order, to a tensor. */
  #stage(tensor: Tensor, rows: Inputs, batches: Batches): void {
    const { views } = this.runtime.slots;
    const memory = numbersIn(views, this.dtype);
    const at = indexIn(views, this.#slot.address, tensor, this.dtype);
    const address = at * bytesPerElement(this.dtype);
    if (rows.held || rows.lists) stagePairs(views.u32, memory, address, rows, this.#factors!, batches);
    else stage(memory, at, rows, pad(rows.cols, this.dtype), batches);
  }

  /**
   * The output for every row of x, row-major, in batches of up to `batch` rows.
   * @param out receives the values, if given.
   */
  predict(x: Rows, batch = 128, out?: Floats): Floats {
    const values = out ?? new floatArrays[this.dtype](x.rows * this.architecture.outputs);
    const most = Math.min(batch, x.rows);
    for (let from = 0; from < x.rows; from += most) {
      const count = Math.min(most, x.rows - from);
      this.run('predict', { x, from, count, batch: most }, ({ output }) => this.rows(output, count, values, from));
    }
    return values;
  }

  /** Threads that long calls run on, once they have started. */
  get threads(): number {
    return this.runtime.backend.threads?.(this.wish) ?? 1;
  }

  /** If a thread dies, bytes of before do not count. */
  #changed(): void {
    this.runtime.backend.crew?.drop(this);
  }

  copy(): Uint8Array<ArrayBuffer> {
    return this.runtime.slots.bytes(this.#slot).slice();
  }

  move(bytes: Uint8Array<ArrayBuffer>): void {
    const { slots } = this.runtime;
    for (const held of this.#held) {
      const data = slots.bytes(held).slice();
      slots.release(held);
      held.home = data;
    }
    slots.release(this.#slot);
    this.#slot = new Slot(bytes.length, 'state', bytes);
    this.runtime = selectBackend('wasm', this.wish).runtime;
    this.#last = undefined;
  }

  /** Gives the memory back at once. */
  dispose(): void {
    this.release();
    this.runtime.slots.release(this.#slot);
    this.runtime.backend.crew?.leave(this);
  }
}
