import type { Json } from '../config/keras.ts'
import { boolean, checkedLater, finite, show } from '../config/options.ts'
import { type TensorLike, toTensor } from '../data/tensor.ts'
import { DataError, OptionError } from '../errors.ts'
import type { Initializer } from '../initializers/index.ts'
import { constant } from '../ops/constant.ts'
import { expressions } from '../ops/general.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import { axisOf, fixedAxis, stepsAlong } from './axes.ts'
import {
  checkLayerOptions,
  defineLayer,
  type Layer,
  type LayerOptions,
  required,
  type Shape,
} from './layer.ts'
import { weightAlong } from './layerNormalization.ts'

type Numbers = number | readonly number[]

export interface NormalizationOptions extends LayerOptions {
  /** Axes of which each entry has a mean and a variance of its own; null: one of each for all. Default −1. */
  axis?: number | readonly number[] | null
  /** Instead of `adapt`: the mean, one number or one an entry of the axis. */
  mean?: Numbers | null
  /** The variance, likewise. */
  variance?: Numbers | null
  /** From normalized numbers back to those they came of. Default false. */
  invert?: boolean
}

/** A layer that learns mean and variance from data, before the model is first used. */
export interface Normalization extends Layer {
  /** Takes the mean and the variance of these samples. */
  adapt(data: TensorLike): void
}

/** Keras's epsilon: the least that anything is divided by. */
const LEAST_DEVIATION = 1e-7

/** (x − mean) / √variance, of given numbers or of those that `adapt` finds. Keras: `Normalization`. */
export function normalization(options: NormalizationOptions = {}): Normalization {
  const where = 'layers.normalization'
  const spec = { axis: checkedLater, mean: checkedLater, variance: checkedLater, invert: boolean }
  checkLayerOptions({ where, options: spec }, options)
  const { axis = -1, mean = null, variance = null, invert = false } = options
  const given = axis === null ? [] : [axis].flat()
  if (!given.every(Number.isInteger))
    throw new OptionError(
      `${where}: option 'axis' must be a whole number, a list of them or null; got ${show(axis)}`,
    )
  const means = numbersOf(where, 'mean', mean)
  const variances = numbersOf(where, 'variance', variance)
  if ((means === null) !== (variances === null) || means?.length !== variances?.length)
    throw new OptionError(`${where}: give both 'mean' and 'variance', of equal length, or neither`)
  const axesOf = (shape: Shape) => given.map((one) => axisOf(where, shape, one)).sort((a, b) => a - b)
  const learned = { mean: Float32Array.of(0), variance: Float32Array.of(1), adapted: false, used: false }

  const layer = defineLayer(options, {
    className: 'Normalization',
    ...stepsAlong(given),
    outputShape: (input) => {
      axesOf(input)
      return input
    },
    weights: (input) => {
      if (means) return []
      const shape = axesOf(input).map((one) => fixedAxis(where, input, one))
      const weight = (name: string, initializer: Initializer) => ({
        name,
        shape,
        initializer,
        trainable: false,
      })
      return [
        weight(
          'mean',
          learnedValues(() => learned.mean, learned),
        ),
        weight(
          'variance',
          learnedValues(() => learned.variance, learned),
        ),
        // Keras keeps how many samples it saw, and uses it no more
        {
          ...weight(
            'count',
            learnedValues(() => Float32Array.of(0), learned),
          ),
          shape: [],
        },
      ]
    },
    emit: ({ builder, weight }, x) => {
      const e = expressions(builder.emit)
      const axes = given.map((one) => (one < 0 ? one + x.shape.length : one)).sort((a, b) => a - b)
      const own = (name: string, numbers: readonly number[] | null) =>
        numbers
          ? constantAlong(where, builder, x, axes, numbers)
          : weightAlong(where, builder, weight(name), x, axes)
      const m = own('mean', means)
      const deviation = e.maximum(e.sqrt(own('variance', variances)), LEAST_DEVIATION)
      return invert ? e.add(e.multiply(x, deviation), m) : e.divide(e.subtract(x, m), deviation)
    },
    mask: true,
    config: { axis: given, invert, mean: mean as Json, variance: variance as Json },
  })
  return Object.assign(layer, {
    adapt(data: TensorLike) {
      if (learned.used)
        throw new OptionError(`${where}: adapt(…) must come before the model is first used; make a new model`)
      Object.assign(learned, statistics(where, data, given), { adapted: true })
    },
  })
}

