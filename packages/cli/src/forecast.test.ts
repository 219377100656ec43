import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PNG } from 'pngjs'
import { describe, expect, test } from 'vitest'
import { carousel, ctrlCAt, temporaryFolder } from './testing.ts'

const folder = temporaryFolder()
const inFolder = (name: string) => join(folder, name)

/** Days whose values go up and down with the week, with a slow wave and a little noise. */
function rows(count: number): string[] {
  let state = 1
  const noise = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647 - 0.5
  }
  return Array.from({ length: count }, (_, day) => {
    const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10)
    const sold = 50 + 10 * Math.sin((2 * Math.PI * day) / 7) + 5 * Math.sin(day / 40) + 2 * noise()
    return `${date},${sold.toFixed(3)},${(20 + noise()).toFixed(2)}`
  })
}
const lines = rows(400)
const data = inFolder('sales.csv')
writeFileSync(data, `day,sold,price\n${lines.join('\n')}\n`)

const small = ['--target', 'sold', '--horizon', '7', '--units', '4', '--seed', '1', '--threads', '1']
const model = inFolder('sales.safetensors')
const trained = carousel([
  'train',
  'forecast',
  data,
  ...small,
  '--epochs',
  '3',
  '--out',
  model,
  '--pictures',
  inFolder('drawn'),
  '--json',
])

const figures = {
  mae: expect.any(Number),
  rmse: expect.any(Number),
  mase: expect.any(Number),
  mse: expect.any(Number),
}

test('train forecast: figures, beside those of every baseline', async () => {
  const { code, stderr, events } = await trained
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^Dates are taken from the column day/),
  })
  expect(events[0]).toMatchObject({ event: 'start', task: 'forecast', data: 'sales.csv' })
  expect(events.at(-1)).toMatchObject({
    event: 'end',
    metrics: { ...figures, coverage: expect.any(Number) },
    baselines: { naive: figures, seasonalNaive: figures, drift: figures, linear: figures },
  })
})

