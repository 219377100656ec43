import { describe, expect, test } from 'vitest'
import type { DataFile } from '../files.ts'
import { openTable, placeOf, type TableOptions } from './index.ts'
import { fileOf, generated } from './testing.ts'

async function read(file: DataFile, options?: TableOptions) {
  const table = await openTable(file, options)
  const rows = []
  for await (const piece of table.rows()) rows.push(...piece)
  return { ...table, fields: rows.map(({ fields }) => fields), lines: rows.map(({ line }) => line) }
}

describe('a table', () => {
  test.each([1, 2, 3, 7, 1000])('comes to the same in pieces of %i bytes', async (size) => {
    const text = 'a,b\r\n1,"two\r\nlines"\r\n\r\n"x ""y"", z",电影\r\n5,6'
    const { columns, fields, lines, delimiter } = await read(fileOf(text, { size }))
    expect(columns).toEqual(['a', 'b'])
    expect(delimiter).toBe(',')
    expect(fields).toEqual([
      ['1', 'two\nlines'],
      ['x "y", z', '电影'],
      ['5', '6'],
    ])
    expect(lines).toEqual([2, 5, 6])
  })

  test('its delimiter is guessed, unless it is said', async () => {
    expect((await read(fileOf('a;b\n1,5;2\n3;4\n'))).fields[0]).toEqual(['1,5', '2'])
    expect((await read(fileOf('a\tb\n1, 5\t2\n', { name: 'x.tsv' }))).fields[0]).toEqual(['1, 5', '2'])
  })

  test('a byte order mark is no part of it, and columns without a name are numbered', async () => {
    expect((await read(fileOf('\ufeffa,b\n1,2\n'))).columns).toEqual(['a', 'b'])
    expect((await read(fileOf(',b\n1,2\n'))).columns).toEqual(['column 1', 'b'])
  })
})

describe('what is told', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    [
      'a row with too few fields',
      'a,b,c\n1,2,3\n\n4,5\n',
      /^x\.csv, line 4: expected 3 fields.* received 2 \(4, 5\)/,
    ],
    ['a row beside the only column', 'a\n1\n1,2\n', /line 3: expected 1 field, one .* received 2 \(1, 2\)/],
    ['a row with too many', 'a,b\n1,2\n1,2,3,4\n', /line 3: expected 2 fields.* received 4 \(1, 2, 3, …\)/],
    ['an empty file', '', /^x\.csv: expected rows of delimited text, received an empty file/],
    ['a column that is named twice', 'a,b,a\n1,2,3\n', /received 'a' twice/],
    ['a quote that is never closed', 'a,b\n1,2\n"3,4\n5,6\n', /line 3: expected every quote to be closed/],
    ['another encoding', Uint8Array.from([97, 10, 98, 10, 0xe9, 10]), /received other bytes in line 3\./],
  ])('%s', async (_, content, error) => {
    for (const size of [2, 1000]) await expect(read(fileOf(content, { size }))).rejects.toThrow(error)
  })

  test('a column that is not there', () => {
    const table = { name: 'x.csv', columns: ['a', 'b'] }
    expect(placeOf(table, 'b')).toBe(1)
    expect(() => placeOf(table, 'c')).toThrow(/^x\.csv: expected a column named 'c', received a, b\./)
  })
})

test('no piece of rows is empty, even where the head comes alone', async () => {
  const table = await openTable(fileOf('a,b\n1,2\n\n3,4\n', { size: 4 }))
  const pieces = []
  for await (const rows of table.rows()) pieces.push(rows.length)
  expect(pieces).toEqual([1, 1])
})

test('a large file is read piece by piece: no more than a few pieces are held', async () => {
  let [made, rows, most] = [0, 0, 0]
  const file = generated(20_000, 10, () => made++)
  for await (const piece of (await openTable(file)).rows()) {
    rows += piece.length
    most = Math.max(most, piece.length)
  }
  expect(rows).toBe(20_000)
  expect(most).toBeLessThan(2_000)
  // the delimiter's guess and the head read a few pieces of their own
  expect(made).toBeLessThan(30)
})

test('a line without end is refused, in quotes or not', async () => {
  const rowsOf = async (line: string) => {
    const table = await openTable(fileOf(`a,b\n1,2\n${line}`))
    for await (const rows of table.rows()) expect(rows).toBeDefined()
  }
  await expect(rowsOf('x'.repeat((1 << 24) + (1 << 17)))).rejects.toThrow(
    /^x\.csv, line 3: expected rows of delimited text, received a line of more than 16,777,216 characters/,
  )
})
