import { asFloat, type JsonObject, snakeKeys } from '../config/keras.ts'
import {
  boolean,
  type Check,
  notNegative,
  type OptionTable,
  orNull,
  positive,
  positiveInteger,
  rate,
  readOptions,
  share,
  show,
  text,
} from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { type Schedule, serializeSchedule } from '../schedules/schedule.ts'
import { composed } from './composed.ts'
import type { Definition } from './definition.ts'
import type { Method, Optimizer } from './optimizer.ts'

/** A number, one of `schedules.…()`, or a function of the number of batches done. A function cannot be saved. */
export type LearningRate = number | Schedule | ((step: number) => number)

/** Keras's options of every optimizer. */
export interface OptimizerOptions {
  /** Step size. Default 0.001, sgd 0.01. */
  learningRate?: LearningRate
  /** Kept in Keras's JSON; changes no number. */
  name?: string
  /** Share of each weight, times the learning rate, taken off at every step, biases too. Default null, adamW 0.004. */
  weightDecay?: number | null
  /** The longest that the gradient of one weight may be (its L2 norm). One of the three clips at most. Default null. */
  clipnorm?: number | null
  /** The longest that all gradients together may be. Default null. */
  globalClipnorm?: number | null
  /** The largest that an entry of a gradient may be. Default null. */
  clipvalue?: number | null
  /** Keep moving averages of the weights; `fit` ends by putting them in the weights' place. Default false. */
  useEma?: boolean
  /** Share of an average that is kept at a step. Default 0.99. */
  emaMomentum?: number
  /** Put the averages in the weights' place every so many updates too. Default null: at the end alone. */
  emaOverwriteFrequency?: number | null
  /** The loss is multiplied by this, and gradients are divided by it, so that small ones do not vanish. Default null. */
  lossScaleFactor?: number | null
  /** Update by the mean gradient of so many batches, at every so many batches. Default null: at each. */
  gradientAccumulationSteps?: number | null
}

export type CommonOptions = Required<OptimizerOptions>

const isRate: Check = (value) =>
  typeof value === 'function' || isSchedule(value)
    ? null
    : notNegative(value) && 'a number of at least 0, one of schedules.…(), or a function of the step'
const atLeastTwo: Check = (value) =>
  positiveInteger(value) === null && value !== 1 ? null : 'a whole number of at least 2'

const COMMON: OptionTable<Omit<OptimizerOptions, 'name' | 'learningRate'>> = {
  weightDecay: [null, orNull(notNegative)],
  clipnorm: [null, orNull(notNegative)],
  globalClipnorm: [null, orNull(notNegative)],
  clipvalue: [null, orNull(notNegative)],
  useEma: [false, boolean],
  emaMomentum: [0.99, share],
  emaOverwriteFrequency: [null, orNull(positiveInteger)],
  lossScaleFactor: [null, orNull(positive)],
  gradientAccumulationSteps: [null, orNull(atLeastTwo)],
}

/** Of those that keep two moments. */
export const MOMENTS = {
  beta1: [0.9, rate],
  beta2: [0.999, rate],
  epsilon: [1e-7, notNegative],
} as const

/**
 * An optimizer out of Keras's options and of what is special about it.
 *
 * @param where our name of it: its function in `optimizers`
 * @param table its own options, in Keras's order
 * @param define how it works, where that is there from the start; else `methods/` has it
 */
export function defineOptimizer<O extends OptimizerOptions>(
  className: string,
  where: string,
  defaults: { readonly learningRate?: number; readonly name?: string },
  given: O,
  table: Partial<OptionTable<O>>,
  define?: (options: Required<O>) => Definition,
): Optimizer {
  const { learningRate: rateByDefault = 0.001, name: nameByDefault = where } = defaults
  const all = { learningRate: [rateByDefault, isRate], name: [nameByDefault, text], ...COMMON, ...table }
  const options = readOptions(
    `optimizers.${where}`,
    given,
    all as unknown as OptionTable<O>,
  ) as CommonOptions & Required<O>
  requireOneClip(where, options)
  const common: CommonOptions = options
  const { name, learningRate } = common
  const fused = define?.(options)
  const plain = fused && isPlain(common, fused) ? fused : null
  if (!plain) composed.demand()
  let known: Method | null = null
  const rateAt = rateOf(learningRate)
  let current = typeof learningRate === 'number' ? learningRate : 0
  return {
    className,
    common,
    iterations: 0,
    get learningRate() {
      return rateAt ? rateAt(this.iterations) : current
    },
    set learningRate(value) {
      if (rateAt)
        throw new OptionError(
          `the optimizer's learningRate follows ${isSchedule(learningRate) ? learningRate.className : 'a function'} and cannot be set; got ${show(value)}`,
        )
      current = value
    },
    config() {
      if (typeof learningRate === 'function')
        throw new OptionError(
          `${className}: its learningRate is a function, which no file can hold. Use one of schedules.…() instead.`,
        )
      // Keras demands a float of SGD's momentum, but JSON's 0 is an integer to it; 0.0 is its default
      const isMomentum = (key: string) => className === 'SGD' && key === 'momentum'
      const own = Object.entries<unknown>(options).flatMap(([key, value]) => {
        if (key === 'name' || key === 'learningRate' || (isMomentum(key) && value === 0)) return []
        return [[key, isMomentum(key) ? asFloat(Number(value)) : value]]
      })
      return {
        name,
        learning_rate: isSchedule(learningRate) ? serializeSchedule(learningRate) : asFloat(current),
        ...snakeKeys(Object.fromEntries(own) as JsonObject),
      }
    },
    get method() {
      known ??= plain ? plainMethod(plain) : composed.module.methodOf(className, common, fused)
      return known
    },
    writeHyper(step, numbers) {
      this.iterations = step - 1
      const now = this.learningRate
      checkLearningRate(this)
      this.iterations = step
      this.method.write(numbers, step, now)
    },
    isPlain: plain !== null,
  }
}

/** Is the optimizer's own operation all that there is to do? */
function isPlain(common: CommonOptions, { decays = false }: Definition): boolean {
  return Object.entries(COMMON).every(
    ([key, [byDefault]]) =>
      key === 'emaMomentum' ||
      (decays && key === 'weightDecay') ||
      common[key as keyof typeof COMMON] === byDefault,
  )
}

function plainMethod({ slots, hyper, write, emit, decays = false }: Definition): Method {
  const hyperSize = Number(hyper)
  return { slots, initial: {}, hyperSize, hyper: { hyper: [0, hyperSize] }, write, emit, decays }
}

/** The rate after so many batches, where it depends on them. */
function rateOf(given: LearningRate): ((step: number) => number) | null {
  if (isSchedule(given)) return (step) => given.rate(step)
  return typeof given === 'function' ? given : null
}

function isSchedule(value: unknown): value is Schedule {
  return typeof value === 'object' && value !== null && typeof (value as Schedule).rate === 'function'
}

function requireOneClip(where: string, options: OptimizerOptions): void {
  const clips = (['clipnorm', 'clipvalue', 'globalClipnorm'] as const).filter((key) => options[key] !== null)
  if (clips.length > 1)
    throw new OptionError(`optimizers.${where}: give one of ${clips.join(' and ')}, not all`)
}

/** A learning rate may be changed at any time; refuses what no optimizer can use. */
export function checkLearningRate({ learningRate }: Optimizer): void {
  const expected = notNegative(learningRate)
  if (expected)
    throw new OptionError(`the optimizer's learningRate must be ${expected}; got ${show(learningRate)}`)
}
