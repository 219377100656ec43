import { type Check, rate as isRate, seed as isSeed, orNull, positiveInteger } from '../config/options.ts'
import { DataError } from '../errors.ts'
import { dropoutMask } from '../ops/dropoutMask.ts'
import { binary } from '../ops/general.ts'
import { slice } from '../ops/moves.ts'
import { multiply } from '../ops/multiply.ts'
import type { Value } from '../program/program.ts'
import {
  checkLayerOptions,
  defineLayer,
  formatShape,
  type Layer,
  type LayerOptions,
  required,
  type Shape,
} from './layer.ts'
import { randomOf } from './noise.ts'

export interface DropoutOptions extends LayerOptions {
  /** Share of the entries set to zero in training; the others are scaled by 1 / (1 − rate). */
  rate: number
  /**
   * Shape of what is drawn, with the batch in front: null is the length that the input has, 1 draws once for the whole
   * axis. Default null: every entry by itself.
   */
  noiseShape?: readonly (number | null)[] | null
  /** What is drawn depends on this number alone, not on the model's seed and the layer's place. Default null: on those. */
  seed?: number | null
}

const isNoiseShape: Check = (value) =>
  Array.isArray(value) &&
  value.length > 1 &&
  value.every((dim) => dim === null || positiveInteger(dim) === null)
    ? null
    : 'a list of whole numbers greater than 0 or null, the batch first'

/** Drops entries at random in training (Srivastava et al. 2014); passes everything otherwise. Keras: `Dropout`. */
export function dropout(options: DropoutOptions): Layer {
  const where = 'layers.dropout'
  const checks = { rate: isRate, noiseShape: orNull(isNoiseShape), seed: orNull(isSeed) }
  checkLayerOptions({ where, options: checks }, options)
  required(where, options, 'rate')
  const { rate, noiseShape = null, seed = null } = options
  return defineLayer(options, {
    className: 'Dropout',
    eachStep: noiseShape ? 'alike' : 'alone',
    shapeless: true,
    outputShape: (input) => {
      if (noiseShape) checkNoise(where, noiseShape, input)
      return input
    },
    weights: () => [],
    emit: (context, x) => {
      const { builder } = context
      const random = rate === 0 ? null : randomOf(context, seed)
      if (!random) return x
      const { generator, stream } = random
      const attributes = { rate, stream, perStep: true }
      const mask = (like: Value) => builder.emit(dropoutMask, { generator, like }, attributes).mask
      if (!noiseShape) return builder.emit(multiply, { a: x, b: mask(x) }, {}).y
      // something shaped like the noise: the first entry of every axis that is drawn once
      const like = noiseShape.reduce<Value>(
        (part, dim, axis) =>
          dim === 1 && axis > 0 ? builder.emit(slice, { x: part }, { axis, start: 0, size: 1 }).y : part,
        x,
      )
      return builder.emit(binary, { a: x, b: mask(like) }, { kind: 'multiply', constant: 0 }).y
    },
    mask: true,
    config: { rate, seed, noise_shape: noiseShape && [...noiseShape] },
  })
}

function checkNoise(where: string, noiseShape: readonly (number | null)[], input: Shape): void {
  const fits =
    noiseShape.length === input.length + 1 &&
    noiseShape[0] === null &&
    input.every((dim, i) => [null, 1, dim].includes(noiseShape[i + 1]))
  if (!fits)
    throw new DataError(
      `${where}: noiseShape must be null for the batch, then null, 1 or the length of each axis of ${formatShape(input)}; got [${noiseShape.map(String).join(', ')}]`,
    )
}
