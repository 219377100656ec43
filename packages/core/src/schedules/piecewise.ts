import { type Check, notNegative } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { defineSchedule, type Named } from './define.ts'
import type { Schedule } from './schedule.ts'

export interface PiecewiseConstantDecayOptions extends Named {
  /** The last batch, counted from 0, of every stretch but the last one; growing. */
  boundaries: readonly number[]
  /** The rate of each stretch: one more than there are boundaries. */
  values: readonly number[]
}

const isGrowing: Check = (value) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((at, i) => Number.isSafeInteger(at) && at >= 0 && (i === 0 || at > value[i - 1]))
    ? null
    : 'a list of whole numbers of batches, each larger than the one before'
const areRates: Check = (value) =>
  Array.isArray(value) && value.every((rate) => notNegative(rate) === null)
    ? null
    : 'a list of numbers of at least 0'

/** values[i] up to and including batch boundaries[i]. Keras: `PiecewiseConstantDecay`. */
export function piecewiseConstantDecay(options: PiecewiseConstantDecayOptions): Schedule {
  const table = { boundaries: [undefined, isGrowing], values: [undefined, areRates] } as const
  const schedule = defineSchedule(
    'PiecewiseConstantDecay',
    'piecewiseConstantDecay',
    options,
    table,
    ({ boundaries, values }, step) => {
      let stretch = 0
      while (step > boundaries[stretch]) stretch++
      return values[stretch]
    },
  )
  const { boundaries, values } = options
  if (values.length !== boundaries.length + 1)
    throw new OptionError(
      `schedules.piecewiseConstantDecay: expected one value more than boundaries; got ${values.length} values and ${boundaries.length} boundaries`,
    )
  return schedule
}
