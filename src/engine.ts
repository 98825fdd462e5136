import { Reg, Segment } from '../assembly/opcodes';
import { Slot } from './backend/memory';
import { type BackendChoice, type CachedPlan, type Runtime, selectBackend } from './backend/select';
import { type Architecture, compilePlan, type PlanKind, type Training } from './compile';
import type { Rows } from './data/inputs';
import { makeError } from './errors';
import { initialize } from './initializers';
import { optimizerStates } from './optimizers';
import { type Floats, layoutModel, type ModelLayout, type OwnFloats, pack, unpack } from './plan/layout';
import type { Plan } from './plan/plan';
import { align, bytesPerElement, type DType, elements, pad, type Tensor } from './plan/tensor';
import { seedWords } from './random';

/** A stretch of training, evaluation or prediction: consecutive batches in one call of the backend. */
export interface Work {
  readonly x: Rows;
  readonly y?: Rows;
  /** Which rows, in which order; left out: as they lie. */
  readonly order?: Uint32Array;
  /** The first row (a place in `order`), and how many. */
  readonly from: number;
  readonly count: number;
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

/** Bytes of batches staged for one call: enough to make the call's cost vanish, little enough to stay in cache. */
const STAGE = 1 << 20;

/** Plans that a backend keeps: enough for many architectures and batch sizes at once, few megabytes. */
const MAX_PLANS = 256;

/** A model's parameters and optimizer state in the memory of a backend, and the plans that run on them. */
export class Engine {
  readonly runtime: Runtime;
  readonly reason: string;
  layout: ModelLayout;
  #training: Training | undefined;
  #slot: Slot;
  /** What plans depend on besides kind and batch; models alike share their plans. */
  #key: string;

  constructor(
    readonly architecture: Architecture,
    readonly dtype: DType,
    readonly seed: number,
    backend: BackendChoice,
  ) {
    const { runtime, reason } = selectBackend(backend);
    this.runtime = runtime;
    this.reason = reason;
    this.#key = this.#planKey();
    this.layout = layoutModel(architecture.params, dtype, 0);
    this.#slot = this.#newSlot(this.layout);
    architecture.params.forEach(({ initializer, shape }, i) => {
      this.setParam(i, initialize(initializer, shape, seed, i, dtype));
    });
  }

  /** Prepares for training: optimizer state is added to the slot and starts anew; weights stay. */
  compile(training: Training): void {
    const states = optimizerStates(training.optimizer);
    const layout = layoutModel(this.architecture.params, this.dtype, states.length);
    const params = this.architecture.params.map((_, i) => this.getParam(i));
    const slot = this.#newSlot(layout);
    this.runtime.slots.release(this.#slot);
    this.layout = layout;
    this.#slot = slot;
    this.#training = training;
    this.#key = this.#planKey();
    params.forEach((values, i) => {
      this.setParam(i, values);
      states.forEach(({ initial }, s) => {
        this.setParam(i, values.fill(initial), s + 1);
      });
    });
  }

  /** Turns the guard on or off for coming plans; states and weights stay. */
  guard(on: boolean): void {
    if (!this.#training || this.#training.guard === on) return;
    this.#training = { ...this.#training, guard: on };
    this.#key = this.#planKey();
  }

  #newSlot({ bytes }: ModelLayout): Slot {
    const slot = new Slot(bytes, 'state', allocate(bytes, this.runtime.backend.memory.limit));
    const view = new DataView(slot.home!.buffer);
    const [high, low] = seedWords(this.seed);
    view.setUint32(Reg.SeedHigh, high, true);
    view.setUint32(Reg.SeedLow, low, true);
    view.setFloat64(Reg.Beta1Power, 1, true);
    view.setFloat64(Reg.Beta2Power, 1, true);
    return slot;
  }

  /** A view of the slot's numbers, wherever they are now; it holds until the next allocation. */
  #floats(): Floats {
    const { buffer, byteOffset, byteLength } = this.runtime.slots.bytes(this.#slot);
    return this.dtype === 'float32'
      ? new Float32Array(buffer, byteOffset, byteLength / 4)
      : new Float64Array(buffer, byteOffset, byteLength / 8);
  }

  #place(index: number, state: number): number {
    const size = bytesPerElement(this.dtype);
    return this.layout.params[index]!.offset / size + state * this.layout.size;
  }

