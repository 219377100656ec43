import { expect, test } from 'vitest'
import { chars, forecast, mnist, speech, text } from './index.ts'

const tasks = [mnist.task, text.task, speech.task, forecast.task, chars.task]

test('what is given, and the defaults for the rest; undefined is nothing given', () => {
  for (const task of tasks) {
    const usual = task.settings({ seed: 1 })
    expect(task.settings({ seed: 1, units: undefined })).toEqual(usual)
    expect(task.settings({ seed: 1, units: 7 })).toEqual({ ...usual, units: 7 })
  }
})

test.each<[string, unknown]>([
  ['units', 0],
  ['cell', 'tree'],
  ['cell', ['lstm']],
  ['limit', -5],
  ['dropout', 1],
  ['learningRate', Number.NaN],
  ['seed', 1.5],
])('%s of %s is refused by every task', (name, value) => {
  for (const task of tasks) {
    expect(() => task.settings({ [name]: value })).toThrow(
      new RegExp(`expected a value that ${name} can have, .* received `),
    )
  }
})

test('own settings, and names that there are not', () => {
  expect(() => text.task.settings({ testShare: 2 })).toThrow(/testShare can have, such as 0.1, received 2/)
  expect(() => text.task.settings({ level: 'foo' as 'word' })).toThrow(
    /level can have, such as "word", received "foo"/,
  )
  for (const bands of [0, 600]) expect(() => speech.task.settings({ bands })).toThrow(/bands/)
  expect(() => speech.task.settings({ rate: 100 })).toThrow(/rate/)
  expect(() => forecast.task.settings({ quantiles: [0.9, 0.1] })).toThrow(/quantiles/)
  expect(() => chars.task.settings({ steps: 0 })).toThrow(/steps/)
  expect(() => text.task.settings({ bogus: 1 } as object)).toThrow(
    /expected any of cell, units, .*received 'bogus'/,
  )
  for (const nothing of [null, 'lstm', []]) {
    expect(() => text.task.settings(nothing as object)).toThrow(/expected an object, .*received/)
  }
})
