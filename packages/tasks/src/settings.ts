import { layers, optimizers } from '@carousel/core'
import { isCount, isNumber, isRecord, isText } from './checks.ts'
import { TaskError } from './errors.ts'
import { drawSeed } from './random.ts'

export type Cell = 'lstm' | 'gru' | 'rnn'
export type OptimizerName = 'sgd' | 'rmsprop' | 'adam' | 'adamw'

// Types, not interfaces, so that they count as JSON: all of this is kept in the model's file.

/** What decides the numbers of every task's training, data apart. A task adds its own. */
export type Settings = {
  cell: Cell
  /** Of each recurrent layer. */
  units: number
  /** The share that dropout drops, 0 to below 1. */
  dropout: number
  optimizer: OptimizerName
  learningRate: number
  batchSize: number
  /** In all, before and after a resume. */
  epochs: number
  seed: number
  /** Only the first so many samples to train on; null for all. */
  limit: number | null
}

/** What a task takes where nothing is given. Of the learning rate there may be one for each optimizer. */
export type Defaults<S extends Settings> = Omit<S, 'seed' | 'learningRate' | 'limit'> & {
  readonly learningRate: number | Readonly<Record<OptimizerName, number>>
}

/** Keras's learning rates. */
export const kerasLearningRates = { sgd: 0.01, rmsprop: 0.001, adam: 0.001, adamw: 0.001 } as const

/** The layer of each cell. */
export const cells = { lstm: layers.lstm, gru: layers.gru, rnn: layers.simpleRNN }

/** As their layers are called. */
export const cellNames = { lstm: 'LSTM', gru: 'GRU', rnn: 'SimpleRNN' } as const

/** The maker of each optimizer. */
export const makers = {
  sgd: optimizers.sgd,
  rmsprop: optimizers.rmsprop,
  adam: optimizers.adam,
  adamw: optimizers.adamW,
}

/**
 * Settings that are whole: what was given, and the defaults for the rest. A seed that is not given is drawn.
 *
 * @param areOwn whether the task's own settings are such as it takes
 * @throws TaskError that names a setting which there is not, or which has no such value
 */
export function complete<S extends Settings>(
  defaults: Defaults<S>,
  given: Partial<S>,
  areOwn: (options: Readonly<Record<string, unknown>>) => boolean,
): S {
  if (!isRecord(given)) {
    throw new TaskError(`settings: expected an object, such as { epochs: 5 }, received ${shown(given)}.`)
  }
  const known = Object.entries(given).filter(([, value]) => value !== undefined)
  const { learningRate: rates, ...rest } = defaults
  const rateOf = (optimizer: OptimizerName) => (typeof rates === 'number' ? rates : rates[optimizer])
  const learningRate = rateOf(defaults.optimizer)
  const usual: Record<string, unknown> = { ...rest, limit: null, seed: drawSeed(), learningRate }
  for (const [name, value] of known) {
    if (!Object.hasOwn(usual, name)) {
      throw new TaskError(
        `settings: expected any of ${Object.keys(usual).join(', ')}, received '${name}'. Leave it out, or correct the name.`,
      )
    }
    const others = { ...usual, [name]: value }
    if (areSettings(others) && areOwn(others)) continue
    throw new TaskError(
      `settings: expected a value that ${name} can have, such as ${JSON.stringify(usual[name])}, received ${shown(value)}.`,
    )
  }
  return {
    ...usual,
    learningRate: rateOf(given.optimizer ?? defaults.optimizer),
    ...Object.fromEntries(known),
  } as unknown as S
}

/** Numbers that JSON has no word for, too. */
const shown = (value: unknown): string =>
  typeof value === 'number' ? String(value) : String(JSON.stringify(value))

/** Whether a file's words are such settings, as far as all tasks share them: a file may hold anything. */
export function areSettings(options: Readonly<Record<string, unknown>>): boolean {
  const { units, batchSize, epochs, limit, dropout, learningRate, seed, cell, optimizer } = options
  return (
    [units, batchSize, epochs, limit ?? 1].every(isCount) &&
    isNumber(dropout, 0) &&
    dropout < 1 &&
    isNumber(learningRate, Number.MIN_VALUE) &&
    isNumber(seed, 0) &&
    Number.isSafeInteger(seed) &&
    isText(cell) &&
    Object.hasOwn(cells, cell) &&
    isText(optimizer) &&
    Object.hasOwn(makers, optimizer)
  )
}
