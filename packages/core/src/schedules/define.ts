import type { JsonObject } from '../config/keras.ts'
import { type Check, type OptionTable, readOptions, text } from '../config/options.ts'
import type { Schedule } from './schedule.ts'

/** What every schedule can be given. */
export interface Named {
  /** Kept in Keras's JSON; changes no number. */
  name?: string
}

/** A schedule of options that are checked and filled in. */
export function defineSchedule<O extends Named>(
  className: string,
  where: string,
  given: O,
  table: OptionTable<Omit<O, 'name'>>,
  rate: (options: Required<O>, step: number) => number,
): Schedule {
  const all = { ...table, name: [DEFAULT_NAMES[className] ?? className, text] } as unknown as OptionTable<O>
  const options = readOptions(`schedules.${where}`, given, all)
  return { className, options: options as JsonObject, rate: (step) => rate(options, step) }
}

/** Where Keras's default name is not that of the class. */
const DEFAULT_NAMES: Readonly<Record<string, string>> = {
  PiecewiseConstantDecay: 'PiecewiseConstant',
  CosineDecayRestarts: 'SGDRDecay',
}

/** A number of batches. */
export const steps: Check = (value) =>
  Number.isFinite(value) && Number(value) > 0 ? null : 'a number of batches greater than 0'
