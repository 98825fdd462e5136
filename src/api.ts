export type { BackendName, ThreadChoice } from './backend/backend';
export type { BackendChoice } from './backend/select';
export {
  type Callback,
  callbacks,
  type EarlyStoppingOptions,
  type LogName,
  type Logs,
  type Training,
} from './callbacks';
export type { PlanKind } from './compile';
export type { MatrixLike, NumericArray, TensorLike, VectorLike } from './data/inputs';
export { type ErrorCode, type LinnetError, NonFiniteError, type PartialHistory } from './errors';
export type { HistoryRecord } from './fit';
export type { Data, FitOptions } from './fit-options';
export type { CsvOptions, Table } from './formats/csv';
export type { IdxData } from './formats/idx';
export type { ModelJson, NetworkJson, TensorJson } from './formats/model';
export type { FileSource } from './formats/source';
export type { InitOptions } from './init';
export {
  type ConstantOptions,
  type InitializerInput,
  type InitializerName,
  type InitializerOptions,
  type InitializerSpec,
  initializers,
  type NoOptions,
  type NormalOptions,
  type UniformOptions,
} from './initializers';
export { layers } from './layers';
export type { ActivationOptions } from './layers/activation';
export type { ActivationName } from './layers/activations';
export type { DenseConfig, DenseOptions } from './layers/dense';
export type { DropoutOptions } from './layers/dropout';
export type { Layer } from './layers/layer';
export type { LayerOptions } from './layers/options';
export type { RescalingOptions } from './layers/rescaling';
export { type LoadOptions, loadModel } from './load';
export { type CrossentropyOptions, type Loss, type LossAlias, type LossInput, type LossName, losses } from './losses';
export { type DType, type DTypeOf, type FloatArray, Matrix } from './matrix';
export type { MetricName } from './metrics';
export { NeuralNetwork, type NeuralNetworkOptions, type TrainOptions } from './network';
export { numericsVersion } from './numerics';
export {
  type AdagradOptions,
  type AdamOptions,
  type AdamWOptions,
  type Clipping,
  type Optimizer,
  type OptimizerInput,
  type OptimizerName,
  type OptimizerOf,
  type OptimizerOptions,
  optimizers,
  type RmsPropOptions,
  type SgdOptions,
} from './optimizers';
export { init, readCsv, readIdx } from './readers';
export { type Regularizer, type RegularizerName, regularizers } from './regularizers';
export { type Sequential, sequential } from './sequential';
export type { CompileOptions, Evaluation, History, PredictOptions, SequentialOptions } from './sequential-options';
