// Loss and gradients of a network on one backend, read from the memory of a training step.
import { Reg } from '../../assembly/opcodes';
import type { BackendName } from '../../src/backend/backend';
import { buildArchitecture } from '../../src/compile';
import type { Rows } from '../../src/data/inputs';
import { Engine } from '../../src/engine';
// The entry point offers the WebAssembly backend.
import '../../src/index';
import type { Layer } from '../../src/layers/layer';
import { type LossInput, parseLoss } from '../../src/losses';
import type { DType } from '../../src/matrix';
import { type Optimizer, optimizers } from '../../src/optimizers';
import { type OwnFloats, unpack } from '../../src/plan/layout';

export interface ProbeOptions {
  readonly layers: readonly Layer[];
  readonly loss: LossInput;
  /** Gradients are summed over the batch, as in the article. */
  readonly sum?: boolean;
  /** Clips, too; its step is one of learning rate 0 here. */
  readonly optimizer?: Optimizer;
  readonly seed?: number;
}

/** Targets as rows, or class labels. */
export type Targets = readonly (readonly number[])[] | readonly number[];

/** Rows as the engine takes them. */
export function rowsOf(values: Targets, dtype: DType): Rows {
  const flat = (values as (number | number[])[]).flat();
  const data = dtype === 'float32' ? new Float32Array(flat) : new Float64Array(flat);
  return { data, rows: values.length, cols: flat.length / values.length };
}

/** A network whose weights can be set and whose training step, of learning rate 0, shows its loss and gradients. */
export class Probe {
  readonly engine: Engine;

  constructor(
    { layers, loss, sum = false, optimizer = optimizers.sgd(), seed = 1 }: ProbeOptions,
    readonly backend: BackendName,
    readonly dtype: DType = 'float64',
  ) {
    this.engine = new Engine(buildArchitecture(layers), dtype, seed, backend);
    this.engine.compile({ loss: parseLoss(loss), metrics: [], optimizer, sum, guard: true });
  }

  get shapes(): (readonly number[])[] {
    return this.engine.architecture.params.map(({ shape }) => shape);
  }

  /** Sets parameter `index` to row-major values. */
  set(index: number, values: Float64Array | readonly number[] | readonly (readonly number[])[]): void {
    const flat = (Array.isArray(values) ? values.flat() : Array.from(values as Float64Array)) as number[];
    this.engine.setParam(index, this.dtype === 'float32' ? new Float32Array(flat) : new Float64Array(flat));
  }

  /**
   * One training step on all rows, dropout included (always the same mask); `batch` may leave room for more rows.
   * @returns the mean loss, and the gradients the optimizer got: row-major, in the order of the parameters.
   */
  step(x: Rows, y: Rows, batch = x.rows): { loss: number; gradients: OwnFloats[] } {
    const { engine, dtype } = this;
    const sums = new Float64Array(1);
    let gradients: OwnFloats[] = [];
    const work = { x, y, from: 0, count: x.rows, batch, sums, learningRate: 0, epoch: 3, step: 5 };
    const done = engine.run('train', work, ({ tensors }) => {
      const floats = engine.rows(tensors.get('gradients')!, 1);
      gradients = engine.layout.params.map((p) =>
        unpack(p, dtype, floats, (p.offset - Reg.Bytes) / floats.BYTES_PER_ELEMENT),
      );
    });
    if (done !== 1) throw new Error(`the step did not complete: ${engine.failed} is not finite`);
    return { loss: sums[0]! / x.rows, gradients };
  }

  /** What the network is told to do, op by op. */
  ops(rows: number): string[] {
    return this.engine.plan('train', rows).instructions.map(({ op }) => op);
  }

  dispose(): void {
    this.engine.dispose();
  }
}

/** A stream of numbers in [0, 1) that depends on the seed only (a 32-bit mixing function of a counter). */
export function uniforms(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A matrix of uniform numbers in [low, high). */
export function matrix(random: () => number, rows: number, cols: number, low: number, high: number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: cols }, () => low + (high - low) * random()));
}
