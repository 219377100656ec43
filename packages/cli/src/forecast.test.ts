import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
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

/** A file with the same head, and other rows. */
function written(name: string, rows: string): string {
  writeFileSync(inFolder(name), `day,sold,price\n${rows}\n`)
  return inFolder(name)
}

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

test('in the terminal: the error by step, the last forecast beside what came, and the origin as it rolls', async () => {
  await trained
  const { stdout } = await carousel(['evaluate', model])
  expect(stdout).toContain('As the origin rolls through the test part')
  expect(stdout).toMatch(/first quarter +\d/)
  expect(stdout).toMatch(
    /Mean squared error by step ahead\n[\s\S]* ● this model {3}× naive {3}\+ seasonal naive {3}○ linear\n/,
  )
  expect(stdout).toMatch(
    /The last forecast of sold beside what came\n[\s\S]* ● forecast {3}× what came {3}\+ lower {3}○ upper/,
  )
})

test('forecast --json has numbers by target and level', async () => {
  await trained
  const { events } = await carousel(['forecast', model, data, '--json'])
  expect(events).toEqual([
    {
      event: 'forecast',
      target: 'sold',
      labels: expect.arrayContaining(['2021-02-04']),
      point: new Array(7).fill(expect.any(Number)),
      quantiles: {
        '0.1': new Array(7).fill(expect.any(Number)),
        '0.9': new Array(7).fill(expect.any(Number)),
      },
    },
  ])
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
  const renamed = inFolder('renamed.csv')
  writeFileSync(renamed, `day,sold,price,more\n${lines.map((line) => `${line},1`).join('\n')}\n`)
  const other = await carousel(['evaluate', model, renamed])
  expect(other.stdout).toMatch(
    /\d+ rows of these data stand in the parts that the model was trained and validated on/,
  )
  expect(other.stdout).toContain('  linear ')
  const { stdout } = await carousel(['inspect', model])
  expect(stdout).toContain('Forecasts sold for 7 steps ahead (one every day)')
  expect(stdout).toMatch(/sold: mean 50\.\d+, deviation/)
  expect(stdout).toContain('seasonal naive')
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
  // it goes on from the series that it was trained on, and not from the one that comes along
  expect((await carousel(['forecast', b])).stdout).toBe((await carousel(['forecast', b, data])).stdout)
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
      '--pictures',
      'compared',
    ],
    { cwd: folder },
  )
  expect(code).toBe(0)
  const compared = stdout.trimEnd().split('\n').slice(-4)
  expect(compared[0]).toMatch(
    /cell +units +parameters +epochs +training +MAE +RMSE +MASE +MSE +coverage +predictions\/s/,
  )
  for (const [index, cell] of ['lstm', 'gru', 'rnn'].entries()) {
    expect(compared[1 + index]).toMatch(new RegExp(`seattle-weather-${cell}\\.safetensors +${cell} +3 `))
  }
})

test('a series that never changes: MASE is null, and said to be undefined', async () => {
  const flat = written('flat.csv', lines.map((line) => line.replace(/,[^,]*,/, ',5,')).join('\n'))
  const args = ['train', 'forecast', flat, ...small, '--epochs', '1', '--out', inFolder('flat.safetensors')]
  const { events } = await carousel([...args, '--json'])
  expect(events.at(-1)).toMatchObject({
    metrics: { mase: null },
    baselines: { naive: { mae: 0, mase: null } },
  })
  const { code, stdout } = await carousel(args)
  expect(code).toBe(0)
  expect(stdout).toContain('MASE is undefined for sold: the series is constant or varies too little')
  expect(stdout).toMatch(/naive +0\.0000 +0\.0000 +– +0\.0000/)
})

