import { boolean, notNegative, type OptionTable, positive } from '../config/options.ts'
import { pow } from '../math/exp.ts'
import { defineSchedule, type Named, steps } from './define.ts'
import type { Schedule } from './schedule.ts'

interface DecayOptions extends Named {
  initialLearningRate: number
  /** Batches after which the rate has decayed once by `decayRate`. */
  decaySteps: number
  decayRate: number
  /** Decay at once after every `decaySteps` rather than a little at every step. Default false. */
  staircase?: boolean
}

const DECAY: OptionTable<Omit<DecayOptions, 'name'>> = {
  initialLearningRate: [undefined, notNegative],
  decaySteps: [undefined, steps],
  decayRate: [undefined, notNegative],
  staircase: [false, boolean],
}

/** How often the rate has decayed. */
function times({ decaySteps, staircase }: Required<DecayOptions>, step: number): number {
  return staircase ? Math.floor(step / decaySteps) : step / decaySteps
}

export type ExponentialDecayOptions = DecayOptions

/** initialLearningRate · decayRate^(step / decaySteps). Keras: `ExponentialDecay`. */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  return defineSchedule('ExponentialDecay', 'exponentialDecay', options, DECAY, (given, step) => {
    return given.initialLearningRate * pow(given.decayRate, times(given, step))
  })
}

export type InverseTimeDecayOptions = DecayOptions

/** initialLearningRate / (1 + decayRate · step / decaySteps). Keras: `InverseTimeDecay`. */
export function inverseTimeDecay(options: InverseTimeDecayOptions): Schedule {
  return defineSchedule('InverseTimeDecay', 'inverseTimeDecay', options, DECAY, (given, step) => {
    return given.initialLearningRate / (1 + given.decayRate * times(given, step))
  })
}

export interface PolynomialDecayOptions extends Named {
  initialLearningRate: number
  /** Batches until `endLearningRate` is reached. */
  decaySteps: number
  /** Default 0.0001. */
  endLearningRate?: number
  /** Default 1: along a line. */
  power?: number
  /** Begin again from a lower start whenever the end is reached, over a longer stretch. Default false. */
  cycle?: boolean
}

/** From initialLearningRate to endLearningRate as (1 − step / decaySteps)^power falls. Keras: `PolynomialDecay`. */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const table = {
    initialLearningRate: [undefined, notNegative],
    decaySteps: [undefined, steps],
    endLearningRate: [0.0001, notNegative],
    power: [1, positive],
    cycle: [false, boolean],
  } as const
  return defineSchedule('PolynomialDecay', 'polynomialDecay', options, table, (given, step) => {
    const { initialLearningRate, decaySteps, endLearningRate, power, cycle } = given
    const stretch = cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps
    const left = 1 - Math.min(step, stretch) / stretch
    return (initialLearningRate - endLearningRate) * pow(left, power) + endLearningRate
  })
}
