import { type Check, checkedLater, positiveInteger, show } from '../config/options.ts'
import { DataError, OptionError } from '../errors.ts'
import { pad, permute as permuteOp, repeat, slice } from '../ops/moves.ts'
import { reshape as reshapeOp } from '../ops/reshape.ts'
import { derive } from '../program/derive.ts'
import { fixedAxis, openly, requireRank } from './axes.ts'
import {
  checkLayerOptions,
  defineLayer,
  formatShape,
  type Layer,
  type LayerOptions,
  required,
  type Shape,
} from './layer.ts'

const SEQUENCES = 'sequences, [batch, steps, features]'

export interface ReshapeOptions extends LayerOptions {
  /** Shape of one sample, without the batch; one −1 is what is left. */
  targetShape: readonly number[]
}

/** The numbers of every sample in another shape. Keras: `Reshape`. */
export function reshape(options: ReshapeOptions): Layer {
  const where = 'layers.reshape'
  const isTarget: Check = (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((dim) => dim === -1 || positiveInteger(dim) === null)
      ? null
      : 'a list of whole numbers greater than 0, or −1 for what is left'
  checkLayerOptions({ where, options: { targetShape: isTarget } }, options)
  required(where, options, 'targetShape')
  const { targetShape } = options
  const rest = targetShape.filter((dim) => dim === -1).length
  if (rest > 1) throw new OptionError(`${where}: only one of targetShape can be −1; got ${show(targetShape)}`)
  const resolve = (input: Shape): number[] => {
    const have = input.reduce<number>((product, _, i) => product * fixedAxis(where, input, i + 1), 1)
    const known = targetShape.reduce((product, dim) => (dim === -1 ? product : product * dim), 1)
    const fits = rest === 0 ? have === known : have % known === 0
    if (!fits)
      throw new DataError(
        `${where}: the ${have} numbers of ${formatShape(input)} do not fill ${show(targetShape)}`,
      )
    return targetShape.map((dim) => (dim === -1 ? have / known : dim))
  }
  return defineLayer(options, {
    className: 'Reshape',
    shapeless: true,
    outputShape: resolve,
    weights: () => [],
    emit: ({ builder }, x) => {
      const shape = resolve(x.shape.slice(1).map((dim) => (typeof dim === 'number' ? dim : null)))
      return builder.emit(reshapeOp, { x }, { shape }).y
    },
    config: { target_shape: [...targetShape] },
  })
}

export interface PermuteOptions extends LayerOptions {
  /** Which axis of the input each axis of the output is, counted from 1: the batch stays. */
  dims: readonly number[]
}

/** The axes of every sample in another order. Keras: `Permute`. */
export function permute(options: PermuteOptions): Layer {
  const where = 'layers.permute'
  checkLayerOptions({ where, options: { dims: checkedLater } }, options)
  required(where, options, 'dims')
  const { dims } = options
  if (!Array.isArray(dims) || [...dims].sort((a, b) => a - b).some((dim, i) => dim !== i + 1))
    throw new OptionError(`${where}: option 'dims' must hold each of 1, 2, … once; got ${show(dims)}`)
  return defineLayer(options, {
    className: 'Permute',
    outputShape: (input) => {
      requireRank(where, input, dims.length + 1, `samples of ${dims.length} axes`)
      const shape = dims.map((dim) => input[dim - 1])
      if (shape.slice(1).includes(null))
        throw new DataError(`${where}: an open length must stay the first axis; got ${formatShape(input)}`)
      return shape
    },
    weights: () => [],
    emit: ({ builder }, x) => builder.emit(permuteOp, { x }, { axes: dims }).y,
    config: { dims: [...dims] },
  })
}

export interface RepeatVectorOptions extends LayerOptions {
  /** So many times. */
  n: number
}

/** A vector at each of n steps: [batch, features] → [batch, n, features]. Keras: `RepeatVector`. */
export function repeatVector(options: RepeatVectorOptions): Layer {
  const where = 'layers.repeatVector'
  checkLayerOptions({ where, options: { n: positiveInteger } }, options)
  required(where, options, 'n')
  const { n } = options
  return defineLayer(options, {
    className: 'RepeatVector',
    outputShape: (input) => {
      requireRank(where, input, 2, 'vectors, [batch, features]')
      return [n, input[0]]
    },
    weights: () => [],
    emit: ({ builder: { emit } }, x) =>
      emit(repeat, { x: emit(permuteOp, { x }, { axes: [0, 1] }).y }, { axis: 1, times: n }).y,
    config: { n },
  })
}

type Pair = number | readonly [number, number]

const isPair: Check = (value) =>
  [1, 2].includes([value].flat().length) &&
  [value].flat().every((n) => Number.isSafeInteger(n) && Number(n) >= 0)
    ? null
    : 'a whole number of at least 0, or two of them: before and behind'

function pairOf(value: Pair): [number, number] {
  const [before, after = before] = [value].flat()
  return [before, after]
}

export interface ZeroPadding1dOptions extends LayerOptions {
  /** Steps of zeros before and behind: one number for both, or two. Default 1. */
  padding?: Pair
}

/** Zeros before and behind a sequence. Keras: `ZeroPadding1D`. */
export function zeroPadding1d(options: ZeroPadding1dOptions = {}): Layer {
  const where = 'layers.zeroPadding1d'
  checkLayerOptions({ where, options: { padding: isPair }, notYet: { dataFormat: 'channels_last' } }, options)
  const [before, after] = pairOf(options.padding ?? 1)
  return defineLayer(options, {
    className: 'ZeroPadding1D',
    outputShape: (input) => {
      requireRank(where, input, 3, SEQUENCES)
      return [openly(input[0], (steps) => steps + before + after, where), input[1]]
    },
    steps: (length) => derive(length, '+', before + after),
    weights: () => [],
    emit: ({ builder }, x) => builder.emit(pad, { x }, { axis: 1, before, after, value: 0 }).y,
    config: { padding: [before, after], data_format: 'channels_last' },
  })
}

export interface Cropping1dOptions extends LayerOptions {
  /** Steps that go before and behind: one number for both, or two. Default 1. */
  cropping?: Pair
}

/** A sequence without its first and last steps. Keras: `Cropping1D`. */
export function cropping1d(options: Cropping1dOptions = {}): Layer {
  const where = 'layers.cropping1d'
  checkLayerOptions({ where, options: { cropping: isPair } }, options)
  const [before, after] = pairOf(options.cropping ?? 1)
  return defineLayer(options, {
    className: 'Cropping1D',
    outputShape: (input) => {
      requireRank(where, input, 3, SEQUENCES)
      return [openly(input[0], (steps) => steps - before - after, where), input[1]]
    },
    steps: (length) => derive(length, '+', -before - after),
    weights: () => [],
    emit: ({ builder }, x) => builder.emit(slice, { x }, { axis: 1, start: before, size: -after }).y,
    config: { cropping: [before, after] },
  })
}

export interface UpSampling1dOptions extends LayerOptions {
  /** Every step so many times in a row. Default 2. */
  size?: number
}

/** Every step several times in a row. Keras: `UpSampling1D`. */
export function upSampling1d(options: UpSampling1dOptions = {}): Layer {
  const where = 'layers.upSampling1d'
  checkLayerOptions({ where, options: { size: positiveInteger } }, options)
  const { size = 2 } = options
  return defineLayer(options, {
    className: 'UpSampling1D',
    outputShape: (input) => {
      requireRank(where, input, 3, SEQUENCES)
      return [openly(input[0], (steps) => steps * size, where), input[1]]
    },
    steps: (length) => derive(length, '*', size),
    weights: () => [],
    emit: ({ builder }, x) => builder.emit(repeat, { x }, { axis: 1, times: size }).y,
    config: { size },
  })
}
