import type { Json } from '../config/keras.ts'
import { boolean, checkedLater, show } from '../config/options.ts'
import { DataError, OptionError } from '../errors.ts'
import { type Expressions, expressions } from '../ops/general.ts'
import { anyNotEqual, toFloat } from '../ops/masks.ts'
import { concat, matmul, permute } from '../ops/moves.ts'
import { reshape } from '../ops/reshape.ts'
import { derive } from '../program/derive.ts'
import type { Value } from '../program/program.ts'
import { axisOf, stepsAlong } from './axes.ts'
import {
  checkLayerOptions,
  defineLayer,
  type EmitContext,
  formatShape,
  type Layer,
  type LayerOptions,
  type Mask,
  required,
  type Shape,
} from './layer.ts'

// Layers of several inputs. Shapes meet as in Keras: an axis of size 1 serves all, a smaller rank lacks axes behind the batch.

const lowered = (className: string) => `layers.${className[0].toLowerCase()}${className.slice(1)}`

/** What inputs of these shapes become together. */
function merged(where: string, inputs: readonly Shape[]): Shape {
  if (inputs.length < 2)
    throw new DataError(`${where}: expected a list of at least 2 inputs; got ${inputs.length}`)
  const rank = Math.max(...inputs.map(({ length }) => length))
  const shapes = inputs.map((shape) => [...new Array<number>(rank - shape.length).fill(1), ...shape])
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = [...new Set(shapes.map((shape) => shape[axis]))].filter((size) => size !== 1)
    if (sizes.length > 1)
      throw new DataError(`${where}: its inputs do not fit each other: ${inputs.map(formatShape).join(', ')}`)
    return sizes.length === 0 ? 1 : sizes[0]
  })
}

type Merge = (e: Expressions, inputs: readonly Value[], masks: readonly Mask[], context: EmitContext) => Value

function mergeLayer(
  className: string,
  options: LayerOptions,
  merge: Merge,
  most = Number.POSITIVE_INFINITY,
): Layer {
  const where = lowered(className)
  checkLayerOptions({ where, options: {} }, options)
  return defineLayer(options, {
    className,
    inputs: Infinity,
    eachStep: 'alike',
    outputShape: (...inputs) => {
      if (inputs.length > most) throw new DataError(`${where}: expected ${most} inputs; got ${inputs.length}`)
      return merged(where, inputs)
    },
    weights: () => [],
    emit: (context, ...inputs) => {
      const masks = inputs.map((_, i) => context.mask(i))
      return merge(expressions(context.builder.emit), inputs, masks, context)
    },
    mask: (context, ...inputs) => {
      const masks = inputs.map((_, i) => context.mask(i))
      return masks.every((mask) => mask !== null) ? anyOf(context, masks) : null
    },
    config: {},
  })
}

/** There where any of the masks is. */
function anyOf({ builder: { emit } }: EmitContext, masks: readonly Value[]): Value {
  if (masks.every((mask) => mask === masks[0])) return masks[0]
  const e = expressions(emit)
  const floats = masks.map((x) => emit(toFloat, { x }, {}).y)
  return emit(anyNotEqual, { x: floats.reduce((a, b) => e.maximum(a, b)) }, { value: 0 }).y
}

/** a + b + … Keras: `Add`. */
export function add(options: LayerOptions = {}): Layer {
  return mergeLayer('Add', options, (e, inputs) => inputs.reduce((a, b) => e.add(a, b)))
}

/** a − b. Keras: `Subtract`. */
export function subtract(options: LayerOptions = {}): Layer {
  return mergeLayer('Subtract', options, (e, [a, b]) => e.subtract(a, b), 2)
}

/** (a + b + …) / n. Keras: `Average`. */
export function average(options: LayerOptions = {}): Layer {
  return mergeLayer('Average', options, (e, inputs) =>
    e.divide(
      inputs.reduce((a, b) => e.add(a, b)),
      inputs.length,
    ),
  )
}

