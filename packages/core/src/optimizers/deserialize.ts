import { camelKeys, isObject, type Json } from '../config/keras.ts'
import { fromFloat, readKerasObject } from '../config/readKeras.ts'
import type { Schedule } from '../schedules/schedule.ts'
import { resolveOptimizer, resolveOptimizerClass } from './index.ts'
import type { Optimizer } from './optimizer.ts'

/** @param schedule reads the JSON of a schedule */
export function deserializeOptimizer(
  json: Json,
  schedule?: (json: Json, where: string) => Schedule,
): Optimizer {
  if (typeof json === 'string') return resolveOptimizer(json, 'optimizer')
  const { className, config } = readKerasObject('optimizer', json)
  const make = resolveOptimizerClass(className, 'optimizer')
  const { isLegacyOptimizer: _, jitCompile: __, learningRate: rate, ...options } = camelKeys(config)
  const learningRate = isObject(rate) ? schedule?.(rate, `optimizer '${className}', learning_rate`) : rate
  const floats = Object.entries({ ...options, learningRate }).map(([key, value]) => [
    key,
    typeof value === 'number' ? fromFloat(value) : value,
  ])
  return make(Object.fromEntries(floats))
}
