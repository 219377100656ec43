import type { Json } from '../config/keras.ts'
import { type Check, checkedLater, finite, notNegative, orNull, show } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { expressions } from '../ops/general.ts'
import type { ActivationName } from './activationOption.ts'
import { type ActivationParameters, emitActivation, softmaxOver } from './activations.ts'
import { axisOf, fixedAxis, stepsAlong } from './axes.ts'
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions, type Shape } from './layer.ts'
import { weightFamily } from './weightFamily.ts'
import { type WeightOptions, weightChecks } from './weightOptions.ts'

export interface ReLUOptions extends LayerOptions {
  /** The most it gives; null: no limit. Default null. */
  maxValue?: number | null
  /** Slope below the threshold. Default 0. */
  negativeSlope?: number
  /** Default 0. */
  threshold?: number
}

/** max(x, 0), or with a slope below the threshold and a limit above. Keras: `ReLU`. */
export function reLU(options: ReLUOptions = {}): Layer {
  const { maxValue = null, negativeSlope = 0, threshold = 0 } = options
  const checks = { maxValue: orNull(notNegative), negativeSlope: notNegative, threshold: notNegative }
  const config = { max_value: maxValue, negative_slope: negativeSlope, threshold }
  return parametric(
    'ReLU',
    'layers.reLU',
    'relu',
    options,
    checks,
    { maxValue, negativeSlope, threshold },
    config,
  )
}

export interface LeakyReLUOptions extends LayerOptions {
  /** Slope below 0. Default 0.3. */
  negativeSlope?: number
}

/** x, and negativeSlope · x below 0. Keras: `LeakyReLU`. */
export function leakyReLU(options: LeakyReLUOptions = {}): Layer {
  const { negativeSlope = 0.3 } = options
  const config = { negative_slope: negativeSlope }
  const checks = { negativeSlope: notNegative }
  return parametric('LeakyReLU', 'layers.leakyReLU', 'leakyRelu', options, checks, { negativeSlope }, config)
}

export interface ELUOptions extends LayerOptions {
  /** Default 1. */
  alpha?: number
}

/** x, and alpha · (eˣ − 1) below 0 (Clevert et al. 2016). Keras: `ELU`. */
export function elu(options: ELUOptions = {}): Layer {
  const { alpha = 1 } = options
  // Keras writes alpha only where it was given
  return parametric(
    'ELU',
    'layers.elu',
    'elu',
    options,
    { alpha: finite },
    { alpha },
    alpha === 1 ? {} : { alpha },
  )
}

function parametric(
  className: string,
  where: string,
  kind: ActivationName,
  options: LayerOptions,
  checks: Readonly<Record<string, Check>>,
  parameters: ActivationParameters,
  config: Readonly<Record<string, Json>>,
): Layer {
  checkLayerOptions({ where, options: checks }, options)
  return defineLayer(options, {
    className,
    outputShape: (input) => input,
    eachStep: 'alone',
    shapeless: true,
    weights: () => [],
    emit: ({ builder }, x) => emitActivation(builder, kind, x, parameters),
    mask: true,
    config,
  })
}

export interface PReLUOptions extends LayerOptions, WeightOptions<'alpha'> {
  /** Axes along which one alpha serves all, the batch being axis 0; [1] for one a feature of a sequence. */
  sharedAxes?: number | readonly number[] | null
}

/** x, and alpha · x below 0, where alpha is learned (He et al. 2015). Keras: `PReLU`. */
export function prelu(options: PReLUOptions = {}): Layer {
  const where = 'layers.prelu'
  const checks = { ...weightChecks('alpha'), sharedAxes: checkedLater }
  checkLayerOptions({ where, options: checks }, options)
  const alpha = weightFamily(where, options, 'alpha', 'zeros')
  const { sharedAxes = null } = options
  const shared = sharedAxes === null ? null : [sharedAxes].flat()
  const alphaShape = (input: Shape) => {
    const axes = (shared ?? []).map((axis) => axisOf(where, input, axis))
    return input.map((_, i) => (axes.includes(i + 1) ? 1 : fixedAxis(where, input, i + 1)))
  }
  return defineLayer(options, {
    className: 'PReLU',
    eachStep: 'alike',
    outputShape: (input) => {
      alphaShape(input)
      return input
    },
    weights: (input) => [alpha.spec('alpha', alphaShape(input))],
    emit: ({ builder, weight }, x) => {
      const e = expressions(builder.emit)
      return e.subtract(e.relu(x), e.multiply(e.relu(e.negative(x)), weight('alpha')))
    },
    mask: true,
    config: { ...alpha.config, shared_axes: shared },
  })
}

export interface SoftmaxOptions extends LayerOptions {
  /** Along which axis, or axes together; the batch is axis 0. Default −1. */
  axis?: number | readonly number[]
}

/** Softmax along an axis. Keras: `Softmax`. */
export function softmax(options: SoftmaxOptions = {}): Layer {
  const where = 'layers.softmax'
  checkLayerOptions({ where, options: { axis: checkedLater } }, options)
  const { axis = -1 } = options
  const axes = [axis].flat()
  if (axes.length === 0 || !axes.every(Number.isInteger))
    throw new OptionError(
      `${where}: option 'axis' must be a whole number or a list of them; got ${show(axis)}`,
    )
  return defineLayer(options, {
    className: 'Softmax',
    ...stepsAlong(axis, 'alone'),
    shapeless: true,
    outputShape: (input) => {
      for (const one of axes) axisOf(where, input, one)
      return input
    },
    weights: () => [],
    emit: ({ builder, mask }, x) => {
      if (mask())
        throw new OptionError(
          `${where}: a mask of steps does not fit its input, and Keras refuses it; put the layer before the mask begins`,
        )
      return softmaxOver(
        builder,
        x,
        axes.map((one) => (one < 0 ? one + x.shape.length : one)),
      )
    },
    mask: true,
    config: { axis: Array.isArray(axis) ? [...axis] : (axis as number) },
  })
}
