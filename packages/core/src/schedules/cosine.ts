import { finite, notNegative, orNull, positive } from '../config/options.ts'
import { cos } from '../math/elementary.ts'
import { pow } from '../math/exp.ts'
import { defineSchedule, type Named, steps } from './define.ts'
import type { Schedule } from './schedule.ts'

export interface CosineDecayOptions extends Named {
  /** Rate at the start: of the decay, or with `warmupTarget` of the climb before it. */
  initialLearningRate: number
  /** Batches of the decay. */
  decaySteps: number
  /** Share of the rate that is left at the end. Default 0. */
  alpha?: number
  /** Climb to this rate first, along a line. Default null: no climb. */
  warmupTarget?: number | null
  /** Batches of the climb. Default 0. */
  warmupSteps?: number
}

/** Half a cosine from the full rate down to `alpha` of it (Loshchilov & Hutter 2017). Keras: `CosineDecay`. */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const table = {
    initialLearningRate: [undefined, notNegative],
    decaySteps: [undefined, steps],
    alpha: [0, finite],
    warmupTarget: [null, orNull(notNegative)],
    warmupSteps: [0, notNegative],
  } as const
  return defineSchedule('CosineDecay', 'cosineDecay', options, table, (given, step) => {
    const { initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps } = given
    const climb = warmupTarget === null ? 0 : warmupSteps
    const top = warmupTarget ?? initialLearningRate
    if (step < climb) return initialLearningRate + (top - initialLearningRate) * (step / climb)
    const decayed = halfCosine(Math.min(step - climb, decaySteps) / decaySteps)
    return top * ((1 - alpha) * decayed + alpha)
  })
}

export interface CosineDecayRestartsOptions extends Named {
  initialLearningRate: number
  /** Batches of the first decay. */
  firstDecaySteps: number
  /** Each decay takes this many times as long as the one before. Default 2. */
  tMul?: number
  /** Each decay begins at this share of where the one before began. Default 1. */
  mMul?: number
  /** Share of the rate that is left at the end of the first decay. Default 0. */
  alpha?: number
}

/** Cosine decays one after the other, "warm restarts" (Loshchilov & Hutter 2017). Keras: `CosineDecayRestarts`. */
export function cosineDecayRestarts(options: CosineDecayRestartsOptions): Schedule {
  const table = {
    initialLearningRate: [undefined, notNegative],
    firstDecaySteps: [undefined, steps],
    tMul: [2, positive],
    mMul: [1, notNegative],
    alpha: [0, finite],
  } as const
  return defineSchedule('CosineDecayRestarts', 'cosineDecayRestarts', options, table, (given, step) => {
    const { initialLearningRate, firstDecaySteps, tMul, mMul, alpha } = given
    let restarts = 0
    let length = firstDecaySteps
    let left = step
    if (tMul === 1) {
      restarts = Math.floor(step / length)
      left -= restarts * length
    }
    for (; left >= length; length *= tMul, restarts++) {
      // decays that get ever shorter end, all together; there is no rate beyond, in Keras neither
      if (length < Number.EPSILON * firstDecaySteps) return Number.NaN
      left -= length
    }
    const decayed = pow(mMul, restarts) * halfCosine(left / length)
    return initialLearningRate * ((1 - alpha) * decayed + alpha)
  })
}

/** 1 at 0, 0 at 1. */
function halfCosine(fraction: number): number {
  return 0.5 * (1 + cos(Math.PI * fraction))
}
