export * as callbacks from './callbacks/index.ts'
export type { Json, JsonObject } from './config/keras.ts'
export * as constraints from './constraints/index.ts'
export { type PadOptions, padSequences } from './data/padSequences.ts'
export type { Float32Tensor, NestedNumbers, Sequence, Tensor, TensorLike } from './data/tensor.ts'
export { setDefaultEngine } from './engines/default.ts'
export type { Arithmetic, Engine } from './engines/engine.ts'
export { reference } from './engines/reference/reference.ts'
export { enableRelaxedSimd, enableTurbo, type WasmOptions, wasm } from './engines/wasm/index.ts'
export { CarouselError, DataError, EngineError, FileError, NonFiniteError, OptionError } from './errors.ts'
export * as initializers from './initializers/index.ts'
export {
  type GradientFlow,
  gradientFlow,
  type RecurrentTrace,
  type RecurrentValues,
  type Trace,
} from './inspect/trace.ts'
export * as layers from './layers/index.ts'
export { type InputOptions, input } from './layers/input.ts'
export type { Layer, Shape } from './layers/layer.ts'
export type { CallOptions, SymbolicTensor } from './layers/symbolic.ts'
export * as losses from './losses/index.ts'
export * as math from './math/index.ts'
export * as metrics from './metrics/index.ts'
export type { MetricLike, MetricName } from './metrics/resolve.ts'
export type { ModelExplanation } from './model/explain.ts'
export { type Functional, type FunctionalOptions, model } from './model/functional.ts'
export { type LoadOptions, loadModel } from './model/load.ts'
export type { Model } from './model/model.ts'
export type {
  CompileOptions,
  EvaluateOptions,
  ExplainOptions,
  FitOptions,
  PredictOptions,
} from './model/options.ts'
export { restoreModel } from './model/restore.ts'
export { type Sequential, sequential } from './model/sequential.ts'
export { deserialize, modelFromConfig, type Serializable, serialize } from './model/serialize.ts'
export type { StepLike, Stream, StreamState } from './model/stream.ts'
export type { TraceOptions } from './model/trace.ts'
export type { ModelOptions } from './model/weighted.ts'
export * as optimizers from './optimizers/index.ts'
export * as regularizers from './regularizers/index.ts'
export * as schedules from './schedules/index.ts'
export type {
  BatchLogs,
  Callback,
  CallbackModel,
  EpochLogs,
  History,
  PredictLogs,
  TrainingInfo,
} from './training/callbacks.ts'
export type { Figures } from './training/figures.ts'
export type { Inputs } from './training/inputs.ts'
export type { SampleWeights, Targets } from './training/labels.ts'
export type { Position } from './training/position.ts'
export type { Batch, BatchSource } from './training/sources.ts'
