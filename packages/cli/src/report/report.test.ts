import { expect, test } from 'vitest'
import { chart } from './chart.ts'
import { confusionTable } from './confusion.ts'
import type { Console } from './console.ts'
import { learningCurve } from './curve.ts'
import { Pace } from './pace.ts'
import { table } from './table.ts'
import { niceTicks, tickText } from './ticks.ts'

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

test('a confusion matrix of very many classes is not printed, and their table is', () => {
  const labels = Array.from({ length: 400 }, (_, index) => `class ${index}`)
  const matrix = labels.map(() => new Array<number>(400).fill(1))
  expect(confusionTable(matrix, labels, plain)).toBe(
    'Confusion matrix: not printed, as 400 classes are too many for a table; carousel evaluate --json tells it',
  )
  const rows = labels.map((label) => [label, 1])
  expect(table(['class', 'texts'], rows, plain).split('\n').at(-1)).toBe('  class 399       1')
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

test('a chart has a mark for each line, round ticks, and their names below', () => {
  const drawn = chart(
    [
      {
        name: 'this model',
        points: [
          [1, 0.11],
          [2, 0.21],
          [3, 0.49],
        ],
      },
      {
        name: 'naive',
        points: [
          [1, 0.3],
          [2, 0.3],
          [3, 0.49],
        ],
      },
    ],
    plain,
  )
  const rows = drawn.split('\n')
  expect(rows.filter((row) => row.includes('┤')).map((row) => row.split('┤')[0].trim())).toEqual([
    '0.5',
    '0.4',
    '0.3',
    '0.2',
    '0.1',
  ])
  // where both are the same, the first is seen
  const drawing = rows.slice(0, -1).join('\n')
  expect([drawing.match(/●/g)?.length, drawing.match(/×/g)?.length]).toEqual([3, 2])
  expect(rows.at(-2)?.trim().split(/\s+/)).toEqual(['1', '2', '3'])
  expect(rows.at(-1)).toBe('  ● this model   × naive')
  expect(drawn).not.toContain('\u001b')
})

test('a chart of one value, and of values that are all the same', () => {
  expect(chart([{ name: 'a', points: [[1, 5]] }], plain)).toMatch(/5\.0┤●/)
  expect(
    chart(
      [
        {
          name: 'a',
          points: [
            [1, 0],
            [2, 0],
          ],
        },
      ],
      plain,
    ),
  ).toMatch(/0┤●.*●/)
})

test.each([
  [
    [0, 0],
    [0, 0.2],
  ],
  [
    [3, 97],
    [0, 20, 40, 60, 80, 100],
  ],
  [
    [-1.5e-7, 4e-7],
    [-2e-7, -1e-7, 0, 1e-7, 2e-7, 3e-7, 4e-7],
  ],
  [
    [1e6, 3.2e6],
    [1e6, 1.5e6, 2e6, 2.5e6, 3e6, 3.5e6],
  ],
])('round numbers around %j', (values, ticks) => {
  expect(niceTicks(values, 6)).toEqual(ticks)
})

test.each([
  [[1000, 1400, 1500], 'units', ['1,000', '1,400', '1,500']],
  [[0, 0.5, 1], 'tenths', ['0.0', '0.5', '1.0']],
  [[-0.25, 0, 12.5], 'hundredths', ['-0.25', '0.00', '12.50']],
  [[0, 2e-7, 1.2e-6], 'powers of ten', ['0e+0', '2e-7', '1.2e-6']],
])('ticks %j are all written in %s', (ticks, _, texts) => {
  expect(ticks.map((tick) => tickText(tick, ticks))).toEqual(texts)
})

test('the labels of a chart have one form', () => {
  const drawn = chart([{ name: 'a', points: [1000, 1400, 1500].map((y, n) => [n + 999, y] as const) }], plain)
  const rows = drawn.split('\n')
  expect(rows.filter((row) => row.includes('┤')).map((row) => row.split('┤')[0].trim())).toEqual(
    [1500, 1400, 1300, 1200, 1100, 1000].map((tick) => tick.toLocaleString('en-US')),
  )
  expect(rows.at(-2)?.trim().split(/\s+/)).toEqual(['999', '1,000', '1,001'])
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

test('columns of numbers stand to the right, names that begin with a digit to the left', () => {
  const text = table(
    ['n', 'right', 'file'],
    [
      [1, '3 of 20', '7_anna_0.wav'],
      [10, '12 of 20', '7_bo_0.wav'],
    ],
    plain,
  )
  expect(text.split('\n').slice(1)).toEqual([
    '   1    3 of 20   7_anna_0.wav',
    '  10   12 of 20   7_bo_0.wav',
  ])
})
