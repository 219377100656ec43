import { expect, test } from 'vitest'
import { fileOf } from '../tables/testing.ts'
import { csvOf } from './csv.ts'
import { seriesFor } from './load.ts'
import { forecastFrom } from './predict.ts'
import { settingsWith, trained, weeks } from './testing.ts'

const HOURS = 200
const values = weeks(HOURS)

/** Hours from the 20th of October 2024 on, as a clock shows them, with what the zone of each is. */
const hours = (zoneAt: (hour: number) => string, ms = 3_600_000) =>
  `t,x\n${values
    .map((value, hour) => {
      const date = new Date(Date.UTC(2024, 9, 20) + hour * ms).toISOString().slice(0, 19)
      return `${date}${zoneAt(hour)},${value}`
    })
    .join('\n')}\n`

const settings = settingsWith({ epochs: 1 })
const ofHours = trained(
  hours(() => ''),
  settings,
)
const ofDays = trained(
  hours(() => '', 86_400_000),
  settings,
)

async function labelsOf(content: string, from = ofHours): Promise<readonly string[]> {
  const { model } = await from
  const preparation = model.preparation as Parameters<typeof forecastFrom>[2]
  const { series } = await seriesFor([fileOf(content)], preparation, settings)
  const found = await forecastFrom(model, series, preparation)
  const csv = csvOf(found, preparation).trim().split('\n').slice(1)
  expect(csv.map((line) => line.split(',')[0])).toEqual(found[0].labels)
  return found[0].labels
}

const ahead = (zone: string) => ['08', '09', '10'].map((hour) => `2024-10-28 ${hour}:00${zone}`)

test.each([
  ['', ''],
  ['Z', 'Z'],
  ['+00:00', '+00:00'],
  ['+02:00', '+02:00'],
  ['-0330', '-03:30'],
  [' +02:00', '+02:00'],
])("hours with '%s' behind them are forecast with '%s'", async (written, label) => {
  expect(await labelsOf(hours(() => written))).toEqual(ahead(label))
})

test('where summer time ends, the first zone goes on', async () => {
  // 27 October, 03:00 in Berlin: what passed since 20 October is an hour more than the clock shows
  const berlin = values.map((value, hour) => {
    const offset = hour < 7 * 24 + 3 ? 2 : 1
    const clock = new Date(Date.UTC(2024, 9, 20) + (hour + offset - 2) * 3_600_000).toISOString().slice(0, 19)
    return `${clock}+0${offset}:00,${value}`
  })
  expect(await labelsOf(`t,x\n${berlin.join('\n')}\n`)).toEqual(ahead('+02:00'))
})

test('days have no zone', async () => {
  const days = ['2025-05-08', '2025-05-09', '2025-05-10']
  expect(
    await labelsOf(
      hours(() => '+02:00', 86_400_000),
      ofDays,
    ),
  ).toEqual(days)
  expect(
    await labelsOf(
      hours((day) => (day < 7 ? '+02:00' : '+01:00'), 86_400_000),
      ofDays,
    ),
  ).toEqual(days)
})
