import { derive } from '../program/derive.ts'
import { type Dim, formatType, sizeOf } from '../program/program.ts'
import { type AlongAxis, withLength } from './flip.ts'
import type { Op } from './op.ts'
import { columns } from './shapes.ts'

// What only moves the entries of each row: x [B, …] → y [B, …]. Axes count in the logical shape, the batch being 0, and the
// batch is never moved. What they mean: movesMeanings.ts.

export interface SliceAttributes extends AlongAxis {
  /** The first entry; negative: counted from the end. */
  readonly start: number
  /** So many entries; 0 or less: up to so many before the end. */
  readonly size: number
}

/** y = the entries start … start + size − 1 of x along an axis. */
export const slice: Op<'x', 'y', SliceAttributes> = {
  name: 'slice',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }, { axis, start, size }) {
    return { y: withLength('slice', x, axis, size > 0 ? size : derive(x.shape[axis], '+', size - start)) }
  },

  gradient({ inputs: { x }, attributes: { axis, start }, outputGradients: { y: dy }, emit }) {
    return { x: dy && emit(sliceGradient, { dy, like: x }, { axis, start }).dx }
  },
}

/** dx = dy where x was taken, 0 elsewhere; shaped like x. */
export const sliceGradient: Op<'dy' | 'like', 'dx', { readonly axis: number; readonly start: number }> = {
  name: 'sliceGradient',
  inputs: ['dy', 'like'],
  shapeOnly: ['like'],
  outputs: ['dx'],
  split: 'rows',

  infer({ like }) {
    return { dx: { shape: like.shape, dtype: 'float32' } }
  },
}

export interface PadAttributes extends AlongAxis {
  readonly before: number
  readonly after: number
  readonly value: number
}

/** y = x with so many entries more before and after it along an axis, all of them `value`. */
export const pad: Op<'x', 'y', PadAttributes> = {
  name: 'pad',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }, { axis, before, after }) {
    return { y: withLength('pad', x, axis, derive(x.shape[axis], '+', before + after)) }
  },

  gradient({ attributes: { axis, before, after }, outputGradients: { y: dy }, emit }) {
    return { x: dy && emit(slice, { x: dy }, { axis, start: before, size: -after }).y }
  },
}

/** y = a, then b along an axis. */
export const concat: Op<'a' | 'b', 'y', AlongAxis> = {
  name: 'concat',
  inputs: ['a', 'b'],
  outputs: ['y'],
  split: 'rows',

  infer({ a, b }, { axis }) {
    const [first, second] = [a.shape[axis], b.shape[axis]]
    if (
      a.dtype !== b.dtype ||
      a.shape.length !== b.shape.length ||
      a.shape.some((dim, i) => i !== axis && dim !== b.shape[i])
    )
      throw new Error(`operation 'concat': ${formatType(a)} and ${formatType(b)} differ beside axis ${axis}`)
    return { y: withLength('concat', a, axis, sumOf(first, second)) }
  },

  gradient({ inputs: { a, b }, attributes: { axis }, outputGradients: { y: dy }, needs, emit }) {
    if (!dy) return {}
    const size = b.shape[axis]
    const behind = typeof size === 'number' ? size : undefined
    const front = a.shape[axis]
    const first =
      typeof front === 'number' ? { axis, start: 0, size: front } : { axis, start: 0, size: -needed(behind) }
    const second =
      typeof front === 'number'
        ? { axis, start: front, size: behind ?? 0 }
        : { axis, start: -needed(behind), size: needed(behind) }
    return {
      a: needs('a') ? emit(slice, { x: dy }, first).y : undefined,
      b: needs('b') ? emit(slice, { x: dy }, second).y : undefined,
    }
  },
}

function sumOf(a: Dim, b: Dim): Dim {
  if (typeof b === 'number') return derive(a, '+', b)
  if (typeof a === 'number') return derive(b, '+', a)
  throw new Error(`operation 'concat': two lengths that are known at run time alone, '${a}' and '${b}'`)
}

function needed(size: number | undefined): number {
  if (size === undefined) throw new Error("operation 'concat': one of the lengths must be fixed")
  return size
}

/**
 * y = x with its axes in another order; `axes` tells of each of y's, from 1 on, which of x's it is, or 0 for one of size 1
 * that x has not. Axes of x that are not named have size 1 and go.
 */
export const permute: Op<'x', 'y', { readonly axes: readonly number[] }> = {
  name: 'permute',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }, { axes }) {
    if (x.shape.some((dim, axis) => axis > 0 && dim !== 1 && !axes.includes(axis)))
      throw new Error(`operation 'permute': the axes ${axes} leave some out of ${formatType(x)}`)
    const shape = [x.shape[0], ...axes.map((axis) => (axis === 0 ? 1 : x.shape[axis]))]
    const y = { shape, dtype: x.dtype }
    if (x.dtype === 'float32') columns(y)
    return { y }
  },

  gradient({ inputs: { x }, attributes: { axes }, outputGradients: { y: dy }, emit }) {
    const back = x.shape.slice(1).map((_, i) => axes.indexOf(i + 1) + 1)
    return { x: dy && emit(permute, { x: dy }, { axes: back }).y }
  },
}

