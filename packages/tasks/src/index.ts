export * as chars from './chars/index.ts'
export { type Ranked, ranked } from './classes.ts'
export { decodePieces, isEncoding } from './encoding.ts'
export { TaskError } from './errors.ts'
export { checksumOf, type DataFile, filesOf, heldFile, openFiles } from './files.ts'
export * as forecast from './forecast/index.ts'
export {
  type BatchProgress,
  type FileTask,
  isUntrained,
  type Job,
  keepMeasured,
  type SharedFit,
  type Task,
  type TaskData,
  type Trained,
  type TrainingListener,
  type TrainOptions,
  type TrainResult,
  train,
} from './job.ts'
export * as mnist from './mnist/index.ts'
export {
  type DataRecord,
  type EpochRecord,
  type Identity,
  isSameData,
  type Measured,
  originOf,
  type Provenance,
  taskOf,
} from './provenance.ts'
export { drawSeed } from './random.ts'
export * as format from './report/format.ts'
export type { ChartSection, Metrics, Outcome, Picture, Section } from './report/outcome.ts'
export type { Cell, OptimizerName, Settings } from './settings.ts'
export * as speech from './speech/index.ts'
export * as tables from './tables/index.ts'
export * as text from './text/index.ts'
