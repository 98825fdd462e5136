/**
 * What only Node has.
 * @module linnet/node
 */
import type { Backend } from './backend/backend';
import { offered } from './backend/offer';
import { coreBytes, instantiate } from './backend/wasm';
import { builtin } from './builtin';
import { buildArchitecture, type Training } from './compile';
import { Engine, type Work } from './engine';
import { layers } from './layers';
import { losses } from './losses';
import { optimizers } from './optimizers';
import type { DType } from './plan/tensor';

/** What `enableRevectorize` found. */
export interface Revectorization {
  /** Whether the option is on now. */
  readonly enabled: boolean;
  /** Why, or why not. */
  readonly reason: string;
  /** Speed of a dense training step with the option ÷ without it, as measured here and now. */
  readonly speedup?: number;
}

const FLAG = 'experimental-wasm-revectorize';
/** The first version of Node whose V8 compiles the core's loops well with it. */
const SINCE = 24;
/** Milliseconds after which V8 has optimised what runs. */
const WARM_UP = 150;
/** Rounds of timing in turn, and milliseconds of one. */
const ROUNDS = 7;
const SAMPLE = 8;
/** Calls of 8 steps in the trainings whose bits are compared. */
const CALLS = 12;
/** Less is noise. */
const WORTH = 1.05;

const rows = 32;
const numbers = (length: number) => Float32Array.from({ length }, (_, i) => ((i * 7919) % 1009) / 500 - 1);
const work: Work = {
  x: { data: numbers(rows * 256), rows, cols: 256 },
  y: { data: Float32Array.from({ length: rows }, (_, i) => i % 10), rows, cols: 1 },
  from: 0,
  count: rows,
  batch: rows,
  repeat: 8,
  learningRate: 0.001,
};

const training: Training = {
  loss: losses.sparseCategoricalCrossentropy(),
  metrics: [],
  optimizer: optimizers.adam(),
  sum: false,
  guard: true,
};

/** Small trainings on a core of their own. */
class Trial {
  readonly #create: () => Backend;
  readonly #engine: Engine;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    const module = new WebAssembly.Module(bytes);
    this.#create = () => instantiate(module);
    this.#engine = this.#train('float32');
    this.time(WARM_UP);
  }

  #train(dtype: DType): Engine {
    offered.one = this.#create;
    delete offered.refusal; // this bundle has none of its own to offer
    const hidden = layers.dense({ units: 256, activation: 'relu', inputShape: [256] });
    const architecture = buildArchitecture([hidden, layers.dense({ units: 10, activation: 'softmax' })]);
    const engine = new Engine(architecture, dtype, 1, 'wasm');
    engine.compile(training);
    return engine;
  }

  /** Trains for so many milliseconds; returns how many a call takes. */
  time(milliseconds: number): number {
    const start = performance.now();
    for (let calls = 1; ; calls++) {
      this.#engine.run('train', work);
      const passed = performance.now() - start;
      if (passed >= milliseconds) return passed / calls;
    }
  }

  /** Weights after a training by optimised code. */
  weights(dtype: DType): number[] {
    const engine = this.#train(dtype);
    for (let call = 0; call < CALLS; call++) engine.run('train', work);
    return engine.architecture.params.flatMap((_, i) => [...engine.getParam(i)]);
  }
}

/** The core's bytes with a mark, so that the engine compiles them anew. */
function marked(mark: number): Uint8Array<ArrayBuffer> {
  const bytes = coreBytes(false);
  const result = new Uint8Array(bytes.length + 5);
  result.set(bytes);
  result.set([0, 3, 1, 0x78, mark], bytes.length); // a custom section called x
  return result;
}

/**
 * Turns on an experimental optimisation of Node's engine, for the whole process: V8 then joins pairs of 128-bit vector
 * instructions into 256-bit ones. Call it before the first model is made. It takes about a second, in which it trains a
 * small network both ways; unless that gives the same bits, and is faster on this machine, the option stays off.
 *
 * Dense products then take about two thirds of the time on processors with AVX2. Node 24 or later.
 *
 * @example
 * import { enableRevectorize } from 'linnet/node';
 * console.log(enableRevectorize()); // { enabled: true, reason: '…', speedup: 1.4 }
 */
export function enableRevectorize(): Revectorization {
  const no = (reason: string, speedup?: number): Revectorization => ({ enabled: false, reason, speedup });
  const v8 = builtin<{ setFlagsFromString(flag: string): void }>('node:v8');
  const { node, bun, deno } = globalThis.process?.versions ?? ({} as NodeJS.ProcessVersions);
  if (!v8 || !node || bun || deno) return no('this is not Node');
  if (Number.parseInt(node, 10) < SINCE) return no(`this is Node ${node}; the option works well from ${SINCE} on`);

  const plain = new Trial(marked(1));
  v8.setFlagsFromString(`--${FLAG}`);
  // The core itself, not a copy: where models have made the engine optimise it before, it is too late, and this shows it.
  const joined = new Trial(coreBytes(false));
  const ratios = Array.from({ length: ROUNDS }, () => plain.time(SAMPLE) / joined.time(SAMPLE));
  const speedup = ratios.sort((a, b) => a - b)[ROUNDS >> 1]!;
  const same = (['float32', 'float64'] as const).every((dtype) => {
    const expected = plain.weights(dtype);
    return joined.weights(dtype).every((weight, i) => Object.is(weight, expected[i]));
  });
  if (same && speedup >= WORTH) return { enabled: true, reason: 'the same bits, and faster here', speedup };
  v8.setFlagsFromString(`--no-${FLAG}`);
  return no(same ? 'it is not faster here, or models were made before' : 'it changes bits here', speedup);
}
