import { boolean, checkedLater, notNegative, show } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { expressions } from '../ops/general.ts'
import { view } from '../ops/moves.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import { axisOf, fixedAxis, stepsAlong } from './axes.ts'
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from './layer.ts'
import { weightFamily } from './weightFamily.ts'
import { type WeightOptions, weightChecks } from './weightOptions.ts'

export interface LayerNormalizationOptions extends LayerOptions, WeightOptions<'beta' | 'gamma'> {
  /** Axes over which each sample is normalized together; the batch is axis 0. Default −1. */
  axis?: number | readonly number[]
  /** Added to the variance. Default 0.001. */
  epsilon?: number
  /** Is beta added? Default true. */
  center?: boolean
  /** Is it multiplied by gamma? Default true. */
  scale?: boolean
}

/** gamma · (x − mean) / √(variance + ε) + beta, of each sample (Ba et al. 2016). Keras: `LayerNormalization`. */
export function layerNormalization(options: LayerNormalizationOptions = {}): Layer {
  const where = 'layers.layerNormalization'
  checkLayerOptions(
    {
      where,
      options: {
        axis: checkedLater,
        epsilon: notNegative,
        center: boolean,
        scale: boolean,
        ...weightChecks('beta', 'gamma'),
      },
      notYet: { rmsScaling: false },
    },
    options,
  )
  const { axis = -1, epsilon = 1e-3, center = true, scale = true } = options
  const beta = weightFamily(where, options, 'beta', 'zeros')
  const gamma = weightFamily(where, options, 'gamma', 'ones')
  const given = [axis].flat()
  if (given.length === 0 || !given.every(Number.isInteger))
    throw new OptionError(
      `${where}: option 'axis' must be a whole number or a list of them; got ${show(axis)}`,
    )
  const axesOf = (input: readonly (number | null)[]) =>
    given.map((one) => axisOf(where, input, one)).sort((a, b) => a - b)
  return defineLayer(options, {
    className: 'LayerNormalization',
    ...stepsAlong(axis, 'alone'),
    outputShape: (input) => input,
    weights: (input) => {
      const shape = axesOf(input).map((one) => fixedAxis(where, input, one))
      return [...(scale ? [gamma.spec('gamma', shape)] : []), ...(center ? [beta.spec('beta', shape)] : [])]
    },
    emit: ({ builder, weight }, x) => {
      const e = expressions(builder.emit)
      const axes = given.map((one) => (one < 0 ? one + x.shape.length : one)).sort((a, b) => a - b)
      const centered = e.subtract(x, e.mean(x, axes, true))
      const variance = e.mean(e.square(centered), axes, true)
      const normal = e.multiply(centered, e.rsqrt(e.scale(variance, 1, epsilon)))
      const along = (name: string) => weightAlong(where, builder, weight(name), x, axes)
      const scaled = scale ? e.multiply(normal, along('gamma')) : normal
      return center ? e.add(scaled, along('beta')) : scaled
    },
    mask: true,
    config: {
      axis: [...given],
      epsilon,
      center,
      scale,
      rms_scaling: false,
      ...beta.config,
      ...gamma.config,
    },
  })
}

/** A weight that runs along some axes of x, in a shape that meets x. */
export function weightAlong(
  where: string,
  { emit }: Pick<Builder, 'emit'>,
  weight: Value,
  x: Value,
  axes: readonly number[],
): Value {
  const last = x.shape.length - 1
  if (axes.every((axis, i) => axis === last - axes.length + 1 + i)) return weight
  if (axes.length > 1)
    throw new OptionError(`${where}: several axes must be the last ones; got ${axes} of ${x.shape.length}`)
  const size = Number(x.shape[axes[0]])
  return emit(view, { x: weight }, { shape: [size, ...new Array<number>(last - axes[0]).fill(1)] }).y
}

/** A column [N, 1] as a vector [N]. */
export function vectorOf({ emit }: Pick<Builder, 'emit'>, column: Value): Value {
  return emit(view, { x: column }, { shape: [Number(column.shape[0])] }).y
}
