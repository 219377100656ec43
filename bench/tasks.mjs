// `npm run bench:tasks [name]`: trains each task on known data with its own command, and prints what it reached, what its
// baselines reach, and how long it took. With a name, only the rows that hold it. Data: CAROUSEL_DATA, or ../shared/data.

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
const data = process.env.CAROUSEL_DATA || join(root, '../shared/data')
const program = join(root, 'packages/cli/bin/carousel.js')

const seeds = (task, place, count) =>
  Array.from({ length: count }, (_, n) => [task, place, '--seed', String(n + 1)])
const etth1 = (targets, horizon) =>
  ['forecast', 'series/ETTh1.csv', '--target', targets, '--horizon', String(horizon)].concat(
    '--split informer --window 336 --seed 1'.split(' '),
  )
const speakers = ['george', 'jackson', 'lucas', 'nicolas', 'theo', 'yweweler']
const recordings = 'speech/free-spoken-digit-dataset.tar.gz'
const all = 'HUFL,HULL,MUFL,MULL,LUFL,LULL,OT'

/** What follows `carousel train`; the second word is a place below the data's folder. */
const rows = [
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
for (const row of chosen) console.log(await resultOf(row))
process.exitCode = failed > 0 ? 1 : 0

async function resultOf([task, place, ...options]) {
  const name = `\`${[task, place, ...options].join(' ')}\``
  if (!existsSync(join(data, place))) {
    failed++
    return `| ${name} | ${place} is not in ${data} | | |`
  }
  const folder = mkdtempSync(join(tmpdir(), 'carousel-bench-'))
  const began = performance.now()
  try {
    const end = await lastEvent(['train', task, join(data, place), ...options, '--json'], folder)
    const seconds = Math.round((performance.now() - began) / 1000)
    if (end.event !== 'end') throw new Error(end.message ?? 'no result')
    const baselines = Object.entries(end.baselines).map(([other, figures]) => `${other}: ${words(figures)}`)
    return `| ${name} | ${words(end.metrics)} | ${baselines.join('; ')} | ${seconds} |`
  } catch (error) {
    failed++
    return `| ${name} | failed: ${error.message} | | |`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The last object that the command writes. */
async function lastEvent(args, cwd) {
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  let last = {}
  for await (const line of createInterface(child.stdout)) if (line.startsWith('{')) last = JSON.parse(line)
  return last
}

function words(figures) {
  return ['accuracy', 'macroF1', 'mse', 'mae', 'mase', 'coverage', 'nats', 'bitsPerCharacter']
    .filter((name) => figures[name] !== undefined)
    .map((name) => `${name} ${shown(name, figures[name])}`)
    .join(', ')
}

function shown(name, value) {
  if (value === null) return 'undefined'
  return ['accuracy', 'macroF1', 'coverage'].includes(name)
    ? `${(value * 100).toFixed(2)} %`
    : value.toFixed(4)
}
