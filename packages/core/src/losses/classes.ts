import * as losses from './index.ts'
import type { Loss } from './loss.ts'

type LossFunction = (options: never) => Loss

/** Every loss by Keras's class: what files may name, and names that `compile` is given stand for. */
export const LOSS_CLASSES: ReadonlyMap<string, LossFunction> = new Map<string, LossFunction>(
  Object.values<LossFunction>(losses).map((make) => [make({} as never).className, make]),
)
