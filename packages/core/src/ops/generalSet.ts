import { constant } from './constant.ts'
import { flip } from './flip.ts'
import { binary, count, expand, reduce, select, unary } from './general.ts'
import { anyNotEqual, notEqual, toFloat } from './masks.ts'
import {
  concat,
  matmul,
  pad,
  permute,
  repeat,
  repeatGradient,
  slice,
  sliceGradient,
  unfold,
  unfoldGradient,
  view,
} from './moves.ts'
import { noise } from './noise.ts'
import { product } from './product.ts'
import { scale } from './scale.ts'
import { seeded } from './seeded.ts'
import { sparsemax, sparsemaxGradient } from './sparsemax.ts'

/** What everything without a kernel of its own is composed of. */
export const GENERAL: readonly unknown[] = [
  ...[binary, unary, scale, select, reduce, expand, count],
  ...[slice, sliceGradient, pad, flip, concat, permute, repeat, repeatGradient],
  product,
  ...[unfold, unfoldGradient, view, matmul, constant, noise, seeded, sparsemax, sparsemaxGradient],
  ...[toFloat, notEqual, anyNotEqual],
]
