import { describe, expect, test } from 'vitest'
import {
  advance,
  dateText,
  offsetOf,
  ofParts,
  readByFormat,
  readIso,
  type Step,
  seasonOf,
  stepInWords,
  stepOf,
  stepsBetween,
} from './dates.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

describe('dates as they are written', () => {
  test.each([
    ['2024', '2024-01-01T00:00:00Z'],
    ['2024-03', '2024-03-01T00:00:00Z'],
    ['2024-03-31', '2024-03-31T00:00:00Z'],
    ['2024/3/1', '2024-03-01T00:00:00Z'],
    [' 2024-03-31 ', '2024-03-31T00:00:00Z'],
    ['2024-03-31 13', '2024-03-31T13:00:00Z'],
    ['2024-03-31 13:45', '2024-03-31T13:45:00Z'],
    ['2024-03-31T13:45:07', '2024-03-31T13:45:07Z'],
    ['2024-03-31T13:45:07.250Z', '2024-03-31T13:45:07.250Z'],
    // as the clock showed
    ['2024-03-31T00:45+02:00', '2024-03-31T00:45:00Z'],
    ['2024-03-31 13:45 -0330', '2024-03-31T13:45:00Z'],
    ['1749-01', '1749-01-01T00:00:00Z'],
    ['0050-06-01', '0050-06-01T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
  ])('%s', (text, iso) => {
    expect(readIso(text)).toBe(Date.parse(iso))
  })

  test.each([
    ['no date', 'soon'],
    ['nothing', ''],
    ['a day that is not', '2023-02-29'],
    ['a month that is not', '2024-13'],
    ['an hour that is not', '2024-01-01 24:00'],
    ['a minute that is not', '2024-01-01 10:60'],
    ['a second that is not', '2024-01-01 10:00:60'],
    ['days first', '31.01.2024'],
    ['a number', '20240131'],
  ])('%s is none', (_, text) => {
    expect(readIso(text)).toBeNaN()
  })

  test.each([
    ['2024-03-31T13:45+02:00', 2 * hour],
    ['2024-03-31 13:45:07.5 -0330', -3.5 * hour],
    ['2024-03-31 03+02:00', 2 * hour],
    ['2024-03-31T13:45Z', 0],
    ['2024-03-31', 0],
  ])('%s: its clock goes before UTC', (text, offset) => {
    expect(offsetOf(text)).toBe(offset)
  })

  test('in a format of their own', () => {
    const read = readByFormat('%d.%m.%Y %H:%M')
    expect(read('31.01.2024 06:30')).toBe(Date.UTC(2024, 0, 31, 6, 30))
    expect(read('1.2.2024 6:05')).toBe(Date.UTC(2024, 1, 1, 6, 5))
    expect(read('2024-01-31 06:30')).toBeNaN()
    // a day that is not
    expect(read('29.02.2023 06:30')).toBeNaN()
  })

  test('in columns of their own', () => {
    expect(ofParts(2024, 2, 29, 23)).toBe(Date.UTC(2024, 1, 29, 23))
    expect(ofParts(2023, 2, 29)).toBeNaN()
    expect(ofParts(2024, 0, 1)).toBeNaN()
    expect(ofParts(2024, 1, 1, 24)).toBeNaN()
  })
})

describe('the step that rows are apart', () => {
  const stepOfDates = (...texts: string[]) => stepOf(Float64Array.from(texts, readIso))

  test.each<[string, string[], Step, string, number]>([
    ['seconds', ['2024-01-01 00:00:00', '2024-01-01 00:00:10'], { ms: 10_000 }, '10 seconds', 8640],
    ['quarters of an hour', ['2024-01-01 00:00', '2024-01-01 00:15'], { ms: 15 * minute }, '15 minutes', 96],
    ['hours', ['2024-01-01 23:00', '2024-01-02 00:00'], { ms: hour }, 'hour', 24],
    ['days', ['2024-01-01', '2024-01-02'], { ms: day }, 'day', 7],
    ['weeks', ['2024-01-01', '2024-01-08'], { ms: 7 * day }, 'week', 52],
    ['months', ['2024-01', '2024-02', '2024-03', '2024-04'], { months: 1 }, 'month', 12],
    ['ends of months', ['2024-02-29', '2024-03-31', '2024-04-30'], { months: 1, atEnd: true }, 'month', 12],
    [
      'ends of quarters',
      ['2023-06-30', '2023-09-30', '2023-12-31'],
      { months: 3, atEnd: true },
      '3 months',
      4,
    ],
    ['the 30th of months', ['2024-04-30', '2024-05-30', '2024-06-30'], { months: 1 }, 'month', 12],
    ['quarters', ['2024-01', '2024-04', '2024-07'], { months: 3 }, '3 months', 4],
    ['years', ['2020', '2021', '2022'], { months: 12 }, 'year', 1],
    ['thousands of days', ['2000-01-01', '2002-09-27', '2005-06-24'], { ms: 1000 * day }, '1000 days', 1],
    [
      'four weeks, which are no month',
      ['2024-01-01', '2024-01-29', '2024-02-26'],
      { ms: 28 * day },
      '4 weeks',
      13,
    ],
  ])('%s', (_, texts, step, words, season) => {
    expect(stepOfDates(...texts)).toEqual(step)
    expect(stepInWords(step)).toBe(words)
    expect(seasonOf(step)).toBe(season)
  })

  test('is that of most rows, not that of a gap', () => {
    expect(stepOfDates('2024-01-01', '2024-01-05', '2024-01-06', '2024-01-07')).toEqual({ ms: day })
    expect(stepOfDates('2024-01', '2024-02', '2024-05', '2024-06')).toEqual({ months: 1 })
    expect(stepOfDates('2023-11', '2024-01', '2024-02', '2024-03')).toEqual({ months: 1 })
    expect(stepOfDates('2024-01-01', '2024-01-04', '2024-01-05')).toEqual({ ms: day })
  })

  test('without dates there is no season', () => {
    expect(seasonOf(null)).toBe(1)
  })

  test('months go on to the same day, or to the last there is', () => {
    const end = readIso('2024-01-31')
    const ahead = [1, 2, 12, -1, 13].map((count) =>
      dateText(advance(end, { months: 1 }, count), { months: 1 }),
    )
    expect(ahead).toEqual(['2024-02-29', '2024-03-31', '2025-01-31', '2023-12-31', '2025-02-28'])
    const february = readIso('2024-02-29')
    expect(dateText(advance(february, { months: 1 }, 1), null)).toBe('2024-03-29 00:00')
    expect(dateText(advance(february, { months: 1, atEnd: true }, 1), null)).toBe('2024-03-31 00:00')
    expect(advance(end, { ms: hour }, 25)).toBe(Date.UTC(2024, 1, 1, 1))
    const second = readIso('2024-01-15 06:00:30')
    expect(advance(second, { months: 1 }, 1)).toBe(readIso('2024-02-15 06:00:30'))
    expect(advance(readIso('0049-12-31'), { months: 1 }, 2)).toBe(readIso('0050-02-28'))
  })

  test('how many lie between two dates; none where they are out of step', () => {
    const between = (from: string, to: string, step: Step) => stepsBetween(readIso(from), readIso(to), step)
    expect(between('2024-01-01', '2024-01-04', { ms: day })).toBe(3)
    expect(between('2024-01', '2025-03', { months: 1 })).toBe(14)
    expect(between('2024-01', '2024-07', { months: 3 })).toBe(2)
    expect(between('2024-01-01', '2024-01-01 05:00', { ms: 2 * hour })).toBe(2.5)
    expect(between('2024-01-01', '2024-02-02', { months: 1 })).toBeNaN()
  })
})

test('a date in words has what the step asks for', () => {
  const time = readIso('2024-03-01 06:30:15')
  expect(dateText(time, { months: 1 })).toBe('2024-03-01')
  expect(dateText(time, { ms: 7 * day })).toBe('2024-03-01')
  expect(dateText(time, { ms: hour })).toBe('2024-03-01 06:30')
  expect(dateText(time, { ms: 5000 })).toBe('2024-03-01 06:30:15')
  expect(dateText(time, { ms: 250 })).toBe('2024-03-01 06:30:15.000')
  expect(dateText(time + 1, null)).toBe('2024-03-01 06:30:15.001')
})
