// Both backends side by side: after every op of every step, all memory is compared.
import { Reg, Segment } from '../../assembly/opcodes';
import type { Backend, BackendName, Run } from '../../src/backend/backend';
import { type Architecture, compilePlan, type PlanKind, type Training } from '../../src/compile';
import { Engine, feedOf, type Work } from '../../src/engine';
// The entry point offers the WebAssembly backend.
import '../../src/index';
import type { Rows } from '../../src/data/inputs';
import type { ModelLayout } from '../../src/plan/layout';
import type { Plan } from '../../src/plan/plan';
import { type OpName, type Row, schema } from '../../src/plan/schema';
import { bytesPerElement, type DType, elements, type Tensor } from '../../src/plan/tensor';
import type { Held, Inputs } from '../../src/stage';
import { firstDifference, floatsAt } from './bits';

/** Puts `replace(run)` in the place of a backend's run; call what it returns to take it out again. */
export function intercept(backend: Backend, dtype: DType, replace: (run: Run) => Run): () => void {
  const runs = backend.run as Record<DType, Run>;
  const original = runs[dtype];
  runs[dtype] = replace(original);
  return () => {
    runs[dtype] = original;
  };
}

/** Registers that hold absolute addresses: only how far they have moved can be compared. */
const addresses = [Reg.Segments, Reg.Segments + 4, Reg.X, Reg.Y, Reg.LearningRate, Reg.Trace];

/** One backend's memory during a call of run. */
class Side {
  readonly plan: Plan;
  readonly #start: readonly number[];

  constructor(
    readonly engine: Engine,
    readonly run: Run,
    readonly planAddress: number,
    readonly base: number,
    plan: Plan,
  ) {
    this.plan = plan;
    this.#start = addresses.map((offset) => this.#u32[(base + offset) / 4]!);
    const from = this.#start[Segment.Workspace]!;
    // Left over from other models: not the same on both sides, and no op may depend on it.
    new Uint8Array(this.#buffer, from, plan.workspace).fill(0);
  }

  get #buffer(): ArrayBufferLike {
    return this.engine.runtime.backend.memory.buffer;
  }

  get #u32(): Uint32Array {
    return new Uint32Array(this.#buffer);
  }

  step(index: number): number {
    return this.run(this.planAddress, this.base, index, index + 1, 1);
  }

