import { type Check, rate as isRate, seed as isSeed, orNull } from '../config/options.ts'
import { dropoutMask } from '../ops/dropoutMask.ts'
import { expressions } from '../ops/general.ts'
import { multiply } from '../ops/multiply.ts'
import { noise } from '../ops/noise.ts'
import { seeded } from '../ops/seeded.ts'
import type { Value } from '../program/program.ts'
import { requireRank } from './axes.ts'
import {
  checkLayerOptions,
  defineLayer,
  type EmitContext,
  type Layer,
  type LayerOptions,
  required,
} from './layer.ts'

export interface RandomOptions extends LayerOptions {
  /** What is drawn depends on this number alone, not on the model's seed and the layer's place. Default null: on those. */
  seed?: number | null
}

export interface SpatialDropout1dOptions extends RandomOptions {
  /** Share of the columns dropped, each over the whole sequence. */
  rate: number
}

/** Where a layer's numbers come from in training: its own seed, or the model's at the layer's place. */
export function randomOf(
  { builder, generator, stream }: EmitContext,
  seed: number | null,
): { generator: Value; stream: number } | null {
  if (!generator || seed === null) return generator && { generator, stream }
  return { generator: builder.emit(seeded, { generator }, { seed }).own, stream: 0 }
}

/** Drops whole columns of a sequence at random in training (Tompson et al. 2015). Keras: `SpatialDropout1D`. */
export function spatialDropout1d(options: SpatialDropout1dOptions): Layer {
  const where = 'layers.spatialDropout1d'
  checkLayerOptions({ where, options: { rate: isRate, seed: orNull(isSeed) } }, options)
  required(where, options, 'rate')
  const { rate, seed = null } = options
  return defineLayer(options, {
    className: 'SpatialDropout1D',
    eachStep: 'alike',
    shapeless: true,
    plain: true,
    outputShape: (input) => {
      requireRank(where, input, 3, 'sequences, [batch, steps, features]')
      return input
    },
    weights: () => [],
    emit: (context, x) => {
      const { builder } = context
      const random = rate === 0 ? null : randomOf(context, seed)
      if (!random) return x
      const { generator, stream } = random
      const { mask } = builder.emit(dropoutMask, { generator, like: x }, { rate, stream, perStep: false })
      return builder.emit(multiply, { a: x, b: mask }, {}).y
    },
    mask: true,
    config: { rate, seed },
  })
}

const isShare: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? null : 'a number from 0 to 1'

export interface GaussianNoiseOptions extends RandomOptions {
  /** Standard deviation of what is added, from 0 to 1. */
  stddev: number
}

/** Adds numbers from a normal distribution in training. Keras: `GaussianNoise`. */
export function gaussianNoise(options: GaussianNoiseOptions): Layer {
  const { stddev, seed = null } = options
  const config = { stddev, seed }
  return noisy('GaussianNoise', 'stddev', options, isShare, stddev, config, (context, x, drawn) => {
    const e = expressions(context.builder.emit)
    return e.add(x, e.scale(drawn, stddev))
  })
}

export interface GaussianDropoutOptions extends RandomOptions {
  /** As of dropout: the standard deviation of the factors is √(rate / (1 − rate)). */
  rate: number
}

/** Multiplies by numbers from a normal distribution around 1 in training (Srivastava et al. 2014). Keras: `GaussianDropout`. */
export function gaussianDropout(options: GaussianDropoutOptions): Layer {
  const { rate, seed = null } = options
  const config = { rate, seed }
  return noisy('GaussianDropout', 'rate', options, isRate, rate, config, (context, x, drawn) => {
    const e = expressions(context.builder.emit)
    return e.multiply(x, e.scale(drawn, Math.sqrt(rate / (1 - rate)), 1))
  })
}

function noisy(
  className: string,
  option: string,
  options: RandomOptions,
  check: Check,
  amount: number,
  config: Layer['config'],
  apply: (context: EmitContext, x: Value, drawn: Value) => Value,
): Layer {
  const where = `layers.${className[0].toLowerCase()}${className.slice(1)}`
  checkLayerOptions({ where, options: { [option]: check, seed: orNull(isSeed) } }, options)
  required(where, options, option)
  return defineLayer(options, {
    className,
    outputShape: (input) => input,
    eachStep: 'alone',
    shapeless: true,
    weights: () => [],
    emit: (context, x) => {
      const random = amount === 0 ? null : randomOf(context, options.seed ?? null)
      if (!random) return x
      const { generator, stream } = random
      return apply(context, x, context.builder.emit(noise, { generator, like: x }, { stream }).noise)
    },
    mask: true,
    config,
  })
}
