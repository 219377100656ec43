export { load, type Mnist, type MnistPart } from './mnist.ts'
export type { MnistOptions } from './options.ts'
export type { MnistSource, SourceFile } from './source.ts'
