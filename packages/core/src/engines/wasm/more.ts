// What a machine does without on most pages: the operations beyond the base binary's, the encoders of their kernels, and
// what explains a program.
export { MORE as OPERATIONS } from '../../ops/more.ts'
export { MORE as ENCODERS } from './encoders/more.ts'
export { encodeScan } from './encoders/scan.ts'
export { explain } from './explain.ts'
