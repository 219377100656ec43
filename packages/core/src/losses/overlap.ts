import { type Check, notNegative } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { expand } from '../ops/general.ts'
import type { Value } from '../program/program.ts'
import { type Composition, composeLoss, EPSILON } from './compose.ts'
import type { Reduction } from './loss.ts'

export interface DiceOptions {
  /** −1: every row and step by itself. null (default): the whole batch at once, which then has one loss. */
  axis?: -1 | null
}

export interface TverskyOptions extends DiceOptions {
  /** Weight of what is labelled and not predicted. Default 0.5. */
  alpha?: number
  /** Weight of what is predicted and not labelled. Default 0.5. */
  beta?: number
}

const axis: Check = (value) => (value === null || value === -1 ? null : 'null (the whole batch) or -1')

/** A batch that has one loss has nothing to sum. */
function adjust({ axis, reduction }: DiceOptions & { reduction: Reduction }, where: string) {
  if (axis !== -1 && (reduction === 'sum' || reduction === 'none'))
    throw new OptionError(
      `${where}: with axis null a batch has a single loss; leave reduction out, or give axis -1`,
    )
  return {}
}

/** Sums over the axes of the loss. */
function total({ sum, last, p }: Composition, x: Value, { axis }: DiceOptions): Value {
  return sum(x, axis === -1 ? last : p.shape.map((_, axis) => axis))
}

/** 1 − share, for every row and step. */
function complement(
  { scale, builder, sum, last, p }: Composition,
  share: Value,
  { axis }: DiceOptions,
): Value {
  const loss = scale(share, -1, 1)
  if (axis === -1) return loss
  const like = sum(p, last)
  return builder.emit(expand, { x: loss, like }, { axes: like.shape.map((_, axis) => axis) }).y
}

/** 1 − 2 Σ y · p / (Σ y + Σ p + 1e-7). Milletari et al. 2016, arXiv:1606.04797. */
export const dice = composeLoss<DiceOptions>({
  className: 'Dice',
  checks: { axis },
  defaults: { axis: null },
  adjust,
  emit: (context, options) => {
    const { y, p, multiply, add, divide, scale } = context
    const both = total(context, multiply(y, p), options)
    const all = add(total(context, y, options), total(context, p, options))
    return complement(context, divide(scale(both, 2), scale(all, 1, EPSILON)), options)
  },
})

/**
 * 1 − Σ y · p / (Σ y · p + alpha Σ y · (1 − p) + beta Σ (1 − y) · p + 1e-7). Salehi et al. 2017, arXiv:1706.05721.
 */
export const tversky = composeLoss<TverskyOptions>({
  className: 'Tversky',
  checks: { alpha: notNegative, beta: notNegative, axis },
  defaults: { alpha: 0.5, beta: 0.5, axis: null },
  adjust,
  emit: (context, options) => {
    const { y, p, multiply, add, divide, scale } = context
    const { alpha, beta } = options
    const both = total(context, multiply(y, p), options)
    const missed = total(context, multiply(scale(p, -1, 1), y), options)
    const invented = total(context, multiply(p, scale(y, -1, 1)), options)
    const all = add(add(both, scale(missed, alpha)), scale(invented, beta))
    return complement(context, divide(both, scale(all, 1, EPSILON)), options)
  },
})