test('pictures: SVG and PNG of the last forecast and of the error by horizon', async () => {
  await trained
  for (const name of ['forecast', 'error-by-horizon']) {
    expect(readFileSync(inFolder(`drawn/${name}.svg`), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s)
    expect(PNG.sync.read(readFileSync(inFolder(`drawn/${name}.png`))).width).toBe(1600)
  }
})

test('forecast goes on from the last row, as CSV', async () => {
  await trained
  const out = inFolder('next.csv')
  const { code, stdout } = await carousel([
    'forecast',
    model,
    data,
    '--out',
    out,
    '--picture',
    inFolder('next.png'),
  ])
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  const [head, ...ahead] = readFileSync(out, 'utf8').trim().split('\n')
  expect(head).toBe('day,sold,sold 10 %,sold 90 %')
  expect(ahead.map((line) => line.split(',')[0])).toEqual(
    ['04', '05', '06', '07', '08', '09', '10'].map((day) => `2021-02-${day}`),
  )
  for (const line of ahead) {
    const [, point, low, high] = line.split(',').map(Number)
    expect(low).toBeLessThanOrEqual(point + 2)
    expect(high).toBeGreaterThanOrEqual(low)
    expect(Math.abs(point - 50)).toBeLessThan(20)
  }
  expect(existsSync(inFolder('next.png'))).toBe(true)
})

test('forecast --from: only the rows before count', async () => {
  await trained
  const cut = inFolder('cut.csv')
  writeFileSync(cut, `day,sold,price\n${lines.slice(0, 300).join('\n')}\n`)
  const earlier = await carousel(['forecast', model, cut])
  const same = await carousel(['forecast', model, data, '--from', '301'])
  expect(same.stdout).toBe(earlier.stdout)
  expect(earlier.stdout).toContain('\n2020-10-27,')
})

test('evaluate and inspect: the same figures again, other data, the preparation in words', async () => {
  const { events } = await trained
  const metrics = events.at(-1)?.metrics as object
  const again = await carousel(['evaluate', model, '--json'])
  expect(again.events.at(-1)).toMatchObject({ event: 'evaluation', data: 'sales.csv', ...metrics })
  const other = await carousel(['evaluate', model, data])
  expect(other.stdout).toContain('The linear model is left out')
  const { stdout } = await carousel(['inspect', model])
  expect(stdout).toContain('Forecasts sold for 7 steps ahead (one every day)')
  expect(stdout).toMatch(/sold: mean 50\.\d+, deviation/)
  expect(stdout).toContain('seasonalNaive')
})

test('Ctrl-C saves, and --resume comes to the same bits as if never stopped', async () => {
  const whole = await carousel([
    'train',
    'forecast',
    data,
    ...small,
    '--epochs',
    '3',
    '--out',
    inFolder('a.safetensors'),
    '--json',
  ])
  const b = inFolder('b.safetensors')
  const stopped = await carousel(['train', 'forecast', data, ...small, '--epochs', '3', '--out', b], {
    env: ctrlCAt('onTrainBatchEnd', 6),
  })
  expect(stopped.code).toBe(130)
  const resumed = await carousel(['train', 'forecast', '--resume', b, '--json'])
  expect(resumed.code).toBe(0)
  expect(resumed.events.at(-1)?.weightsSha256).toBe(whole.events.at(-1)?.weightsSha256)
  expect(resumed.events.at(-1)?.metrics).toEqual(whole.events.at(-1)?.metrics)
})

test('--cell: three of them, compared; and data that come along', async () => {
  const { code, stdout } = await carousel(
    [
      'train',
      'forecast',
      '--cell',
      'lstm,gru,rnn',
      '--horizon',
      '6',
      '--units',
      '3',
      '--epochs',
      '1',
      '--seed',
      '1',
    ],
    { cwd: folder },
  )
  expect(code).toBe(0)
  expect(stdout).toContain('co2-concentration-gru.safetensors')
})

describe('what cannot be meant', () => {
  test.each<[string, string[], RegExp]>([
    ['no column named', [data, '--horizon', '3'], /several hold numbers: sold, price\. .*--target price/],
    [
      'a column that is not there',
      [data, '--target', 'cost'],
      /expected a column named 'cost', received day, sold, price/,
    ],
    [
      'a horizon longer than the data',
      [data, '--target', 'sold', '--horizon', '500'],
      /expected at least .* rows to train on/,
    ],
    ['a split of nothing', [data, '--target', 'sold', '--split', '1,2'], /Expected three shares/],
    ['no file', [inFolder('none.csv')], /expected a file or folder with data, received none/],
  ])('%s', async (_, args, message) => {
    const { code, stderr } = await carousel(['train', 'forecast', ...args])
    expect(code).toBeGreaterThan(0)
    expect(stderr).toMatch(message)
  })

  test('a model of another task', async () => {
    await trained
    const { stderr } = await carousel(['predict', model, data])
    expect(stderr).toMatch(/carousel forecast/)
  })

  test('data in other steps, and too short', async () => {
    await trained
    const monthly = inFolder('monthly.csv')
    writeFileSync(monthly, 'day,sold\n2020-01,1\n2020-02,2\n2020-03,3\n')
    expect((await carousel(['forecast', model, monthly])).stderr).toMatch(
      /expected one every day.* received 3 rows, one every month/,
    )
    const short = inFolder('short.csv')
    writeFileSync(
      short,
      `day,sold\n${lines
        .slice(0, 5)
        .join('\n')
        .replace(/,[^,\n]*$/gm, '')}\n`,
    )
    expect((await carousel(['forecast', model, short])).stderr).toMatch(
      /expected at least \d+ rows.* received 5/,
    )
  })
})

const etth1 = join(
  process.env.CAROUSEL_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url)),
  'series/ETTh1.csv',
)

test.skipIf(!existsSync(etth1) && !process.env.CI)(
  'ETTh1, the oil temperature a day ahead: no worse than the least that is asked',
  async () => {
    const { events } = await carousel([
      'train',
      'forecast',
      etth1,
      '--target',
      'OT',
      '--horizon',
      '24',
      '--split',
      'informer',
      '--epochs',
      '1',
      '--limit',
      '2000',
      '--seed',
      '1',
      '--json',
      '--out',
      inFolder('ot.safetensors'),
    ])
    const { metrics, baselines } = events.at(-1) as {
      metrics: { mse: number }
      baselines: Record<string, { mse: number }>
    }
    expect(metrics.mse).toBeLessThan(0.03)
    // As NumPy has them, by code of its own.
    expect(baselines.naive.mse).toBeCloseTo(0.034, 3)
    expect(baselines.seasonalNaive.mse).toBeCloseTo(0.046, 3)
    expect(baselines.linear.mse).toBeCloseTo(0.026, 3)
  },
)
