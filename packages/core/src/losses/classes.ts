import * as losses from './index.ts'
import type { Loss, LossClasses } from './loss.ts'

/** Every loss by Keras's class: what files may name, and names that `compile` is given stand for. */
export const LOSS_CLASSES: LossClasses = new Map(
  Object.values<(options: never) => Loss>(losses).map((make) => [make({} as never).className, make]),
)