  /** Parameter `index`, or its optimizer state `state` (1, 2, …), row-major as a copy. */
  getParam(index: number, state = 0): OwnFloats {
    return unpack(this.layout.params[index]!, this.dtype, this.#floats(), this.#place(index, state));
  }

  setParam(index: number, values: Floats, state = 0): void {
    pack(this.layout.params[index]!, this.dtype, values, this.#floats(), this.#place(index, state));
  }

  /** The saved registers: optimizer steps, β₁ᵗ, β₂ᵗ. */
  get counters(): [number, number, number] {
    const { buffer, byteOffset } = this.runtime.slots.bytes(this.#slot);
    return [...new Float64Array(buffer, byteOffset + Reg.StepCount, 3)] as [number, number, number];
  }

  set counters(values: readonly [number, number, number]) {
    const { buffer, byteOffset } = this.runtime.slots.bytes(this.#slot);
    new Float64Array(buffer, byteOffset + Reg.StepCount, 3).set(values);
  }

  /** The plan of a kind for batches of up to `batch` rows, compiled once. */
  plan(kind: PlanKind, batch: number): Plan {
    return this.#planned(kind, batch).plan;
  }

  #planKey(): string {
    return `${this.dtype} ${this.architecture.key} ${JSON.stringify(this.#training)}`;
  }

  #planned(kind: PlanKind, batch: number): CachedPlan {
    const { plans, slots } = this.runtime;
    const key = `${kind} ${batch} ${this.#key}`;
    let entry = plans.get(key);
    if (!entry) {
      const plan = compilePlan(kind, this.architecture, this.layout, batch, this.#training);
      entry = { plan, slot: new Slot(plan.records.length, 'constant', plan.records) };
      plans.set(key, entry);
      if (plans.size > MAX_PLANS) {
        const [oldest, { slot }] = plans.entries().next().value!;
        plans.delete(oldest);
        slots.release(slot);
      }
    }
    return entry;
  }

  /** Rows that one call can stage: whole batches, at least one. */
  stageRows(batch: number): number {
    const size = bytesPerElement(this.dtype);
    const bytes = (pad(this.architecture.inputs, this.dtype) + pad(this.architecture.outputs, this.dtype)) * size;
    return Math.max(1, Math.floor(STAGE / bytes / batch)) * batch;
  }

  /**
   * Runs the batches of `work`. Returns the steps completed, fewer than asked for where the guard ended the run; the
   * failing step can then be looked into with `locate`.
   * @param read called before the memory can change hands, with the plan and the addresses of its segments.
   */
  run(kind: PlanKind, work: Work, read?: (plan: Plan, address: (segment: Segment) => number) => void): number {
    const { plan, slot } = this.#planned(kind, work.batch);
    const { runtime } = this;
    const { slots } = runtime;
    const size = bytesPerElement(this.dtype);
    const xBytes = align(work.count * pad(plan.input.shape[0]!, this.dtype) * size);
    const yBytes = plan.target ? align(work.count * pad(plan.target.shape[0]!, this.dtype) * size) : 0;
    const steps = work.repeat ?? Math.ceil(work.count / work.batch);
    const traceBytes = work.trace ? align(steps * 8) : 0;
    const workspace = workspaceOf(runtime, plan.workspace + xBytes + yBytes + traceBytes + 64);
    slots.acquire(slot, workspace, this.#slot);

    const { views } = slots;
    const base = this.#slot.address;
    const rate = workspace.address + align(plan.workspace);
    const x = rate + 64;
    const y = x + xBytes;
    const trace = y + yBytes;
    const floats = this.dtype === 'float32' ? views.f32 : views.f64;
    stage(floats, x / size, work.x, pad(work.x.cols, this.dtype), work);
    if (work.y && plan.target) stage(floats, y / size, work.y, pad(work.y.cols, this.dtype), work);
    views.f64[rate / 8] = work.learningRate ?? 0;

    const { u32, f64 } = views;
    const at = base / 4;
    const stride = work.repeat === undefined ? work.batch * size : 0;
    u32[at + Reg.Segments / 4] = base;
    u32[at + Reg.Segments / 4 + 1] = workspace.address;
    u32[at + Reg.X / 4] = x;
    u32[at + Reg.Y / 4] = y;
    u32[at + Reg.Rows / 4] = Math.min(work.batch, work.count);
    u32[at + Reg.Batch / 4] = work.batch;
    u32[at + Reg.RowsLeft / 4] = work.count * (work.repeat ?? 1);
    u32[at + Reg.XStride / 4] = stride * pad(plan.input.shape[0]!, this.dtype);
    u32[at + Reg.YStride / 4] = plan.target ? stride * pad(plan.target.shape[0]!, this.dtype) : 0;
    u32[at + Reg.Epoch / 4] = work.epoch ?? 0;
    u32[at + Reg.EpochStep / 4] = work.step ?? 0;
    u32[at + Reg.LearningRate / 4] = rate;
    u32[at + Reg.LearningRateStride / 4] = 0;
    u32[at + Reg.Trace / 4] = work.trace ? trace : 0;
    u32[at + Reg.Stopped / 4] = 0;
    f64[(base + Reg.SquaredNorm) / 8] = 0;
    const sums = (base + Reg.Accumulators) / 8;
    for (let i = 0; i < Reg.MaxAccumulators; i++) f64[sums + i] = work.sums?.[i] ?? 0;

    const run = runtime.backend.run[this.dtype];
    const end = plan.instructions.length;
    let from = 0;
    if (work.output) {
      from = plan.marks.forward;
      run(slot.address, base, 0, from, 1);
      const { output } = plan;
      stage(
        floats,
        (u32[at + output.segment]! + output.offset) / size,
        work.output,
        pad(work.output.cols, this.dtype),
        {
          from: 0,
          count: work.count,
        },
      );
    }
    const done = run(slot.address, base, from, end, steps);
    work.sums?.set(f64.subarray(sums, sums + work.sums.length));
    work.trace?.set(f64.subarray(trace / 8, trace / 8 + done));
    // `next` has moved the inputs' address on: a model without ops hands its inputs through.
    read?.(plan, (segment) => (segment === Segment.X ? x : u32[at + Reg.Segments / 4 + segment]!));
    return done;
  }

  /**
   * The output for every row of x, row-major, in batches of up to `batch` rows.
   * @param out receives the values, if given.
   */
  predict(x: Rows, batch = 128, out?: Floats): Floats {
    const { outputs } = this.architecture;
    const result =
      out ?? (this.dtype === 'float32' ? new Float32Array(x.rows * outputs) : new Float64Array(x.rows * outputs));
    const most = Math.min(batch, x.rows);
    for (let from = 0; from < x.rows; from += most) {
      const count = Math.min(most, x.rows - from);
      this.run('predict', { x, from, count, batch: most }, ({ output }, address) => {
        const { f32, f64 } = this.runtime.slots.views;
        const floats = this.dtype === 'float32' ? f32 : f64;
        const at = (address(output.segment) + output.offset) / bytesPerElement(this.dtype);
        copyRows(result, from * outputs, outputs, floats, at, pad(outputs, this.dtype), count, outputs);
      });
    }
    return result;
  }

  /**
   * After a run that the guard ended: repeats the failing step op by op and names the first tensor that is not finite;
   * `loss` where only the loss overflowed, else the first gradient that is too large for the optimizer.
   * Weights and state are as the step found them, and stay so.
   */
  locate(kind: PlanKind, work: Work): string {
    const { plan, slot } = this.#planned(kind, work.batch);
    const { slots, backend } = this.runtime;
    const floats = this.dtype === 'float32' ? slots.views.f32 : slots.views.f64;
    const base = this.#slot.address;
    const size = bytesPerElement(this.dtype);
    const rows = slots.views.i32[(base + Reg.Rows) / 4]!;
    const exceeds = (tensor: Tensor, limit: number) => {
      const from = (slots.views.u32[base / 4 + tensor.segment]! + tensor.offset) / size;
      const to = from + elements(tensor, this.dtype, rows);
      return floats.subarray(from, to).some((value) => !(Math.abs(value) <= limit));
    };
    const gradients: Tensor[] = [];
    const end = plan.instructions.map(({ op }) => op).lastIndexOf('guard'); // with clipping there are two
    for (const [i, { op, operands, constants }] of plan.instructions.slice(0, end + 1).entries()) {
      if (op === 'guard') {
        if (!Number.isFinite(slots.views.f64[(base + Reg.Accumulators) / 8])) return 'loss';
        const large = gradients.find((tensor) => exceeds(tensor, constants[0]!));
        if (large) return large.name;
        continue;
      }
      backend.run[this.dtype](slot.address, base, i, i + 1, 1);
      for (const tensor of operands) {
        if (tensor?.segment !== Segment.Workspace || /scratch|penalty/.test(tensor.name)) continue;
        if (exceeds(tensor, Number.MAX_VALUE)) return tensor.name;
        if (tensor.name.startsWith('∂')) gradients.push(tensor);
      }
    }
    return 'gradients';
  }

  /** Gives the memory back at once. */
  dispose(): void {
    this.runtime.slots.release(this.#slot);
  }
}

/** Zeroed bytes for a model's slot. */
function allocate(bytes: number, limit: number): Uint8Array {
  const gib = (n: number) => `${(n / (1 << 30)).toFixed(1)} GiB`;
  const need = `model: parameters and optimizer state take ${gib(bytes)}`;
  if (bytes > limit) {
    throw makeError(RangeError, 'ERR_MEMORY', `${need}, the memory holds ${gib(limit)}. Use smaller layers.`);
  }
  try {
    return new Uint8Array(bytes);
  } catch (error) {
    throw makeError(RangeError, 'ERR_MEMORY', `${need}, which this machine cannot give. Use smaller layers.`, error);
  }
}

/** Below this size the workspace grows by doubling, so that ever larger batches do not move it each time. */
const DOUBLING = 1 << 26;

/** The workspace all models of a runtime share, at least `bytes` long. */
function workspaceOf(runtime: Runtime, bytes: number): Slot {
  const current = runtime.workspace;
  const resident = current.address !== 0;
  if (resident && current.bytes >= bytes) return current;
  if (resident) runtime.slots.release(current);
  const size = resident && bytes < DOUBLING ? Math.max(bytes, 2 * current.bytes) : bytes;
  runtime.workspace = new Slot(size, 'nothing');
  return runtime.workspace;
}

/** Copies `count` rows, in order, to element `at`, `stride` elements apart; pads are +0. */
function stage(
  floats: Floats,
  at: number,
  rows: Rows,
  stride: number,
  { order, from, count }: Pick<Work, 'order' | 'from' | 'count'>,
): void {
  const { data, cols } = rows;
  for (let r = 0; r < count; r++, at += stride) {
    const row = (order ? order[from + r]! : from + r) * cols;
    if (cols >= 32) floats.set(data.subarray(row, row + cols) as never, at);
    else for (let c = 0; c < cols; c++) floats[at + c] = data[row + c]!;
    for (let c = cols; c < stride; c++) floats[at + c] = 0;
  }
}

/** Copies `count` rows of `cols` values from stride to stride. */
function copyRows(
  to: Floats,
  toAt: number,
  toStride: number,
  from: Floats,
  fromAt: number,
  fromStride: number,
  count: number,
  cols: number,
): void {
  for (let r = 0; r < count; r++) {
    for (let c = 0; c < cols; c++) to[toAt + r * toStride + c] = from[fromAt + r * fromStride + c]!;
  }
}
