import { describe, expect, test } from 'vitest'
import { read } from './testing.ts'

const numbers = (column: Float64Array) => Array.from(column)

describe('what is missing', () => {
  test('goes on as the number before, is marked, and told by column', async () => {
    const { series } = await read(
      'day,x,y\n2024-01-01,1,9\n2024-01-02,,NA\n2024-01-03,nan,8\n2024-01-04,4,?\n',
      { target: ['x', 'y'] },
    )
    expect(series.values.map(numbers)).toEqual([
      [1, 1, 1, 4],
      [9, 9, 8, 8],
    ])
    expect(series.known.map((column) => [...column])).toEqual([
      [1, 0, 0, 1],
      [1, 0, 1, 0],
    ])
    expect(series.notes.slice(1)).toEqual([
      'x: 2 numbers missing; the one before goes on, and forecasts are not measured there.',
      'y: 2 numbers missing; the one before goes on, and forecasts are not measured there.',
    ])
  })

  test('before the first number, that one', async () => {
    const { series } = await read('day,x\n2024-01-01,\n2024-01-02,\n2024-01-03,7\n2024-01-04,8\n', {
      target: ['x'],
    })
    expect(numbers(series.values[0])).toEqual([7, 7, 7, 8])
    expect([...series.known[0]]).toEqual([0, 0, 1, 1])
  })

  test('whole rows: gaps in the dates are filled, counted, and the longest told', async () => {
    const { series } = await read(
      'day,x\n2024-01-01,1\n2024-01-02,2\n2024-01-04,4\n2024-01-05,5\n2024-01-08,8\n',
    )
    expect(numbers(series.values[0])).toEqual([1, 2, 2, 4, 5, 5, 5, 8])
    expect([...series.known[0]]).toEqual([1, 1, 0, 1, 1, 0, 0, 1])
    expect(Array.from(series.times ?? [], (time) => new Date(time).getUTCDate())).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ])
    expect(series.notes.at(-1)).toBe(
      '2 gaps in the dates, 3 rows missing; the longest, of 2, after 2024-01-05.',
    )
  })

  test('a month that is missing, among months of different lengths', async () => {
    const { series } = await read('month,x\n2024-01,1\n2024-02,2\n2024-03,3\n2024-05,5\n')
    expect(numbers(series.values[0])).toEqual([1, 2, 3, 3, 5])
    expect(series.notes.at(-1)).toBe(
      '1 gap in the dates, 1 row missing; the longest, of 1, after 2024-03-01.',
    )
  })
})

test('that no row lies on a weekend is told, of ten rows or more a day apart', async () => {
  const notesOf = async (days: readonly string[], date = 'day') => {
    const { series } = await read(`day,x\n${days.map((day, n) => `${day},${n}`).join('\n')}\n`, {
      target: ['x'],
      date: [date],
    })
    return series.notes.filter((note) => /Saturday or Sunday: .*--date none/.test(note))
  }
  // two weeks from a Monday on
  const days = Array.from({ length: 14 }, (_, n) => `2024-01-${String(n + 1).padStart(2, '0')}`)
  const workdays = days.filter((_, n) => n % 7 < 5)
  expect(await notesOf(workdays)).toHaveLength(1)
  expect(await notesOf(workdays.toReversed())).toHaveLength(1)
  expect(await notesOf(workdays, 'none')).toEqual([])
  expect(await notesOf(workdays.slice(0, 9))).toEqual([])
  expect(await notesOf(days.slice(0, 13))).toEqual([])
  expect(await notesOf(days.filter((_, n) => n % 7 < 5 || n === 12))).toEqual([])
  // Mondays alone are a week apart
  const mondays = Array.from({ length: 12 }, (_, n) => new Date(Date.UTC(2024, 0, 1 + 7 * n)))
  expect(await notesOf(mondays.map((date) => date.toISOString().slice(0, 10)))).toEqual([])
})

test('ends of months are a month apart', async () => {
  const { series } = await read('day,x\n2023-11-30,1\n2024-01-31,3\n2024-02-29,4\n2024-03-31,5\n')
  expect(numbers(series.values[0])).toEqual([1, 1, 3, 4, 5])
  expect(Array.from(series.times ?? [], (time) => new Date(time).toISOString().slice(5, 10))).toEqual([
    '11-30',
    '12-31',
    '01-31',
    '02-29',
    '03-31',
  ])
})

test.each([
  ['descending', [3, 2, 1, 0]],
  ['mixed up', [1, 3, 0, 2]],
])('rows whose dates are %s are put in order, and that is told', async (_, order) => {
  const { series } = await read(`day,x\n${order.map((n) => `2024-01-0${n + 1},${n * 10}`).join('\n')}\n`)
  expect(numbers(series.values[0])).toEqual([0, 10, 20, 30])
  expect([...series.known[0]]).toEqual([1, 1, 1, 1])
  expect(series.times?.[0]).toBe(Date.UTC(2024, 0, 1))
  expect(series.notes).toContain('The rows were not in the order of their dates: sorted.')
})

describe('clocks that change', () => {
  const file = (...rows: string[]) => `time,x\n${rows.map((row, n) => `${row},${n}`).join('\n')}\n`
  const timesOf = async (...rows: string[]) => {
    const { series } = await read(file(...rows), { target: ['x'] })
    return Array.from(series.times ?? [], (time) => new Date(time).toISOString().slice(0, 16))
  }

  test('the hour that is written counts, whatever the zone', async () => {
    expect(await timesOf('2024-01-01T00:00+02:00', '2024-01-01T01:00+02:00')).toEqual([
      '2024-01-01T00:00',
      '2024-01-01T01:00',
    ])
  })

  test('hours that are written twice, or never, are told by their zones', async () => {
    // Berlin, 27 October: 02:00 comes twice
    const autumn = ['01:00+02:00', '02:00+02:00', '02:00+01:00', '03:00+01:00'].map(
      (hour) => `2024-10-27T${hour}`,
    )
    expect((await read(file(...autumn), { target: ['x'] })).series.notes.at(-1)).toMatch(
      /^The dates' zones change/,
    )
    expect(await timesOf(...autumn)).toEqual(['01', '02', '03', '04'].map((hour) => `2024-10-27T${hour}:00`))
    // 31 March: no 02:00
    const spring = ['00:00+01:00', '01:00+01:00', '03:00+02:00'].map((hour) => `2024-03-31T${hour}`)
    expect(await timesOf(...spring)).toEqual(['00', '01', '02'].map((hour) => `2024-03-31T${hour}:00`))
  })

  test('days begin at midnight, in summer too', async () => {
    const days = [
      '2024-03-30T00:00+01:00',
      '2024-03-31T00:00+01:00',
      '2024-04-01T00:00+02:00',
      '2024-04-02T00:00+02:00',
    ]
    expect(await timesOf(...days)).toEqual(days.map((day) => day.slice(0, 16)))
  })
})

test('more steps than 32 bits count are refused as such', async () => {
  const rows = [0, 1, 2].map((ms) => `2024-01-01 00:00:00.00${ms},1`)
  await expect(read(`t,x\n${rows.join('\n')}\n2124-01-01,1\n`)).rejects.toThrow(
    /^x\.csv: expected rows at even steps, received 4 over 3,155,673,600,001 steps of 0\.001 seconds/,
  )
})
