import { LAYER_CLASSES } from '../layers/classes.ts'
import { deserializeSchedule } from '../schedules/index.ts'
import type { Classes } from './read.ts'
import { readFunctional } from './readFunctional.ts'

/** All classes that a model's JSON may name. */
export const CLASSES: Classes = {
  layers: LAYER_CLASSES,
  schedule: deserializeSchedule,
  functional: readFunctional,
}
