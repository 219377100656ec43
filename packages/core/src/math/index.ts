// Functions with the same bits on every runtime, for whoever prepares what a model reads.
export { cos, log, sin } from './elementary.ts'
export { exp } from './exp.ts'
