import { expect, test } from 'vitest'
import { confusionTable } from './confusion.ts'
import type { Console } from './console.ts'
import { learningCurve } from './curve.ts'
import { Pace } from './pace.ts'

const plain: Console = {
  print() {},
  note() {},
  style: (_, text) => text,
  live: undefined,
  width: 80,
  colour: false,
}

test('the confusion matrix is aligned, with the share of each row', () => {
  const table = confusionTable(
    [
      [1200, 0, 3],
      [0, 7, 0],
      [0, 0, 0],
    ],
    ['0', '1', '2'],
    plain,
  )
  expect(table.split('\n')).toEqual([
    'Confusion matrix: rows are the true classes, columns the predicted ones',
    'true      0     1     2     right',
    '   0  1,200     ·     3    99.8 %',
    '   1      ·     7     ·   100.0 %',
    '   2      ·     ·     ·         –',
  ])
})

test('the learning curve has a line, dots, and round ticks', () => {
  const curve = learningCurve(
    { epochs: [1, 2, 3], training: [0.88, 0.96, 0.99], validation: [0.95, 0.97, 0.98], format: 'percent' },
    plain,
  )
  const rows = curve.split('\n')
  expect(rows.filter((row) => row.includes('%')).map((row) => row.split('┤')[0].trim())).toEqual([
    '100 %',
    '98 %',
    '96 %',
    '94 %',
    '92 %',
    '90 %',
    '88 %',
  ])
  expect(curve.match(/●/g)).toHaveLength(3)
  expect(curve).not.toContain('\u001b')
  expect(rows.at(-1)?.trim().split(/\s+/)).toEqual(['1', '2', '3'])
})

test('a curve of a single value, and one of many epochs', () => {
  const flat = { epochs: [1, 2], training: [1, 1], validation: [1, 1], format: 'percent' as const }
  expect(learningCurve(flat, plain)).toContain('100 %')
  const epochs = Array.from({ length: 300 }, (_, index) => index + 1)
  const shares = epochs.map((epoch) => 1 - 0.5 / epoch)
  const ticks = learningCurve({ epochs, training: shares, validation: shares, format: 'percent' }, plain)
    .split('\n')
    .at(-1)
  expect(ticks?.trim().split(/\s+/)).toHaveLength(10)
})

test('the pace counts training alone, and foretells validations too', () => {
  const pace = new Pace(64, 2)
  const batch = { batches: 2, size: 32, loss: 1, accuracy: 0 }
  pace.batch({ ...batch, epoch: 1, batch: 1 }, 0)
  expect(pace.samplesPerSecond).toBeUndefined()
  expect(pace.secondsLeft).toBeUndefined()
  pace.batch({ ...batch, epoch: 1, batch: 2 }, 1000)
  expect(pace.samplesPerSecond).toBe(32)
  pace.epochDone(6000)
  pace.batch({ ...batch, epoch: 2, batch: 1 }, 7000)
  expect(pace.samplesPerSecond).toBe(32)
  expect(pace.secondsLeft).toBe(1 + 5)
})
