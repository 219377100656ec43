import { boolean, oneOf } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { type Expressions, expressions } from '../ops/general.ts'
import { toFloat } from '../ops/masks.ts'
import { unfold } from '../ops/moves.ts'
import type { Dim, Value } from '../program/program.ts'
import { openly, requireRank } from './axes.ts'
import {
  checkLayerOptions,
  defineLayer,
  type Layer,
  type LayerDefinition,
  type LayerOptions,
  required,
} from './layer.ts'
import { isOne, isPadding, oneOfList, openWindows, paddingOf, type Windows, windowsIn } from './windows.ts'

export interface Pooling1dOptions extends LayerOptions {
  /** Steps that a window takes. Default 2. */
  poolSize?: number | readonly number[]
  /** Steps from window to window. Default null: poolSize. */
  strides?: number | readonly number[] | null
  /** Default 'valid'. */
  padding?: 'valid' | 'same'
}

export interface AveragePooling1dOptions extends Pooling1dOptions {
  poolSize: number | readonly number[]
}

const SEQUENCES = 'sequences, [batch, steps, features]'
const CHANNELS = oneOf(['channels_last'])
/** Less than any number that is pooled. */
const LEAST = -3.4028234663852886e38
/** Each of a window's places is an instruction, or two. */
const MOST = 4096

/** The largest number of every window. Keras: `MaxPooling1D`. */
export function maxPooling1d(options: Pooling1dOptions = {}): Layer {
  return pooling('MaxPooling1D', 'layers.maxPooling1d', options, LEAST, (e, parts) =>
    // of equal ones, the first gets the gradient
    parts.reduce((a, b) => e.maximum(a, b)),
  )
}

/** The mean of every window, of what is not padding. Keras: `AveragePooling1D`. */
export function averagePooling1d(options: AveragePooling1dOptions): Layer {
  required('layers.averagePooling1d', options, 'poolSize')
  return pooling('AveragePooling1D', 'layers.averagePooling1d', options, 0, (e, parts, shifted, x) => {
    const sum = parts.reduce((a, b) => e.add(a, b))
    if (options.padding !== 'same') return e.divide(sum, parts.length)
    const ones = e.scale(e.stop(x), 0, 1)
    return e.divide(
      sum,
      shifted(ones).reduce((a, b) => e.add(a, b)),
    )
  })
}

/** @param pool out of what every place of a window sees, one after the other */
function pooling(
  className: string,
  where: string,
  options: Pooling1dOptions,
  value: number,
  pool: (e: Expressions, parts: Value[], shifted: (x: Value) => Value[], x: Value) => Value,
): Layer {
  const checks = {
    poolSize: isOne,
    strides: (given: unknown) => (given === null ? null : isOne(given)),
    padding: isPadding(false),
    dataFormat: CHANNELS,
  }
  checkLayerOptions({ where, options: checks }, options)
  const { poolSize = 2, strides, padding = 'valid' } = options
  const size = oneOfList(poolSize)
  const windows: Windows = { size, stride: oneOfList(strides ?? size), dilation: 1, padding }
  return defineLayer(options, {
    className,
    whyWhole: 'it takes a figure of several steps',
    shapeless: true,
    outputShape: (input) => {
      requireRank(where, input, 3, SEQUENCES)
      return [openly(input[0], (steps) => windowsIn(windows, steps), where), input[1]]
    },
    steps: (length) => openWindows(windows, length),
    weights: () => [],
    emit: ({ builder }, x) => {
      const { before, after } = paddingOf(where, windows, x)
      const places = seen(where, windows, before, x.shape[1])
      const shifted = (of: Value) =>
        places.map((k) => {
          const one = {
            size: 1,
            stride: windows.stride,
            dilation: 1,
            value,
            before: before - k,
            after: after - size + 1 + k,
          }
          return builder.emit(unfold, { x: of }, one).y
        })
      return pool(expressions(builder.emit), shifted(x), shifted, x)
    },
    config: { pool_size: [size], padding, strides: [windows.stride], data_format: 'channels_last' },
  })
}

/** The places of a window that lie within the sequence in some window; at the others there is padding alone. */
function seen(where: string, windows: Windows, before: number, steps: Dim): number[] {
  const { size, stride } = windows
  const isOpen = typeof steps !== 'number'
  const first = isOpen ? 0 : Math.max(0, before - stride * (windowsIn(windows, steps) - 1))
  const end = isOpen ? size : Math.min(size, before + steps)
  const length = end - first
  if (length > MOST)
    throw new OptionError(
      `${where}: a window may see at most ${MOST} steps; poolSize ${size} sees ${length}${isOpen ? ', as the number of steps is open' : ''}. Use a smaller one, or global pooling for all steps.`,
    )
  return Array.from({ length }, (_, k) => first + k)
}

export interface GlobalPooling1dOptions extends LayerOptions {
  /** Does the axis of the steps stay, with size 1? Default false. */
  keepdims?: boolean
}

/** The largest number of every feature over all steps; masks do not matter, as in Keras. Keras: `GlobalMaxPooling1D`. */
export function globalMaxPooling1d(options: GlobalPooling1dOptions = {}): Layer {
  const { keepdims = false } = options
  return globalPooling('GlobalMaxPooling1D', 'layers.globalMaxPooling1d', options, {
    emit: ({ builder }, x) => expressions(builder.emit).max(x, [1], keepdims),
  })
}

/** The mean of every feature over the steps that are there. Keras: `GlobalAveragePooling1D`. */
export function globalAveragePooling1d(options: GlobalPooling1dOptions = {}): Layer {
  const { keepdims = false } = options
  return globalPooling('GlobalAveragePooling1D', 'layers.globalAveragePooling1d', options, {
    heedsMask: true,
    emit: ({ builder, mask }, x) => {
      const e = expressions(builder.emit)
      const there = mask()
      if (!there) return e.mean(x, [1], keepdims)
      const count = e.sum(builder.emit(toFloat, { x: there }, {}).y, [1], keepdims)
      return e.divide(e.sum(e.where(there, x, 0), [1], keepdims), count)
    },
  })
}

function globalPooling(
  className: string,
  where: string,
  options: GlobalPooling1dOptions,
  own: Pick<LayerDefinition, 'emit' | 'heedsMask'>,
): Layer {
  checkLayerOptions({ where, options: { keepdims: boolean, dataFormat: CHANNELS } }, options)
  const { keepdims = false } = options
  return defineLayer(options, {
    className,
    whyWhole: 'it takes a figure of several steps',
    shapeless: true,
    outputShape: (input) => {
      requireRank(where, input, 3, SEQUENCES)
      return keepdims ? [1, input[1]] : [input[1]]
    },
    weights: () => [],
    ...own,
    config: { data_format: 'channels_last', keepdims },
  })
}
