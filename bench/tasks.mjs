// `npm run bench:tasks [name]`: trains each task on known data with its own command, and prints what it reached, what its
// baselines reach, and how long it took; and how long reading and preparing take before that. With a name, only the rows
// that hold it. Data: CAROUSEL_DATA, or ../shared/data.

import { spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
const data = process.env.CAROUSEL_DATA || join(root, '../shared/data')
const program = join(root, 'packages/cli/bin/carousel.js')
const preparation = join(root, 'bench/prepare.mjs')

const seeds = (task, place, count) =>
  Array.from({ length: count }, (_, n) => [task, place, '--seed', String(n + 1)])
const etth1 = (targets, horizon) =>
  ['forecast', 'series/ETTh1.csv', '--target', targets, '--horizon', String(horizon)].concat(
    '--split informer --window 336 --seed 1'.split(' '),
  )
const speakers = ['george', 'jackson', 'lucas', 'nicolas', 'theo', 'yweweler']
const recordings = 'speech/free-spoken-digit-dataset.tar.gz'
const all = 'HUFL,HULL,MUFL,MULL,LUFL,LULL,OT'

const millionRows = '1,000,000 rows × 10 columns'

/** What follows `carousel train`, or `prepare` and the task; the second word is a place below the data's folder. */
const rows = [
  ['prepare forecast', millionRows],
  ['prepare speech', recordings],
  ...seeds('text', 'text', 3),
  ['speech', recordings, '--seed', '1'],
  ...speakers.map((name) => ['speech', recordings, '--seed', '1', '--hold-out-speaker', name]),
  ...[24, 48, 168].map((horizon) => etth1('OT', horizon)),
  ...[24, 48, 168].map((horizon) => etth1(all, horizon)),
  'forecast series/airline-passengers.csv --horizon 12 --seed 1'.split(' '),
  'forecast series/daily-min-temperatures.csv --horizon 7 --seed 1'.split(' '),
  'forecast series/monthly-sunspots.csv --horizon 12 --seed 1'.split(' '),
  'forecast series/pollution.csv --target pm2.5 --date year,month,day,hour --horizon 24 --seed 1'.split(' '),
  ['chars', 'text/tinyshakespeare.txt', '--seed', '1'],
]

const wanted = process.argv[2] ?? ''
const chosen = rows.filter((row) => row.join(' ').includes(wanted))
if (chosen.length === 0) {
  console.error(
    `no row holds '${wanted}': expected a part of one of\n  ${rows.map((row) => row.join(' ')).join('\n  ')}`,
  )
  process.exit(2)
}

console.log(
  `Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores\n`,
)
console.log('| `carousel train …` | reached | baselines | seconds |\n| --- | --- | --- | --: |')
let failed = 0
for (const row of chosen) console.log(await (row[0].startsWith('prepare ') ? preparedOf(row) : resultOf(row)))
process.exitCode = failed > 0 ? 1 : 0

async function resultOf([task, place, ...options]) {
  const name = `\`${[task, place, ...options].join(' ')}\``
  return rowOf(name, place, async (folder) => {
    const began = performance.now()
    const end = await lastEvent(program, ['train', task, join(data, place), ...options, '--json'], folder)
    const seconds = Math.round((performance.now() - began) / 1000)
    if (end.event !== 'end') throw new Error(end.message ?? 'no result')
    const baselines = Object.entries(end.baselines).map(([other, figures]) => `${other}: ${words(figures)}`)
    return [words(end.metrics), baselines.join('; '), seconds]
  })
}

/** Reading and preparing alone; the large table is made for it, and goes afterwards. */
async function preparedOf([task, place]) {
  return rowOf(`${task}: ${place}`, place, async (folder) => {
    const file = place === millionRows ? join(folder, 'table.csv') : join(data, place)
    if (place === millionRows) await pipeline(Readable.from(millionLines()), createWriteStream(file))
    const { read, seconds, mebibytes } = await lastEvent(preparation, [task.split(' ')[1], file], folder)
    if (read === undefined) throw new Error('no result')
    return [`${read}, ${Math.round(mebibytes)} MiB at most`, '', seconds.toFixed(1)]
  })
}

/** A date every ten minutes, and nine numbers beside it; in pieces of a thousand lines. */
function* millionLines() {
  yield `date,${Array.from({ length: 9 }, (_, n) => `x${n + 1}`).join(',')}\n`
  for (let row = 0; row < 1_000_000; row += 1000) {
    yield Array.from({ length: 1000 }, (_, at) => {
      const date = new Date(600_000 * (row + at)).toISOString().slice(0, 19)
      const numbers = Array.from({ length: 9 }, (_, n) => (100 * Math.sin((row + at) * (n + 1))).toFixed(3))
      return `${date},${numbers.join(',')}\n`
    }).join('')
  }
}

/** A row of the table: its cells as `measure` has them, in a folder of its own. */
async function rowOf(name, place, measure) {
  if (place !== millionRows && !existsSync(join(data, place))) {
    failed++
    return `| ${name} | ${place} is not in ${data} | | |`
  }
  const folder = mkdtempSync(join(tmpdir(), 'carousel-bench-'))
  try {
    return `| ${name} | ${(await measure(folder)).join(' | ')} |`
  } catch (error) {
    failed++
    return `| ${name} | failed: ${error.message} | | |`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The last object that a script writes. */
async function lastEvent(script, args, cwd) {
  const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  let last = {}
  for await (const line of createInterface(child.stdout)) if (line.startsWith('{')) last = JSON.parse(line)
  return last
}

function words(figures) {
  return ['accuracy', 'macroF1', 'mse', 'mae', 'mase', 'coverage', 'nats', 'bitsPerCharacter']
    .filter((name) => typeof figures[name] === 'number')
    .map((name) => `${name} ${shown(name, figures[name])}`)
    .join(', ')
}

function shown(name, value) {
  if (value === null) return 'undefined'
  return ['accuracy', 'macroF1', 'coverage'].includes(name)
    ? `${(value * 100).toFixed(2)} %`
    : value.toFixed(4)
}
