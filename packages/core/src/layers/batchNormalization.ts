import { boolean, type Check, checkedLater, finite, notNegative } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import type { InitializerLike } from '../initializers/index.ts'
import { type Expressions, expressions } from '../ops/general.ts'
import type { Value } from '../program/program.ts'
import { axisOf, fixedAxis, stepsAlong } from './axes.ts'
import { checkLayerOptions, defineLayer, type EmitContext, type Layer, type LayerOptions } from './layer.ts'
import { vectorOf, weightAlong } from './layerNormalization.ts'
import { weightFamily } from './weightFamily.ts'
import { type WeightOptions, weightChecks } from './weightOptions.ts'

export interface BatchNormalizationOptions extends LayerOptions, WeightOptions<'beta' | 'gamma'> {
  /** The axis that is kept: each of its entries is normalized by itself. The batch is axis 0. Default −1. */
  axis?: number
  /** Of the moving averages. Default 0.99. */
  momentum?: number
  /** Added to the variance. Default 0.001. */
  epsilon?: number
  /** Is beta added? Default true. */
  center?: boolean
  /** Is it multiplied by gamma? Default true. */
  scale?: boolean
  /** Default 'zeros'. */
  movingMeanInitializer?: InitializerLike
  /** Default 'ones'. */
  movingVarianceInitializer?: InitializerLike
}

/** Keras's guard against a division by 0 where every step is masked. */
const NONE_THERE = 1e-7

const whole: Check = (value) => (Number.isInteger(value) ? null : 'a whole number')

/**
 * Normalizes by the mean and variance of the batch in training, and by their moving averages otherwise or where the layer
 * is not trainable (Ioffe & Szegedy 2015). Masked steps count for neither. Keras: `BatchNormalization`.
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): Layer {
  const where = 'layers.batchNormalization'
  checkLayerOptions(
    {
      where,
      options: {
        axis: whole,
        momentum: finite,
        epsilon: notNegative,
        center: boolean,
        scale: boolean,
        ...weightChecks('beta', 'gamma'),
        movingMeanInitializer: checkedLater,
        movingVarianceInitializer: checkedLater,
      },
      notYet: {
        ...{ renorm: false, renormClipping: null, renormMomentum: 0.99, synchronized: false },
      },
    },
    options,
  )
  const { axis = -1, momentum = 0.99, epsilon = 1e-3, center = true, scale = true } = options
  const beta = weightFamily(where, options, 'beta', 'zeros')
  const gamma = weightFamily(where, options, 'gamma', 'ones')
  const mean = weightFamily(where, options, 'movingMean', 'zeros')
  const variance = weightFamily(where, options, 'movingVariance', 'ones')
  const moved = (e: Expressions, before: Value, now: Value) =>
    e.add(e.scale(before, momentum), e.scale(now, 1 - momentum))

  const layer: Layer = defineLayer(options, {
    className: 'BatchNormalization',
    ...stepsAlong(axis),
    outputShape: (input) => {
      axisOf(where, input, axis)
      return input
    },
    weights: (input) => {
      const shape = [fixedAxis(where, input, axis)]
      return [
        ...(scale ? [gamma.spec('gamma', shape)] : []),
        ...(center ? [beta.spec('beta', shape)] : []),
        { ...mean.spec('moving_mean', shape), trainable: false },
        { ...variance.spec('moving_variance', shape), trainable: false },
      ]
    },
    emit: (context, x) => {
      const { builder, weight, update } = context
      const e = expressions(builder.emit)
      const kept = axis < 0 ? axis + x.shape.length : axis
      const along = (value: Value) => weightAlong(where, builder, value, x, [kept])
      const inTraining = context.training && layer.trainable
      const behind = x.shape.length - 1 - kept
      if (inTraining && behind > 1)
        throw new OptionError(`${where}: in training, one of the last two axes can be kept; got axis ${axis}`)
      const [m, v] = inTraining
        ? moments(context, x, kept)
        : [along(weight('moving_mean')), along(weight('moving_variance'))]
      if (inTraining) {
        const own = (value: Value) => (behind === 0 ? value : vectorOf(builder, value))
        update('moving_mean', (before) => moved(e, before, own(m)))
        update('moving_variance', (before) => moved(e, before, own(v)))
      }
      const inverse = e.rsqrt(e.scale(v, 1, epsilon))
      const factor = scale ? e.multiply(inverse, along(weight('gamma'))) : inverse
      const scaled = e.multiply(e.subtract(x, m), factor)
      return center ? e.add(scaled, along(weight('beta'))) : scaled
    },
    mask: true,
    config: {
      ...{ axis, momentum, epsilon, center, scale },
      ...beta.config,
      ...gamma.config,
      moving_mean_initializer: mean.config.moving_mean_initializer,
      moving_variance_initializer: variance.config.moving_variance_initializer,
      ...{ synchronized: false, renorm: false, renorm_clipping: null, renorm_momentum: 0.99 },
    },
  })
  return layer
}

/** Mean and variance of every entry of the axis that is kept, over all rows and the steps that are there. */
function moments({ builder, mask }: EmitContext, x: Value, kept: number): readonly [Value, Value] {
  const e = expressions(builder.emit)
  const axes = Array.from(x.shape.keys()).filter((axis) => axis !== kept)
  const there = mask()
  if (!there) {
    const mean = e.mean(x, axes)
    return [mean, e.mean(e.square(e.subtract(x, mean)), axes)]
  }
  const ones = e.scale(e.stop(x), 0, 1)
  const count = e.scale(e.sum(e.where(there, ones, 0), axes), 1, NONE_THERE)
  const mean = e.divide(e.sum(e.where(there, x, 0), axes), count)
  const squares = e.where(there, e.square(e.subtract(x, mean)), 0)
  return [mean, e.divide(e.sum(squares, axes), count)]
}
