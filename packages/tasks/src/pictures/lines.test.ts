import { expect, test } from 'vitest'
import { drawPanels, type Panel } from './lines.ts'

const hour = 3_600_000
const begin = Date.UTC(2024, 0, 30)

/** As many values, that far apart, beside a date each. */
const over = (count: number, apart: number, more: Partial<Panel> = {}): Panel => ({
  title: 'a',
  axis: 'date',
  lines: [{ name: 'so far', points: Array.from({ length: count }, (_, n) => [begin + n * apart, n % 5]) }],
  ...more,
})

/** What is written below the axis, from left to right. */
function marksOf(panel: Panel): { at: number; text: string }[] {
  const found = drawPanels([panel]).matchAll(/<text x="([\d.]+)" y="235" text-anchor="middle">([^<]*)</g)
  return [...found].map(([, at, text]) => ({ at: Number(at), text }))
}
const textsOf = (panel: Panel) => marksOf(panel).map(({ text }) => text)

test.each<[string, Panel, string[]]>([
  [
    'hours, and the day where it begins',
    over(37, hour),
    ['2024-01-30', '06:00', '12:00', '18:00', '2024-01-31', '06:00', '12:00'],
  ],
  [
    'days',
    over(4, 24 * hour),
    ['2024-01-30', '12:00', '2024-01-31', '12:00', '2024-02-01', '12:00', '2024-02-02'],
  ],
  [
    'months',
    over(200, 24 * hour),
    ['2024-02', '2024-03', '2024-04', '2024-05', '2024-06', '2024-07', '2024-08'],
  ],
  ['years', over(5, 365 * 24 * hour), ['2025', '2026', '2027', '2028']],
  [
    'steps',
    {
      ...over(3, 1),
      axis: 'steps ahead',
      lines: [
        {
          name: 'a',
          points: [
            [1, 2],
            [2, 3],
          ],
        },
      ],
    },
    ['1', '2'],
  ],
])('an axis of %s', (_, panel, texts) => {
  expect(textsOf(panel)).toEqual(texts)
})

test('dates never touch, however many there are', () => {
  for (const hours of [20, 30, 60, 100, 200, 500, 1000, 3000, 9000, 30_000]) {
    const marks = marksOf(over(hours + 1, hour))
    expect(marks.length).toBeGreaterThan(1)
    for (const [index, { at }] of marks.entries()) {
      expect(at).toBeLessThanOrEqual(760)
      if (index > 0) expect(at - marks[index - 1].at).toBeGreaterThan(72)
    }
  }
})

test('lines, the band between two of them, and their names; a name is text and nothing else', () => {
  const points = [
    [begin, 1],
    [begin + hour, 2],
  ] as const
  const band = {
    name: '80 % interval',
    points: [
      [begin, 0, 2],
      [begin + hour, 1, 3],
    ] as const,
  }
  const lines = [
    { name: 'so far', points },
    { name: 'forecast', points },
  ]
  const svg = drawPanels([
    { title: '<b> & "c"', axis: 'date', lines, band },
    { title: 'second', axis: 'date', lines },
  ])
  // 0 to 3 is drawn from 216 down to 34, an hour from 64 to 760
  expect(svg).toContain('d="M64,155.3L760,94.7" fill="none"')
  expect(svg).toContain('d="M64,94.7L760,34L760,155.3L64,216Z"')
  expect(svg).toContain('&lt;b&gt; &amp; &quot;c&quot;')
  expect(svg).toMatch(/so far.*forecast.*80 % interval/s)
  expect(svg).toContain('viewBox="0 0 800 560"')
})

test('one value alone is seen: a dot, and a bar', () => {
  const svg = drawPanels([
    {
      title: 'a',
      axis: 'row',
      lines: [{ name: 'b', points: [[5, 1]] }],
      band: { name: 'c', points: [[5, 0, 2]] },
    },
  ])
  expect(svg).toContain('<circle cx="412" cy="125" r="3.5"')
  expect(svg).toContain('d="M412 216V34"')
})
