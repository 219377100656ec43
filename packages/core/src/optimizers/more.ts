import type { Constraint } from '../constraints/constraint.ts'
import { allowed } from '../constraints/formulas.ts'
import { assign } from '../ops/assign.ts'
import { count, expressions } from '../ops/general.ts'
import type { Emit } from '../ops/op.ts'
import { hasRows, type Value } from '../program/program.ts'
import { penaltyOf } from '../regularizers/formulas.ts'
import type { Regularizer } from '../regularizers/regularizer.ts'
import type { CommonOptions } from './define.ts'
import type { Definition, UpdateExpressions } from './definition.ts'
import { definitionOf } from './methods/index.ts'
import type { Method } from './optimizer.ts'
import type { Part, Trained, UpdatePlace } from './update.ts'

// What an optimizer does beside a fused operation, and what regularizers, constraints and activations are composed of:
// downloaded together when one of them is asked for.
export { emitActivation } from '../layers/activations.ts'

function updateExpressions(emit: Emit): UpdateExpressions {
  return { ...expressions(emit), assign: (target, value) => emit(assign, { target, value }, {}) }
}

/** Numbers of the steps that every optimizer can take: decay; kept, renewed, overwritten, left of an average. */
const COMMON_NUMBERS = 5

/** How an optimizer works with options that all have, or whose update is composed. */
export function methodOf(className: string, options: CommonOptions, fused: Definition | undefined): Method {
  const special = fused ?? definitionOf(className, options)
  const { slots, initial = {}, hyper, write, decays = false } = special
  const { weightDecay, useEma, emaMomentum, emaOverwriteFrequency, gradientAccumulationSteps } = options
  const own = typeof hyper === 'number' ? hyper : hyper.length
  const averaging = ['kept', 'renewed', 'overwritten', 'left'].slice(0, emaOverwriteFrequency ? 4 : 2)
  return {
    slots: [
      ...(useEma ? ['average'] : []),
      ...(gradientAccumulationSteps ? ['gradient_accumulator'] : []),
      ...slots,
    ],
    initial,
    hyperSize: own + COMMON_NUMBERS,
    hyper: {
      ...(typeof hyper === 'number' ? { hyper: [0, own] } : inOrder(hyper, 0)),
      ...(weightDecay === null || decays ? {} : inOrder(['decay'], own)),
      ...(useEma ? inOrder(averaging, own + 1) : {}),
    },
    write(numbers, step, rate) {
      const t = gradientAccumulationSteps ? Math.ceil(step / gradientAccumulationSteps) : step
      write(numbers, t, rate)
      numbers[own] = rate * (weightDecay ?? 0)
      // the first average is the weight itself; in float32 the two shares must make a whole too
      const kept = t === 1 ? 0 : Math.fround(emaMomentum)
      numbers[own + 1] = kept
      numbers[own + 2] = 1 - kept
      const overwritten = emaOverwriteFrequency && t % emaOverwriteFrequency === 0 ? 1 : 0
      numbers[own + 3] = overwritten
      numbers[own + 4] = 1 - overwritten
    },
    emit: (context) =>
      'emit' in special ? special.emit(context) : special.compose(updateExpressions(context.emit), context),
    decays,
  }
}

/** One number each. */
function inOrder(names: readonly string[], first: number): Record<string, readonly [number, number]> {
  return Object.fromEntries(names.map((name, i) => [name, [first + i, first + i + 1] as const]))
}

/**
 * Appends what a batch changes, in Keras's order: the gradients are unscaled, added up, clipped; weights decay, are
 * updated, averaged; constraints are applied.
 *
 * @param waits with gradientAccumulationSteps: a batch whose gradients are added up and no more
 */
export function emitAllUpdates(place: UpdatePlace, weights: readonly Trained[], waits: boolean): void {
  const context = { ...place, e: updateExpressions(place.builder.emit) }
  const means = accumulated(context, unscaled(context, weights), waits)
  if (!waits) for (const { parts } of clipped(context, means)) for (const part of parts) update(context, part)
  for (const { spec, parts } of weights) {
    for (const { parameter } of parts) average(context, parameter)
    if (spec.constraint) constrain(context.e, spec.constraint, parts)
  }
}

interface Context extends UpdatePlace {
  readonly e: UpdateExpressions
}

function mapGradients(weights: readonly Trained[], map: (part: Part) => Value): readonly Trained[] {
  return weights.map(({ spec, parts }) => ({
    spec,
    parts: parts.map((part) => ({ parameter: part.parameter, gradient: map(part) })),
  }))
}