/** a · b · …; at a masked step the others' product, or 0 where all are masked. Keras: `Multiply`. */
export function multiply(options: LayerOptions = {}): Layer {
  return mergeLayer('Multiply', options, (e, inputs, masks, context) => {
    const factors = inputs.map((x, i) => {
      const mask = masks[i]
      return mask ? e.where(mask, x, 1) : x
    })
    const product = factors.reduce((a, b) => e.multiply(a, b))
    return masks.every((mask) => mask !== null) ? e.where(anyOf(context, masks), product, 0) : product
  })
}

/** The larger of each pair of numbers; a masked step counts for nothing. Keras: `Maximum`. */
export function maximum(options: LayerOptions = {}): Layer {
  return mergeLayer(
    'Maximum',
    options,
    extreme((e) => e.maximum),
  )
}

/** The smaller of each pair of numbers; a masked step counts for nothing. Keras: `Minimum`. */
export function minimum(options: LayerOptions = {}): Layer {
  return mergeLayer(
    'Minimum',
    options,
    extreme((e) => e.minimum),
  )
}

function extreme(of: (e: Expressions) => (a: Value, b: Value) => Value): Merge {
  return (e, inputs, masks, context) => {
    let [output] = inputs
    let [mask] = masks
    for (let i = 1; i < inputs.length; i++) {
      const other = masks[i]
      const x = other ? e.where(other, inputs[i], output) : inputs[i]
      if (mask) output = e.where(mask, output, x)
      output = of(e)(output, x)
      mask = mask && other ? anyOf(context, [mask, other]) : null
    }
    return output
  }
}

export interface ConcatenateOptions extends LayerOptions {
  /** Along which axis; the batch is axis 0. Default −1. */
  axis?: number
}

/** The inputs one behind the other along an axis. Keras: `Concatenate`. */
export function concatenate(options: ConcatenateOptions = {}): Layer {
  const where = 'layers.concatenate'
  const whole = (value: unknown) =>
    Number.isInteger(value) && value !== 0 ? null : 'a whole number other than 0'
  checkLayerOptions({ where, options: { axis: whole } }, options)
  const { axis = -1 } = options
  const along = (x: Value) => (axis < 0 ? axis + x.shape.length : axis)
  const alongSteps = (input: Shape) => (axis < 0 ? axis + input.length + 1 : axis) === 1
  return defineLayer(options, {
    className: 'Concatenate',
    inputs: Infinity,
    ...stepsAlong(axis),
    // its mask is put together as the inputs are
    heedsMask: true,
    outputShape: (...inputs) => {
      if (inputs.length < 2)
        throw new DataError(`${where}: expected a list of at least 2 inputs; got ${inputs.length}`)
      const at = axisOf(where, inputs[0], axis) - 1
      const fits = inputs.every(
        (shape) =>
          shape.length === inputs[0].length && shape.every((dim, i) => i === at || dim === inputs[0][i]),
      )
      if (!fits)
        throw new DataError(
          `${where}: its inputs must be equal but for axis ${axis}; got ${inputs.map(formatShape).join(', ')}`,
        )
      const lengths = inputs.map((shape) => shape[at])
      if (lengths.filter((length) => length === null).length > 1)
        throw new DataError(`${where}: only one of its inputs can have an open length along axis ${axis}`)
      const sum = lengths.reduce<number | null>((a, b) => (a === null || b === null ? null : a + b), 0)
      return inputs[0].with(at, sum)
    },
    steps: (length, ...inputs) => {
      const fixed = inputs.flatMap(([steps]) => steps ?? [])
      return alongSteps(inputs[0])
        ? derive(
            length,
            '+',
            fixed.reduce((a, b) => a + b, 0),
          )
        : length
    },
    weights: () => [],
    emit: ({ builder }, ...inputs) =>
      inputs.reduce((a, b) => builder.emit(concat, { a, b }, { axis: along(a) }).y),
    mask: (context, ...inputs) => {
      const masks = inputs.map((_, i) => context.mask(i))
      if (masks.every((mask) => mask === null)) return null
      const { emit } = context.builder
      // where one has no mask, all of its steps are there
      const all = masks.map((mask, i) => mask ?? everyStep(context, inputs[i]))
      const at = along(inputs[0])
      if (at === inputs[0].shape.length - 1) return anyOf(context, all)
      return all.reduce((a, b) => emit(concat, { a, b }, { axis: at }).y)
    },
    config: { axis },
  })
}

