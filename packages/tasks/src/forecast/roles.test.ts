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
