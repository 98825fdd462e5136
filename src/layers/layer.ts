import type { InitializerSpec } from '../initializers';
import type { PlanBuilder } from '../plan/builder';
import type { ParamSpec } from '../plan/layout';
import type { Tensor } from '../plan/tensor';
import type { Regularizer } from '../regularizers';
import type { ActivationName } from './activations';

/** A trainable array of a layer. */
export interface LayerParam extends ParamSpec {
  readonly initializer: InitializerSpec;
  readonly regularizer: Regularizer | undefined;
}

/** What a stage's forward pass leaves behind. */
export interface Forward {
  readonly output: Tensor;
  /** Emits the backward pass, if there is one: turns delta into ∂loss/∂input in place, or returns the latter. */
  backward?(delta: Tensor): Tensor | undefined;
}

/** One step of the forward pass. A layer is one or more: `dense` is a product, then an activation. */
export interface Stage {
  /** Set on a pure activation, with its layer, so that a loss can take its place in a fused op. */
  readonly activation?: ActivationName;
  readonly layer?: string;
  /** Has parameters, and so gradients. */
  readonly trainable?: true;
  /** The whole stage is a product with this number, so that it keeps zeros. */
  readonly scale?: number;
  /** Its input may come as lists. */
  readonly skipsZeros?: true;
  /** `needsInput`: an earlier stage is trainable, and waits for ∂loss/∂x. */
  forward(b: PlanBuilder, x: Tensor, needsInput: boolean): Forward;
}

/** A layer once its name and input width are known. */
export interface BuiltLayer {
  readonly name: string;
  readonly type: string;
  /** Values per row that come in and go out. */
  readonly inputs: number;
  readonly outputs: number;
  readonly params: readonly LayerParam[];
  readonly stages: readonly Stage[];
}

/** What `layers.dense(…)` and its like return: plain data, plus the way to build it. */
export interface Layer<Config extends object = object> {
  /** Name of the factory: `dense`. */
  readonly type: string;
  /** As given; `undefined` if the model is to give it out. */
  readonly name: string | undefined;
  /** Values per row the layer expects, where `inputShape` or `inputDim` was given. */
  readonly inputs: number | undefined;
  /** All options, defaults filled in: what `toJSON` saves. */
  readonly config: Readonly<Config>;
  /** @internal `index` is the layer's place in the model, which numbers its random streams. */
  build(name: string, inputs: number, index: number): BuiltLayer;
}