/** The mask of what has none. */
function everyStep({ builder: { emit } }: EmitContext, x: Value): Value {
  const e = expressions(emit)
  return emit(anyNotEqual, { x: e.scale(e.stop(x), 0, 1) }, { value: 0 }).y
}

export interface DotOptions extends LayerOptions {
  /** The axis of both inputs, or of each, that is summed over; the batch is axis 0. */
  axes: number | readonly [number, number]
  /** Are both divided by their length along that axis first (a cosine)? Default false. */
  normalize?: boolean
}

/** The dot products of two inputs along an axis of each. Keras: `Dot`. */
export function dot(options: DotOptions): Layer {
  const where = 'layers.dot'
  checkLayerOptions({ where, options: { axes: checkedLater, normalize: boolean } }, options)
  required(where, options, 'axes')
  const { axes, normalize = false } = options
  const pair = Array.isArray(axes) ? axes : [axes, axes]
  if (pair.length !== 2 || !pair.every(Number.isInteger))
    throw new OptionError(`${where}: option 'axes' must be a whole number or two of them; got ${show(axes)}`)
  const axesOf = (inputs: readonly Shape[]) => {
    if (inputs.length !== 2) throw new DataError(`${where}: expected 2 inputs; got ${inputs.length}`)
    for (const shape of inputs)
      if (shape.length > 2)
        throw new DataError(`${where}: expected inputs of 2 or 3 axes; got ${formatShape(shape)}`)
    const [a, b] = inputs.map((shape, i) => axisOf(where, shape, pair[i]))
    if (inputs[0][a - 1] !== inputs[1][b - 1])
      throw new DataError(
        `${where}: the axes ${show(axes)} differ in length: ${inputs.map(formatShape).join(' and ')}`,
      )
    return [a, b]
  }
  return defineLayer(options, {
    className: 'Dot',
    inputs: Infinity,
    outputShape: (...inputs) => {
      const [a, b] = axesOf(inputs)
      const rest = [...inputs[0].toSpliced(a - 1, 1), ...inputs[1].toSpliced(b - 1, 1)]
      if (rest.at(-1) === null)
        throw new DataError(
          `${where}: its result would end with an open length; got ${inputs.map(formatShape).join(' and ')}`,
        )
      return rest.length === 0 ? [1] : rest
    },
    weights: () => [],
    emit: ({ builder: { emit } }, ...inputs) => {
      const e = expressions(emit)
      const [x, y] = inputs.map((value, i) => {
        const rank = value.shape.length
        const axis = pair[i] < 0 ? pair[i] + rank : pair[i]
        const scaled = normalize ? unit(e, value, axis) : value
        // two axes behind the batch: what stays, what is summed over
        return rank === 2
          ? emit(permute, { x: scaled }, { axes: [0, 1] }).y
          : axis === 2
            ? scaled
            : emit(permute, { x: scaled }, { axes: [2, 1] }).y
      })
      const product = emit(matmul, { a: x, b: y }, { transposeA: false, transposeB: true }).y
      const shape = [1, 2].flatMap((axis) =>
        inputs[axis - 1].shape.length === 2 ? [] : [Number(product.shape[axis])],
      )
      return shape.length === 2
        ? product
        : emit(reshape, { x: product }, { shape: shape.length === 0 ? [1] : shape }).y
    },
    config: { axes: axes as Json, normalize },
  })
}

/** x / √Σ x², the divisor being at least 10⁻⁷ as in Keras. */
function unit(e: Expressions, x: Value, axis: number): Value {
  return e.multiply(x, e.rsqrt(e.maximum(e.sum(e.square(x), [axis], true), 1e-14)))
}