interface RepeatAttributes extends AlongAxis {
  readonly times: number
}

/** y = every entry of x so many times in a row along an axis. */
export const repeat: Op<'x', 'y', RepeatAttributes> = {
  name: 'repeat',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }, { axis, times }) {
    return { y: withLength('repeat', x, axis, derive(x.shape[axis], '*', times)) }
  },

  gradient({ inputs: { x }, attributes, outputGradients: { y: dy }, emit }) {
    return { x: dy && emit(repeatGradient, { dy, like: x }, attributes).dx }
  },
}

/** dx = the sum of dy over what an entry was repeated to. */
export const repeatGradient: Op<'dy' | 'like', 'dx', RepeatAttributes> = {
  name: 'repeatGradient',
  inputs: ['dy', 'like'],
  shapeOnly: ['like'],
  outputs: ['dx'],
  split: 'rows',

  infer({ like }) {
    return { dx: { shape: like.shape, dtype: 'float32' } }
  },
}

export interface UnfoldAttributes extends Record<string, number> {
  /** Steps that a window takes. */
  readonly size: number
  /** Steps from window to window, and within one. */
  readonly stride: number
  readonly dilation: number
  /** Steps of `value` before the first and after the last. */
  readonly before: number
  readonly after: number
  readonly value: number
}

/**
 * What a convolution sees at every step: x [B, T, C] → y [B, T′, size · C], the entries of step t · stride + k · dilation −
 * before in the columns from k · C on; T′ = ⌊(T + before + after − dilation · (size − 1) − 1) / stride⌋ + 1.
 */
export const unfold: Op<'x', 'y', UnfoldAttributes> = {
  name: 'unfold',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }, { size, stride, dilation, before, after }) {
    if (x.shape.length !== 3)
      throw new Error(`operation 'unfold' takes [batch, steps, columns]; got ${formatType(x)}`)
    const room = derive(x.shape[1], '+', before + after - dilation * (size - 1) - 1)
    const steps = derive(derive(room, '/', stride), '+', 1)
    return { y: { shape: [x.shape[0], steps, size * columns(x)], dtype: 'float32' } }
  },

  gradient({ inputs: { x }, attributes, outputGradients: { y: dy }, emit }) {
    return { x: dy && emit(unfoldGradient, { dy, like: x }, attributes).dx }
  },
}

/** dx = the sum of dy over all windows that an entry was in. */
export const unfoldGradient: Op<'dy' | 'like', 'dx', UnfoldAttributes> = {
  name: 'unfoldGradient',
  inputs: ['dy', 'like'],
  shapeOnly: ['like'],
  outputs: ['dx'],
  split: 'rows',

  infer({ like }) {
    return { dx: { shape: like.shape, dtype: 'float32' } }
  },
}

/** A parameter in another shape: the same entries in order. */
export const view: Op<'x', 'y', { readonly shape: readonly number[] }> = {
  name: 'view',
  inputs: ['x'],
  outputs: ['y'],
  split: 'alone',

  infer({ x }, { shape }) {
    if (x.gates || sizeOf(shape) !== sizeOf(x.shape.map(Number)))
      throw new Error(`operation 'view': ${formatType(x)} does not become [${shape}]`)
    return { y: { shape, dtype: 'float32' } }
  },

  gradient({ inputs: { x }, outputGradients: { y: dy }, emit }) {
    return { x: dy && emit(view, { x: dy }, { shape: x.shape.map(Number) }).y }
  },
}

export interface MatmulAttributes extends Record<string, boolean> {
  /** Is a, or b, taken with its steps and columns exchanged? */
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** y = a·b of every row: a [B, T, K], b [B, K, S], y [B, T, S]; summed over K ascending. */
export const matmul: Op<'a' | 'b', 'y', MatmulAttributes> = {
  name: 'matmul',
  inputs: ['a', 'b'],
  outputs: ['y'],
  split: 'rows',

  infer({ a, b }, { transposeA, transposeB }) {
    const [batch, ...first] = a.shape
    const second = b.shape.slice(1)
    const [T, K] = transposeA ? first.toReversed() : first
    const [L, S] = transposeB ? second.toReversed() : second
    if (first.length !== 2 || second.length !== 2 || K !== L)
      throw new Error(`operation 'matmul': ${formatType(a)} does not fit ${formatType(b)}`)
    const y = { shape: [batch, T, S], dtype: 'float32' } as const
    columns(y)
    return { y }
  },

  gradient({
    inputs: { a, b },
    attributes: { transposeA, transposeB },
    outputGradients: { y: dy },
    needs,
    emit,
  }) {
    if (!dy) return {}
    const product = (left: typeof dy, transposeLeft: boolean, right: typeof dy, transposeRight: boolean) =>
      emit(matmul, { a: left, b: right }, { transposeA: transposeLeft, transposeB: transposeRight }).y
    return {
      a: !needs('a')
        ? undefined
        : transposeA
          ? product(b, transposeB, dy, true)
          : product(dy, false, b, !transposeB),
      b: !needs('b')
        ? undefined
        : transposeB
          ? product(dy, true, a, transposeA)
          : product(a, !transposeA, dy, false),
    }
  },
}
