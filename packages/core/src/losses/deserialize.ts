import { camelCase, functionName, type Json, lowerFirst, readKerasObject } from '../config/keras.ts'
import { OptionError } from '../errors.ts'
import type { Loss } from './loss.ts'
import { CLASSES, lossOf, refusal, resolveLoss } from './resolve.ts'

/** From Keras's JSON: an object, or a name in snake case, or a class's. Await its `load` before it is used. */
export function deserializeLoss(json: Json): Loss {
  const given = typeof json === 'string' ? json : functionName(json)
  if (given !== null)
    return CLASSES.includes(given) ? lossOf(given, {}) : resolveLoss(camelCase(given), 'loss')
  const { className, config } = readKerasObject('loss', json)
  if (!CLASSES.includes(className)) throw new OptionError(refusal(lowerFirst(className)))
  return lossOf(className, config)
}
