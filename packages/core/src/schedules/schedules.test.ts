import { describe, expect, it } from 'vitest'
import type { KerasObject } from '../config/keras.ts'
import { OptionError } from '../errors.ts'
import { readGolden } from '../testing/golden.ts'
import * as schedules from './index.ts'

interface Golden {
  readonly steps: readonly number[]
  readonly schedules: readonly { name: string; json: KerasObject; rates: readonly number[] }[]
}

const golden = readGolden<Golden>('schedules')

describe('schedules, against Keras', () => {
  it.each(golden.schedules)('$name', ({ json, rates }) => {
    const schedule = schedules.deserializeSchedule(json)
    for (const [i, step] of golden.steps.entries()) {
      // Keras takes cosines and logarithms of float64 too, but π and some options pass through float32
      expect(Math.abs(schedule.rate(step) - rates[i]), `after ${step} steps`).toBeLessThan(
        2e-8 + 1e-7 * rates[i],
      )
    }
    expect(schedules.serializeSchedule(schedule)).toEqual(json)
  })

  it('has every class of them', () => {
    const tested = new Set(golden.schedules.map(({ json }) => json.class_name))
    expect([...tested].sort()).toEqual([...schedules.SCHEDULE_CLASSES.keys()].sort())
  })
})

describe('a schedule refuses', () => {
  const decay = { initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 }

  it.each([0, -5, Number.NaN, '10'])('%s steps', (count) => {
    const few = { ...decay, decaySteps: count } as typeof decay
    const message = /option 'decaySteps' must be a number of batches greater than 0; got/
    expect(() => schedules.exponentialDecay(few)).toThrow(message)
    expect(() => schedules.inverseTimeDecay(few)).toThrow(message)
    const { decayRate: _, ...line } = few
    expect(() => schedules.polynomialDecay(line)).toThrow(message)
    expect(() => schedules.cosineDecay(line)).toThrow(message)
    expect(() =>
      schedules.cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: count as number }),
    ).toThrow(/option 'firstDecaySteps' must be a number of batches greater than 0/)
  })

  it('what is missing, misspelt or negative', () => {
    const { decaySteps: _, ...without } = decay
    expect(() => schedules.exponentialDecay(without as typeof decay)).toThrow(
      "schedules.exponentialDecay: option 'decaySteps' is missing",
    )
    expect(() => schedules.exponentialDecay({ ...decay, decayrate: 1 } as typeof decay)).toThrow(
      /there is no option 'decayrate'. Did you mean 'decayRate'\?/,
    )
    expect(() => schedules.exponentialDecay({ ...decay, initialLearningRate: -1 })).toThrow(
      /of at least 0; got -1/,
    )
    expect(() =>
      schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 5, warmupSteps: -1, warmupTarget: 1 }),
    ).toThrow(/'warmupSteps' must be a number of at least 0; got -1/)
  })

  it('boundaries that do not grow, or do not fit the values', () => {
    const piecewise = schedules.piecewiseConstantDecay
    const growing = /list of whole numbers of batches, each larger than the one before; got/
    expect(() => piecewise({ boundaries: [5, 5], values: [1, 2, 3] })).toThrow(growing)
    expect(() => piecewise({ boundaries: [-1], values: [1, 2] })).toThrow(growing)
    expect(() => piecewise({ boundaries: [], values: [1] })).toThrow(growing)
    expect(() => piecewise({ boundaries: [5], values: [1] })).toThrow(
      /expected one value more than boundaries; got 1 values and 1 boundaries/,
    )
    expect(() => piecewise({ boundaries: [5], values: [1, -1] })).toThrow(/a list of numbers of at least 0/)
  })

  it('an unknown class, by name', () => {
    expect(() => schedules.deserializeSchedule({ class_name: 'CosineDekay', config: {} })).toThrow(
      OptionError,
    )
    expect(() => schedules.deserializeSchedule({ class_name: 'CosineDekay', config: {} })).toThrow(
      /there is no schedule 'CosineDekay'. Did you mean 'CosineDecay'\?/,
    )
  })
})

it('has no rate once decays that get shorter have all ended', () => {
  const schedule = schedules.cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 4, tMul: 0.5 })
  expect(schedule.rate(7)).toBeGreaterThan(0)
  expect(schedule.rate(8)).toBeNaN()
})
