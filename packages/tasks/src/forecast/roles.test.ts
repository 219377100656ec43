import { expect, test } from 'vitest'
import { dayOf, read } from './testing.ts'

test.each([1, 7, 1000])(
  'what a column holds is told by many rows, where %i bytes come at once',
  async (size) => {
    const rows = Array.from(
      { length: 250 },
      (_, row) => `${dayOf(row)},${row === 150 ? 'closed' : row},${row}`,
    )
    const { series, roles } = await read(`day,till,sold\n${rows.join('\n')}\n`, {}, { size })
    expect(roles).toEqual({ targets: ['sold'], inputs: [], date: ['day'] })
    expect(series.rows).toBe(250)
  },
)

test('of very many columns the first are listed', async () => {
  const names = Array.from({ length: 10_000 }, (_, column) => `column${column}`)
  const table = (field: string) => `${names.join(',')}\n${names.map(() => field).join(',')}\n`
  for (const [content, options] of [
    [table('1'), {}],
    [table('word'), {}],
    [table('1'), { dateFormat: '%d.%m.%Y' }],
    [table('1').replaceAll('column', ''), {}],
  ] as const) {
    const refusal = await read(content, options).catch((error: Error) => error.message)
    expect(refusal).toMatch(/11, …/)
    expect(String(refusal).length).toBeLessThan(600)
  }
})
