import { camelKeys, type Json } from '../config/keras.ts'
import { functionName, readKerasObject } from '../config/readKeras.ts'
import { OptionError } from '../errors.ts'
import type { Loss, LossClasses } from './loss.ts'
import { CLASSES, lossName, lossOf, refusal, resolveLoss } from './resolve.ts'

/**
 * From Keras's JSON: an object, or a name in snake case, or a class's.
 *
 * @param classes without them, its options are checked and what it is made of is brought by its `load`
 */
export function deserializeLoss(json: Json, classes?: LossClasses): Loss {
  const given = typeof json === 'string' ? json : functionName(json)
  if (given !== null) return resolveLoss(given, 'loss')
  const { className, config } = readKerasObject('loss', json)
  if (!CLASSES.includes(className)) throw new OptionError(refusal(lossName(className)))
  return classes?.get(className)?.(camelKeys(config) as never) ?? lossOf(className, config)
}
