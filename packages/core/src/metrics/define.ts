import { asFloat, camelCase, type Json, snakeCase } from '../config/keras.ts'
import { asListed, type Check, checkOptions, text } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import type { Loss } from '../losses/loss.ts'
import type { Metric } from './metric.ts'
import { metricName } from './names.ts'

/** What every metric takes. */
export interface MetricOptions {
  /** Its key in logs and history. */
  name?: string
}

/** One metric as a table. */
interface MetricDefinition<O extends object> {
  readonly className: string
  /** The name that Keras gives it; the class's in snake case if absent. */
  readonly keras?: string
  readonly checks?: { readonly [K in keyof O]-?: Check }
  readonly defaults?: { readonly [K in keyof O]?: Json }
  /** Options that Keras takes but forgets to write; written where they are not the default, so that nothing is lost. */
  readonly forgotten?: readonly (keyof O)[]
  /** Options that Keras demands as floats. */
  readonly floats?: readonly (keyof O)[]
  /** Written as Keras does, beside the options. */
  readonly dtype?: string
  make(options: Required<O>, where: string): Omit<Metric, 'className' | 'name' | 'config' | 'load'>
}

/** Makes a metric; options must be given where one of them has no default. */
type MetricFunction<O> = ((
  ...args: Record<never, never> extends O ? [options?: O & MetricOptions] : [options: O & MetricOptions]
) => Metric) & { readonly className: string }

/** Makes the function of `metrics` that this metric is made by. An option without a default has to be given. */
export function defineMetric<O extends object = object>({
  className,
  keras = snakeCase(className).slice(1),
  checks,
  defaults,
  forgotten = [],
  floats = [],
  dtype = 'float32',
  make,
}: MetricDefinition<O>): MetricFunction<O> {
  const where = `metrics.${metricName(className)}`
  const made = (given: O & MetricOptions = {} as O): Metric => {
    checkOptions({ where, options: { name: text, ...(checks as Record<string, Check>) } }, given)
    const set = Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, asListed(checks?.[key as keyof O], value)])
    const { name, ...options } = { name: camelCase(keras), ...defaults, ...Object.fromEntries(set) } as {
      name: string
    } & Record<string, Json>
    const missing = Object.keys(checks ?? {}).find((key) => options[key] === undefined)
    if (missing) throw new OptionError(`${where}: option '${missing}' is missing`)
    const written = Object.entries(options).filter(
      ([key, value]) =>
        !forgotten.includes(key as keyof O) || value !== (defaults as Record<string, Json>)[key],
    )
    return {
      className,
      name,
      config: {
        name: snakeCase(name),
        dtype,
        ...Object.fromEntries(
          written.map(([key, value]) => [
            snakeCase(key),
            floats.includes(key as keyof O) ? asFloat(Number(value)) : value,
          ]),
        ),
      },
      ...make(options as unknown as Required<O>, where),
    }
  }
  return Object.assign(made as unknown as MetricFunction<O>, { className })
}

/** The mean of a loss of every row and step. */
export function meanOf(loss: Loss): Pick<Metric, 'emit'> {
  return { emit: (builder, predictions, labels) => loss.emit(builder, predictions, labels) }
}

/** For figures of samples that have no steps. */
export const noSteps: Metric['check'] = (axes) =>
  axes === 2 ? null : 'predictions of the shape [samples, outputs], without steps'

/** a / b, and 0 where b is 0. */
export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b
}