function unscaled(context: Context, weights: readonly Trained[]): readonly Trained[] {
  const { lossScaleFactor } = context.optimizer.common
  if (lossScaleFactor === null) return weights
  const { e } = context
  return mapGradients(weights, ({ gradient }) => e.divide(gradient, lossScaleFactor))
}

/** Gradients as the mean over the batches since the last update. */
function accumulated(context: Context, weights: readonly Trained[], waits: boolean): readonly Trained[] {
  const { gradientAccumulationSteps: steps } = context.optimizer.common
  if (steps === null) return weights
  const { e } = context
  return mapGradients(weights, ({ parameter, gradient }) => {
    const slot = context.slot('gradient_accumulator', parameter)
    const sum = e.add(gradient, slot)
    e.assign(slot, waits ? sum : e.scale(sum, 0))
    return e.divide(sum, steps)
  })
}

function clipped(context: Context, weights: readonly Trained[]): readonly Trained[] {
  const { clipnorm, clipvalue, globalClipnorm } = context.optimizer.common
  if (clipnorm)
    return weights.flatMap((weight) => {
      const { e } = context
      const norm = e.maximum(normOf(e, [weight]), clipnorm)
      return mapGradients([weight], ({ gradient }) => e.divide(e.scale(gradient, clipnorm), norm))
    })
  if (globalClipnorm && weights.length > 0) {
    const { e } = context
    const norm = normOf(e, weights)
    const shrink = e.scale(e.minimum(e.reciprocal(norm), 1 / globalClipnorm), globalClipnorm)
    // NaN where the norm is not finite
    const factor = e.add(shrink, e.subtract(norm, norm))
    return mapGradients(weights, ({ gradient }) => e.multiply(gradient, factor))
  }
  if (clipvalue) {
    const { e } = context
    return mapGradients(weights, ({ gradient }) => e.minimum(e.maximum(gradient, -clipvalue), clipvalue))
  }
  return weights
}

/** The L2 norm of all these gradients together, [1]; one after the other, whatever the number of threads. */
function normOf(e: UpdateExpressions, weights: readonly Trained[]): Value {
  const sums = weights.flatMap(({ parts }) =>
    parts.map(({ gradient }) => {
      const all = gradient.shape.map((_, axis) => axis)
      return e.sum(e.square(gradient), all)
    }),
  )
  return e.sqrt(sums.reduce((a, b) => e.add(a, b)))
}

function update(context: Context, { parameter, gradient }: Part): void {
  const { common, method } = context.optimizer
  if (common.weightDecay !== null && !method.decays) {
    const { e } = context
    e.assign(parameter, e.subtract(parameter, e.multiply(parameter, context.number('decay'))))
  }
  method.emit({
    parameter,
    gradient,
    emit: context.builder.emit,
    slot: (name) => context.slot(name, parameter),
    number: context.number,
  })
}

/** The moving average of a weight; now and then it takes the weight's place. */
function average(context: Context, parameter: Value): void {
  const { useEma, emaOverwriteFrequency } = context.optimizer.common
  if (!useEma) return
  const { e } = context
  const by = (x: Value, name: string) => e.multiply(x, context.number(name))
  const slot = context.slot('average', parameter)
  const mean = e.add(by(slot, 'kept'), by(parameter, 'renewed'))
  e.assign(slot, mean)
  if (emaOverwriteFrequency !== null)
    e.assign(parameter, e.add(by(mean, 'overwritten'), by(parameter, 'left')))
}

function constrain(e: UpdateExpressions, constraint: Constraint, parts: readonly Part[]): void {
  const parameters = parts.map(({ parameter }) => parameter)
  const bounded = allowed(constraint, e, parameters)
  for (const [index, parameter] of parameters.entries()) e.assign(parameter, bounded[index])
}

/**
 * Appends what regularizers add to the loss, [1]: for weights, each in one part or as its rows, and for outputs
 * [batch, …]. As in Keras the penalties of outputs are divided by the rows of the batch.
 */
export function emitPenalties(emit: Emit, penalized: readonly Penalized[]): Value {
  const e = expressions(emit)
  const penalties = penalized.map(({ regularizer, rows }) => {
    const penalty = penaltyOf(regularizer, emit, rows)
    const [like] = rows
    return hasRows(like) ? e.divide(penalty, emit(count, { like }, { axes: [0] }).y) : penalty
  })
  return penalties.reduce((a, b) => e.add(a, b))
}

/** What a regularizer is for. */
export interface Penalized {
  readonly regularizer: Regularizer
  readonly rows: readonly Value[]
}

/** d loss / d loss · factor: what a gradient starts from. A penalty [1] starts from `1`, whatever it is. */
export function scaled(emit: Emit, seed: Value, factor: number, offset = 0): Value {
  return expressions(emit).scale(seed, factor, offset)
}
