import type { Member } from '../config/family.ts'
import type { Generator } from '../random/generator.ts'

/** Fills a weight before training, as Keras 3's class of the same name does. */
export interface Initializer extends Member {
  /** Values of a weight of this shape, row-major; numbers come from `generator` alone. */
  values(shape: readonly number[], generator: Generator): Float32Array
}
