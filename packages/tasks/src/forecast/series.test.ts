import { describe, expect, test } from 'vitest'
import { fileOf } from '../tables/testing.ts'
import { seriesInWords } from './series.ts'
import { read } from './testing.ts'

const numbers = (column: Float64Array) => Array.from(column)

describe('a file of numbers over time', () => {
  test('its dates and the only column of numbers are found, and told', async () => {
    const { series, roles } = await read(
      'when,shop,sold\n2024-01-01,north,5\n2024-01-02,north,6.5\n2024-01-03,north,-1e2\n',
    )
    expect(roles).toEqual({ targets: ['sold'], inputs: [], date: ['when'] })
    expect(numbers(series.values[0])).toEqual([5, 6.5, -100])
    expect(series.times?.[2]).toBe(Date.UTC(2024, 0, 3))
    expect(seriesInWords(series)).toBe('3 rows, one every day')
    expect(series.notes).toEqual(['Dates are taken from the column when.', 'The column to forecast is sold.'])
  })

  test('several targets, and inputs: the others with numbers, each once', async () => {
    const { series, roles } = await read('t,a,b,c,d\n2024,1,2,x,3\n2025,4,5,y,6\n', {
      target: ['d', 'a'],
      inputs: ['all'],
      date: ['t'],
    })
    expect(roles).toEqual({ targets: ['d', 'a'], inputs: ['b'], date: ['t'] })
    expect(series.columns).toEqual(['d', 'a', 'b'])
    expect(series.values.map(numbers)).toEqual([
      [3, 6],
      [1, 4],
      [2, 5],
    ])
  })

  test('dates in several columns, in a format of their own, and none', async () => {
    const parts = await read('y,m,d,h,x\n2024,2,29,23,1\n2024,3,1,0,2\n', {
      target: ['x'],
      date: ['y', 'm', 'd', 'h'],
    })
    expect(parts.series.step).toEqual({ ms: 3_600_000 })
    expect(parts.series.times?.[1]).toBe(Date.UTC(2024, 2, 1))
    const german = await read('Tag;Wert\n31.01.2024;1.5\n01.02.2024;2\n', { dateFormat: '%d.%m.%Y' })
    expect(german.roles.date).toEqual(['Tag'])
    expect(german.series.times?.[1]).toBe(Date.UTC(2024, 1, 1))
    const without = await read('2024-01-01,x\n2024-01-01,1\n2024-01-01,2\n', {
      target: ['x'],
      date: ['none'],
    })
    expect(without.series).toMatchObject({ times: null, step: null, rows: 2 })
    expect(seriesInWords(without.series)).toBe('2 rows')
  })

  test('numbers of years are a date only where the column says so', async () => {
    expect((await read('year,x\n2020,1\n2021,2\n', { target: ['x'] })).roles.date).toEqual(['year'])
    expect((await read('sold,x\n2020,1\n2021,2\n', { target: ['x'] })).roles.date).toEqual([])
  })

  test('that no dates were found is told, with what to do', async () => {
    const { series } = await read('Tag,x\n31.01.2024,1\n01.02.2024,2\n')
    expect(series.notes).toContainEqual(
      expect.stringMatching(
        /^No column of dates was found: rows are taken to be evenly spaced\. .*--date-format/,
      ),
    )
  })

  test('one date among many that cannot be read is told by its line, and a format that fits no column', async () => {
    const rows = Array.from({ length: 20 }, (_, day) => `2024-01-${String(day + 1).padStart(2, '0')},${day}`)
    const odd = rows.with(11, 'hello,11')
    await expect(read(`day,x\n${odd.join('\n')}\n`)).rejects.toThrow(/line 13.*hello/)
    await expect(read(`day,x\n${rows.join('\n')}\n`, { dateFormat: '%d.%m.%Y' })).rejects.toThrow(
      /expected a column of dates written as --date-format '%d\.%m\.%Y' says, received day, x/,
    )
  })

  test('decimal commas, and points between thousands', async () => {
    const { series } = await read('t;x\n01.02.2024;1.105,8\n02.02.2024;-12\n03.02.2024;1234,5\n', {
      date: ['t'],
      dateFormat: '%d.%m.%Y',
      decimal: ',',
    })
    expect(Array.from(series.values[0])).toEqual([1105.8, -12, 1234.5])
    for (const text of ['1.5', '0.123', '1.10,5']) {
      const content = `t;x\n2024-01-01;1,5\n2024-01-02;${text}\n`
      await expect(read(content, { target: ['x'], decimal: ',' })).rejects.toThrow(
        /line 3: expected a number/,
      )
    }
  })

  test('points that may part thousands are told, where semicolons stand between fields', async () => {
    const note = /^In Kunden points stand before three digits each time, as in 1\.051: .*--decimal ,$/
    const notesOf = async (numbers: readonly string[], between = ';', decimal: '.' | ',' = '.') => {
      const rows = numbers.map((text, day) => `2022-01-0${day + 1}${between}${text}`)
      const { series } = await read(`Datum${between}Kunden\n${rows.join('\n')}\n`, { decimal })
      return series.notes.filter((text) => text.includes('three digits'))
    }
    expect(await notesOf(['998', '1.051', 'NA', '-12.300'])).toEqual([expect.stringMatching(note)])
    for (const plain of [
      ['998', '1051'],
      ['998', '1.051', '1.5'],
      ['1.051', '0.123'],
      ['1.051', '-0.123'],
      ['1.051', '.123'],
      ['1.051', '1234.567'],
      ['1.051', '1.051e3'],
    ]) {
      expect(await notesOf(plain)).toEqual([])
    }
    expect(await notesOf(['998', '1.051'], ',')).toEqual([])
    expect(await notesOf(['998', '1.051'], '\t')).toEqual([])
    expect(await notesOf(['998', '1.051'], ';', ',')).toEqual([])
  })

  test('commas between thousands are refused with what to do', async () => {
    for (const decimal of ['.', ','] as const) {
      for (const [text, mended] of [
        ['1,098.82', '1098.82'],
        ['1,098,082', '1098082'],
      ]) {
        const content = `t;x\n2024-01-01;1\n2024-01-02;${text}\n`
        const refusal = expect(read(content, { target: ['x'], decimal })).rejects
        await refusal.toThrow(/line 3.*Commas between thousands are not read.*take them out/)
        await expect(read(content, { decimal })).rejects.toThrow(
          `take them out (${mended}, with --decimal .)`,
        )
      }
    }
  })

  test.each([
    ['01.02.2024', "--date t --date-format '%d.%m.%Y'"],
    ['1.2.24 06:30', "--date t --date-format '%d.%m.%y %H:%M'"],
    ['02/01/2024', "--date t --date-format '%m/%d/%Y'"],
    ['first', "--date day --date-format '%d.%m.%Y'"],
  ])('dates as %s are none by themselves, and how to say so is told', async (date, hint) => {
    const { series } = await read(`t,x\n${date},1\n${date},2\n`, { target: ['x'] })
    expect(series.notes[0]).toContain(`how its dates are written: ${hint}`)
  })

  test('one column alone', async () => {
    const { series, roles } = await read('x\n3\n1\n4\n')
    expect(roles).toEqual({ targets: ['x'], inputs: [], date: [] })
    expect(numbers(series.values[0])).toEqual([3, 1, 4])
  })

  test('with a byte order mark, in another encoding, with other ends of lines', async () => {
    const text = 'day,größe\r\n2024-01-01,1\r\n2024-01-02,2\r\n'
    const latin = Uint8Array.from(text, (character) => character.charCodeAt(0))
    for (const [content, encoding] of [
      [`\ufeff${text}`, null],
      [latin, 'latin1'],
      [new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le')), 'utf-16le'],
    ] as const) {
      const { series, roles } = await read(content, { encoding })
      expect(roles).toEqual({ targets: ['größe'], inputs: [], date: ['day'] })
      expect(numbers(series.values[0])).toEqual([1, 2])
    }
  })

  test('its checksum is that of the bytes', async () => {
    const text = 'day,x\n2024-01-01,1\n2024-01-02,2\n'
    const [one, same, other] = await Promise.all([read(text), read(text), read(text.replace(',2\n', ',3\n'))])
    expect(one.series.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(same.series.sha256).toBe(one.series.sha256)
    expect(other.series.sha256).not.toBe(one.series.sha256)
  })
})

describe('what cannot be a series is refused, with its line', () => {
  const dated = (...rows: string[]) => `day,x\n${rows.join('\n')}\n`
  test.each<[string, string | Uint8Array, RegExp, object?]>([
    ['an empty file', '', /^x\.csv: expected rows of delimited text, received an empty file/],
    [
      'a head alone',
      'day,x\n',
      /^x\.csv: expected rows below the head, received none/,
      { target: ['x'], date: ['day'] },
    ],
    [
      'no head',
      '2024-01-01,1\n2024-01-02,2\n',
      /^x\.csv, line 1: expected the names of the columns, received 2024-01-01, 1\./,
    ],
    [
      'no column of that name',
      dated('2024-01-01,1'),
      /expected a column named 'y', received day, x/,
      { target: ['y'] },
    ],
    [
      'no column of dates of that name',
      dated('2024-01-01,1'),
      /expected a column named 'y', received day, x/,
      { date: ['y'] },
    ],
    [
      'no input of that name',
      dated('2024-01-01,1'),
      /expected a column named 'y', received day, x/,
      { inputs: ['y'] },
    ],
    ['words alone', 'a,b\nx,y\n', /expected a column of numbers to forecast, received a, b, none of them/],
    [
      'decimal commas',
      'day;x\n2024-01-01;1,5\n2024-01-02;2,25\n',
      /none of them\. In x stands '1,5'\. Numbers have a point before their decimals, or with --decimal ,/,
    ],
    ['words for infinity', 'day,x\n2024-01-01,1\n2024-01-02,inf\n', /none of them\. In x stands 'inf'\./],
    [
      'an hour that is missing',
      'year,month,day,hour,x\n2024,1,1,0,1\n2024,1,1,,2\n',
      /^x\.csv, line 3: expected a date in the column year, month, day, hour, received '2024 1 1'/,
      { date: ['year', 'month', 'day', 'hour'] },
    ],
    ['several columns', 'a,b\n1,2\n', /several hold numbers: a, b\. .*--target b/],
    ['a row with too few fields', dated('2024-01-01,1', '2024-01-02'), /^x\.csv, line 3: expected 2 fields/],
    [
      'a word',
      dated('2024-01-01,1', '2024-01-02,two'),
      /^x\.csv, line 3: expected a number in the column x, received 'two'/,
      { target: ['x'] },
    ],
    [
      'a decimal comma',
      'day;x\n2024-01-01;1,5\n',
      /line 2: expected a number in the column x, received '1,5'\. Numbers have a point/,
      { target: ['x'] },
    ],
    [
      'an infinity',
      dated('2024-01-01,1', '2024-01-02,Infinity'),
      /line 3: expected a finite number of at most 3\.4e38 in the column x, received 'Infinity'\. .*leave the field empty/,
    ],
    [
      'a number beyond 32 bits',
      dated('2024-01-01,1', '2024-01-02,1e39'),
      /at most 3\.4e38.* received '1e39'/,
    ],
    [
      'a number of no decimals',
      dated('2024-01-01,1', '2024-01-02,0x10'),
      /expected a number .* received '0x10'/,
      { target: ['x'] },
    ],
    [
      'an infinity of fewer letters',
      dated('2024-01-01,1', '2024-01-02,-inf'),
      /line 3: expected a finite number .* received '-inf'/,
      { target: ['x'] },
    ],
    [
      'a number larger than any',
      dated('2024-01-01,1', '2024-01-02,1e999'),
      /line 3: expected a finite number .* received '1e999'/,
    ],
    [
      'no number at all',
      dated('2024-01-01,', '2024-01-02,NA'),
      /expected numbers in the column x, received none in any row/,
      { target: ['x'] },
    ],
    [
      'no date',
      dated('2024-01-01,1', 'soon,2'),
      /^x\.csv, line 3: expected a date in the column day, received 'soon'\. .*--date-format/,
      { date: ['day'], target: ['x'] },
    ],
    [
      'a date that is missing',
      dated('2024-01-01,1', ',2'),
      /line 3: expected a date in the column day, received none/,
      { date: ['day'], target: ['x'] },
    ],
    [
      'a day that is not',
      'y,m,d,x\n2023,2,29,1\n',
      /line 2: expected a date in the column y, m, d, received '2023 2 29'/,
      { date: ['y', 'm', 'd'], target: ['x'] },
    ],
    [
      'a date in another format',
      dated('31.01.2024,1', '2024-02-01,2'),
      /line 3: expected a date .* received '2024-02-01'/,
      { date: ['day'], dateFormat: '%d.%m.%Y' },
    ],
    [
      'a date twice',
      dated('2024-01-01,1', '2024-01-02,2', '2024-01-03,3', '2024-01-02,4'),
      /^x\.csv, line 5: expected one row for each date, received 2024-01-02 00:00 a second time \(first in line 3\)/,
    ],
    [
      'uneven steps',
      dated('2024-01-01,1', '2024-01-02,2', '2024-01-03,3', '2024-01-03 12:00,4'),
      /^x\.csv, line 5: expected rows at even steps \(most are one day apart\), received 2024-01-03 12:00 after 2024-01-03 00:00\. .*--date none/,
    ],
    [
      'a date that is far away',
      dated(...Array.from({ length: 9 }, (_, n) => `2024-01-0${n + 1},1`), '2924-01-01,2'),
      /expected rows at even steps, received 10 over 3\d\d,\d{3} steps of day\. Are the dates right\?/,
    ],
    [
      'another encoding',
      Uint8Array.from([...'day,x\n2024-01-01,'].map((c) => c.charCodeAt(0)).concat(0xe9, 10)),
      /^x\.csv: expected text in UTF-8, received other bytes in line 2\. .*--encoding/,
    ],
    [
      'UTF-16, unsaid',
      new Uint8Array(Buffer.from('\ufeffday,x\n', 'utf16le')),
      /expected text in UTF-8, received UTF-16\. .*--encoding utf-16le/,
    ],
  ])('%s', async (_, content, message, options) => {
    await expect(read(content, options)).rejects.toThrow(message)
  })

  test('in the line of the file, not of the row: empty lines and fields in quotes count', async () => {
    const text = 'day,note,x\n2024-01-01,"two\nlines",1\n\n2024-01-02,a,oops\n'
    await expect(read(text, { target: ['x'] })).rejects.toThrow(/^x\.csv, line 5: expected a number/)
  })
})

test('a name that is a number is a name, if not all of them are', async () => {
  expect((await read('day,2024\n2024-01-01,1\n2024-01-02,2\n')).roles.targets).toEqual(['2024'])
  expect(fileOf('').name).toBe('x.csv')
})