describe('what cannot be meant', () => {
  const latin = inFolder('latin.csv')
  writeFileSync(latin, Buffer.from('day,sold,größe\n2020-01-01,1,2\n', 'latin1'))
  const empty = inFolder('empty.csv')
  writeFileSync(empty, '')
  const twoFiles = inFolder('two')
  mkdirSync(twoFiles)
  for (const name of ['a.csv', 'b.csv']) writeFileSync(join(twoFiles, name), 'day,sold\n')
  const cutShort = written('cut-short.csv', lines.with(3, '2020-01-04,5').join('\n'))
  const infinite = written('infinite.csv', lines.with(1, '2020-01-02,Infinity,1').join('\n'))
  const twice = written('twice.csv', [...lines, lines[0]].join('\n'))

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
    ['levels out of order', [data, '--target', 'sold', '--quantiles', '0.9,0.1'], /the lower ones first/],
    [
      'a part of the date that is none',
      [data, '--target', 'sold', '--calendar', 'moon'],
      /hour, weekday or month/,
    ],
    ['a misspelt encoding', [data, '--target', 'sold', '--encoding', 'latin'], /Expected an encoding/],
    [
      'another encoding',
      [latin, '--target', 'sold'],
      /latin\.csv: expected text in UTF-8.*--encoding latin1/,
    ],
    ['an empty file', [empty], /empty\.csv: expected rows of delimited text, received an empty file/],
    ['a folder', [twoFiles], /expected one file, .* received 2: a\.csv, …/],
    [
      'a row cut short',
      [cutShort, '--target', 'sold'],
      /cut-short\.csv, line 5: expected 3 fields, .* received 2/,
    ],
    ['an infinity', [infinite, '--target', 'sold'], /infinite\.csv, line 3: expected a finite number/],
    [
      'a date twice',
      [twice, '--target', 'sold'],
      /twice\.csv, line 402: .* received 2020-01-01 00:00 a second time \(first in line 2\)/,
    ],
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
    const words = inFolder('words.txt')
    writeFileSync(words, 'to be or not to be. '.repeat(200))
    const chars = inFolder('chars.safetensors')
    await carousel(['train', 'chars', words, '--units', '2', '--epochs', '1', '--seed', '1', '--out', chars])
    const { code, stderr: told } = await carousel(['forecast', chars, data])
    expect(code).toBeGreaterThan(0)
    expect(told).toMatch(
      /chars\.safetensors: expected a model made by 'carousel train forecast', received one of 'carousel train chars'/,
    )
  })

  test('a folder, or a file without its column, to go on from', async () => {
    await trained
    expect((await carousel(['forecast', model, twoFiles])).stderr).toMatch(/expected one file, .* received 2/)
    const other = inFolder('other.csv')
    writeFileSync(other, 'day,price\n2020-01-01,1\n2020-01-02,2\n')
    expect((await carousel(['forecast', model, other])).stderr).toMatch(
      /expected a column named 'sold', received day, price/,
    )
    expect((await carousel(['forecast', model, data, '--from', '3'])).stderr).toMatch(
      /expected a row from \d+, .* to 401/,
    )
  })

  test('--out or --picture over what is read: refused, and nothing is lost', async () => {
    await trained
    const [own, content] = [inFolder('own.csv'), readFileSync(data)]
    writeFileSync(own, content)
    symlinkSync(own, inFolder('linked.svg'))
    const before = readFileSync(model)
    for (const [option, place, read] of [
      ['--out', own, own],
      ['--out', model, model],
      ['--picture', inFolder('linked.svg'), own],
    ]) {
      const { code, stdout, stderr } = await carousel(['forecast', model, own, option, place])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain(
        `${option} ${place}: expected a file to write, received one that is read (${read})`,
      )
    }
    expect(readFileSync(own)).toEqual(content)
    expect(readFileSync(model)).toEqual(before)
  })

  test('data in other steps, and too short', async () => {
    await trained
    const monthly = inFolder('monthly.csv')
    writeFileSync(monthly, 'day,sold\n2020-01,1\n2020-02,2\n2020-03,3\n')
    expect((await carousel(['forecast', model, monthly])).stderr).toMatch(
      /expected one row every day.* received 3 rows, one every month/,
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