function numbersOf(where: string, option: string, value: Numbers | null): readonly number[] | null {
  if (value === null) return null
  const numbers = [value].flat()
  if (numbers.length > 0 && numbers.every((number) => finite(number) === null)) return numbers
  throw new OptionError(
    `${where}: option '${option}' must be a number or a list of numbers; got ${show(value)}`,
  )
}

/** Starts a weight with what was learned, however many entries it has where nothing was. */
function learnedValues(values: () => Float32Array, state: { used: boolean }): Initializer {
  return {
    className: 'Constant',
    config: {},
    values(shape) {
      state.used = true
      const size = shape.reduce((product, dim) => product * dim, 1)
      const learned = values()
      return learned.length === size ? learned : new Float32Array(size).fill(learned[0])
    },
  }
}

/** Given numbers, shaped to meet x: one for all, or along the axis. */
function constantAlong(
  where: string,
  builder: Pick<Builder, 'emit'>,
  x: Value,
  axes: readonly number[],
  numbers: readonly number[],
): Value {
  const one = numbers.length === 1
  const size = axes.length === 1 ? Number(x.shape[axes[0]]) : 0
  if (!one && numbers.length !== size)
    throw new OptionError(
      `${where}: ${numbers.length} numbers do not fit the axis, which has ${size} entries`,
    )
  const values = builder.emit(constant, {}, { shape: [numbers.length], values: numbers }).y
  return one ? values : weightAlong(where, builder, values, x, axes)
}

/** Mean and variance over all axes but these, in double precision; the batch is axis 0. */
function statistics(where: string, data: TensorLike, axes: readonly number[]) {
  const { shape, data: values } = toTensor(data, `${where}: the samples to adapt to`)
  if (shape.length < 2) throw new DataError(`${where}: expected samples of at least one axis; got [${shape}]`)
  const kept = axes.map((axis) => axisOf(where, shape.slice(1), axis)).sort((a, b) => a - b)
  const places = kept.reduce((product, axis) => product * shape[axis], 1)
  const place = (index: number) => {
    let at = 0
    let stride = 1
    for (let axis = shape.length - 1, rest = index; axis >= 0; axis--) {
      if (kept.includes(axis)) {
        at += (rest % shape[axis]) * stride
        stride *= shape[axis]
      }
      rest = Math.floor(rest / shape[axis])
    }
    return at
  }
  const each = values.length / places
  const mean = new Float64Array(places)
  for (let i = 0; i < values.length; i++) mean[place(i)] += values[i] / each
  const variance = new Float64Array(places)
  for (let i = 0; i < values.length; i++) variance[place(i)] += (values[i] - mean[place(i)]) ** 2 / each
  return { mean: Float32Array.from(mean), variance: Float32Array.from(variance) }
}

export interface RescalingOptions extends LayerOptions {
  /** What the input is multiplied by: one number, or one a feature. */
  scale: Numbers
  /** What is added then. Default 0. */
  offset?: Numbers
}

/** x · scale + offset. Keras: `Rescaling`. */
export function rescaling(options: RescalingOptions): Layer {
  const where = 'layers.rescaling'
  checkLayerOptions({ where, options: { scale: checkedLater, offset: checkedLater } }, options)
  required(where, options, 'scale')
  const { scale, offset = 0 } = options
  const factors = numbersOf(where, 'scale', scale) as readonly number[]
  const offsets = numbersOf(where, 'offset', offset) as readonly number[]
  return defineLayer(options, {
    className: 'Rescaling',
    eachStep: 'alone',
    outputShape: (input) => input,
    weights: () => [],
    emit: ({ builder }, x) => {
      const e = expressions(builder.emit)
      if (factors.length === 1 && offsets.length === 1) return e.scale(x, factors[0], offsets[0])
      const last = [x.shape.length - 1]
      const own = (numbers: readonly number[]) => constantAlong(where, builder, x, last, numbers)
      return e.add(e.multiply(x, own(factors)), own(offsets))
    },
    mask: true,
    config: { scale: scale as Json, offset: offset as Json },
  })
}
