import { camelCase, camelKeys, isObject, type Json } from '../config/keras.ts'
import { show } from '../config/options.ts'
import { fromFloat, functionName, readKerasObject } from '../config/readKeras.ts'
import { OptionError } from '../errors.ts'
import type { Metric, MetricClasses } from './metric.ts'
import { metricName } from './names.ts'
import { CLASSES, metricOf, refusal, resolveMetric } from './resolve.ts'

/**
 * From Keras's JSON: an object, or a name.
 *
 * @param classes without them, its options are checked and what it is made of is brought by its `load`
 */
export function deserializeMetric(json: Json, classes?: MetricClasses): Metric {
  const given = typeof json === 'string' ? json : functionName(json)
  if (given !== null) return resolveMetric(given, 'metrics')
  const { className, config } = readKerasObject('metric', json)
  if (!CLASSES.includes(className)) throw new OptionError(refusal(metricName(className)))
  const { name, dtype, ...options } = camelKeys(config)
  for (const [key, value] of Object.entries(options)) {
    if (isTensor(value)) options[key] = value.config.value
    if (typeof value === 'number') options[key] = fromFloat(value)
  }
  if (dtype !== undefined && dtype !== (className.endsWith('IoU') ? 'int64' : 'float32'))
    throw new OptionError(`metric '${className}': dtype ${show(dtype)} is not supported`)
  const own = typeof name === 'string' ? camelCase(name) : metricName(className)
  const all = { ...options, name: own }
  return classes?.get(className)?.(all as never) ?? metricOf({ className, name: own, config }, className, all)
}

/** How Keras writes what it holds as a tensor, e.g. the label weights of an AUC. */
function isTensor(json: Json): json is { class_name: '__tensor__'; config: { value: Json } } {
  return isObject(json) && json.class_name === '__tensor__' && isObject(json.config)
}
