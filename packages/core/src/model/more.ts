// What models import when it is first asked for, in one piece: a bundler that cut it into several would also cut out of
// the page's code what these have in common.
import * as ragged from '../training/ragged.ts'
import { provideRagged } from '../training/sequences.ts'

export { weightsSha256 } from '../file/modelFile.ts'
export { trainStep } from '../training/onBatch.ts'
export { predictStream, StreamSource } from '../training/streams.ts'
export { encodeModel } from './encode.ts'
export { checkExplainOptions, explainProgram } from './explain.ts'
export { openStream } from './stream.ts'
export { trace } from './trace.ts'

provideRagged(ragged)