  /** Registers before the counters, which are integers, and from there on. */
  registers(): { integers: number[]; numbers: Float64Array } {
    const words = [...this.#u32.subarray(this.base / 4, (this.base + Reg.StepCount) / 4)];
    addresses.forEach((offset, i) => {
      words[offset / 4]! -= this.#start[i]!;
    });
    const numbers = new Float64Array(this.#buffer, this.base + Reg.StepCount, (Reg.Bytes - Reg.StepCount) / 8);
    return { integers: words, numbers };
  }

  floats(tensor: Tensor, rows: number) {
    const { dtype } = this.plan;
    const address = tensor.segment === Segment.Model ? this.base : this.#start[Segment.Workspace]!;
    return floatsAt(
      this.#buffer,
      dtype,
      address + tensor.offset,
      elements(tensor, dtype, rows) * bytesPerElement(dtype),
    );
  }
}

/** What must agree: parameters and optimizer states as one range, and all of the workspace but scratch. */
function compared(plan: Plan, layout: ModelLayout): Tensor[] {
  const size = bytesPerElement(plan.dtype);
  const model: Tensor = {
    name: 'parameters and states',
    segment: Segment.Model,
    offset: Reg.Bytes,
    layout: 'flat',
    shape: [(layout.bytes - Reg.Bytes) / size],
  };
  const scratch = new Set<Tensor | undefined>(); // and lists, which have addresses in them
  for (const { op, operands } of plan.instructions) {
    const row: Row = schema[op];
    Object.values(row.operands).forEach(({ role }, i) => {
      if (role === 'scratch' || operands[i]?.layout === 'lists') scratch.add(operands[i]);
    });
  }
  return [model, ...[...plan.tensors.values()].filter((tensor) => !scratch.has(tensor))];
}

function difference(wasm: Side, js: Side, tensors: readonly Tensor[]): string | undefined {
  const differ = (name: string, i: number, x: unknown, y: unknown) => `${name}[${i}] is ${x} on wasm, ${y} on js`;
  for (const tensor of tensors) {
    const [x, y] = [wasm, js].map((side) => side.floats(tensor, side.plan.batch));
    const i = firstDifference(x!, y!);
    if (i >= 0) return differ(tensor.name, i, x![i], y![i]);
  }
  const [x, y] = [wasm.registers(), js.registers()];
  const word = x.integers.findIndex((value, i) => value !== y.integers[i]);
  if (word >= 0) return differ('registers', 4 * word, x.integers[word], y.integers[word]);
  const i = firstDifference(x.numbers, y.numbers);
  return i < 0 ? undefined : differ('registers', Reg.StepCount + 8 * i, x.numbers[i], y.numbers[i]);
}

/** A model on both backends. */
export class Lockstep {
  readonly engines: Readonly<Record<BackendName, Engine>>;
  /** Ops run and compared so far. */
  readonly ops: OpName[] = [];
  readonly #held = new WeakMap<Held, Held>();

  constructor(
    readonly architecture: Architecture,
    readonly dtype: DType,
    seed: number,
    readonly training: Training,
    skipZeros: 'auto' | boolean = false,
  ) {
    const make = (name: BackendName) => {
      const engine = new Engine(architecture, dtype, seed, name, skipZeros);
      engine.compile(training);
      return engine;
    };
    this.engines = { wasm: make('wasm'), js: make('js') };
  }

  /** Rows held in both backends' memories. */
  hold(rows: Rows, batch: number): Inputs {
    const x = this.engines.wasm.hold(rows, batch);
    this.#held.set(x.held!, this.engines.js.hold({ ...rows, lists: x.lists }, batch).held!);
    return x;
  }

  /** The same rows for the other backend, whose memory is another. */
  forJs(x: Inputs): Inputs {
    return x.held ? { ...x, held: this.#held.get(x.held)! } : x;
  }

  /**
   * Engine.run on both, op by op.
   * @throws Error naming the first op after which some number differs.
   */
  run(kind: PlanKind, work: Work): number {
    const { wasm, js } = this.engines;
    const { dtype } = this;
    const plan = compilePlan(kind, this.architecture, wasm.layout, work.batch, this.training, feedOf(work.x));
    let done = -1;
    const nested = (a: Run): Run => {
      return (planA, baseA, from, to, steps) => {
        if (done >= 0 && to === from + 1) return a(planA, baseA, from, to, steps); // what failed is looked for
        const restore = intercept(js.runtime.backend, dtype, (b) => (planB, baseB, first, end, count) => {
          if (done >= 0 && end === first + 1) return b(planB, baseB, first, end, count);
          const sides = [new Side(wasm, a, planA, baseA, plan), new Side(js, b, planB, baseB, plan)] as const;
          done = this.#walk(sides, from, to, steps);
          return done;
        });
        try {
          js.run(kind, { ...work, x: this.forJs(work.x), sums: work.sums?.slice() });
        } finally {
          restore();
        }
        return done;
      };
    };
    // While wasm's memory is ready to run, js gets ready: then both are walked together.
    const restore = intercept(wasm.runtime.backend, dtype, nested);
    try {
      return wasm.run(kind, work);
    } finally {
      restore();
    }
  }

  #walk([wasm, js]: readonly [Side, Side], from: number, to: number, steps: number): number {
    const { plan } = wasm;
    const tensors = compared(plan, this.engines.wasm.layout);
    for (let step = 0; step < steps; step++) {
      for (let i = from; i < to; i++) {
        const where = `step ${step}, op ${i} (${plan.instructions[i]!.op})`;
        const [a, b] = [wasm.step(i), js.step(i)];
        this.ops.push(plan.instructions[i]!.op);
        if (a !== b) throw new Error(`${where}: ${a} steps on wasm, ${b} on js`);
        const problem = difference(wasm, js, tensors);
        if (problem) throw new Error(`${where}: ${problem}`);
        if (a === 0) return step;
      }
    }
    return steps;
  }

  dispose(): void {
    this.engines.wasm.dispose();
    this.engines.js.dispose();
  }
}
