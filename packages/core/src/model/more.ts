// What models import when it is first asked for, in one piece: a bundler that cut it into several would also cut out of
// the page's code what these have in common.
export { weightsSha256 } from '../file/modelFile.ts'
export { trainStep } from '../training/onBatch.ts'
export * as ragged from '../training/ragged.ts'
export { predictStream, StreamSource } from '../training/streams.ts'
export { encodeModel } from './encode.ts'
export { checkExplainOptions, explainProgram } from './explain.ts'
export { openStream } from './stream.ts'
export { trace } from './trace.ts'
