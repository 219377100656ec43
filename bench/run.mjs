// `npm run bench`: Carousel beside its peers, in one run. README.md tells what is measured and how.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeData } from './data.mjs'
import { describeMachine, machineName } from './machine.mjs'
import { Bench } from './measure.mjs'
import { allRows, NODES } from './rows.mjs'
import { Summary } from './summary.mjs'
import { report } from './table.mjs'
import { evaluateTargets } from './targets.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

const HELP = `Measures Carousel beside its peers: training and inference of the seed job.

  npm run bench                          every row, five rounds
  npm run bench -- --short               the main rows, three rounds, under two minutes
  npm run bench -- --only train/torch,node26/turbo
                                         the rows whose name holds one of these
  npm run bench -- --list                the names of the rows
  npm run bench:install                  installs the peers

  --rounds N      rounds (3 or more for medians worth quoting)
  --seconds S     for how long a row is measured in a round
  --out FILE      the JSON file (default: bench/results/<date>-<machine>.json)
  --machine NAME  what to call this machine in the file and its name
  --data DIR      a folder mnist/ or its files (default: CAROUSEL_DATA, ../shared/data, else made-up pictures)`

function readOptions() {
  const options = {
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    out: { type: 'string' },
    machine: { type: 'string' },
    data: { type: 'string' },
    help: { type: 'boolean', default: false },
  }
  const { values } = parseArgs({ options })
  const { short } = values
  return {
    ...values,
    rounds: positive('--rounds', values.rounds ?? (short ? '3' : '5'), Number.isInteger),
    seconds: positive('--seconds', values.seconds ?? (short ? '0.6' : '3'), Number.isFinite),
  }
}

function positive(option, text, isKind) {
  const value = Number(text)
  if (isKind(value) && value > 0) return value
  throw new TypeError(`${option}: expected a number above 0, received '${text}'`)
}

function chooseRows({ short, only }) {
  const parts = only?.split(',')
  const rows = allRows().filter(({ id, peer }) =>
    parts ? parts.some((part) => id.includes(part)) : !short || peer.short,
  )
  if (rows.length === 0) throw new TypeError(`--only: no row's name holds '${only}'. --list shows the names`)
  return rows
}

function mnistFolders({ data }) {
  const root = data ?? process.env.CAROUSEL_DATA ?? join(here, '../../shared/data')
  return [join(root, 'mnist'), root]
}

const say = (text) => console.error(`  ${text}`)

async function measure(rows, options, folder) {
  const data = writeData(folder, mnistFolders(options))
  const bench = new Bench({ seconds: options.seconds, data, folder, say })
  const rounds = []
  try {
    await bench.start(rows)
    for (let number = 0; number < options.rounds; number++) {
      say(`round ${number + 1} of ${options.rounds}`)
      rounds.push(await bench.round(rows, number))
    }
  } finally {
    bench.stop()
  }
  return { rounds, problems: bench.problems, versions: bench.versions, data: data.source }
}

function resultsFile({ out, short, machine }, date, description) {
  if (out) return resolve(out)
  const name = `${date.slice(0, 10)}-${machine ?? machineName(description)}${short ? '-short' : ''}.json`
  return join(here, 'results', name)
}

function save(file, result) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`)
  console.log(`\n  saved to ${relative(process.cwd(), file)}`)
}

/** Rows as the JSON file has them: the median, or why there is none. */
const medians = (summary) =>
  Object.fromEntries(
    summary.rows
      .filter(({ cmd }) => cmd !== 'profile')
      .map(({ id }) => [id, summary.value(id) ?? { reason: summary.reason(id) }]),
  )

function printMissing(problems) {
  if (!Object.values(problems).some((problem) => problem.includes('bench:install'))) return
  console.log('\n  Some peers are missing. This installs them, into bench/ alone:  npm run bench:install')
}

async function main() {
  const options = readOptions()
  if (options.help) return console.log(HELP)
  const rows = chooseRows(options)
  if (options.list) return console.log(rows.map(({ id }) => id).join('\n'))

  const date = new Date().toISOString()
  const machine = describeMachine(NODES)
  const folder = mkdtempSync(join(tmpdir(), 'carousel-bench-'))
  const clean = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', clean)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

  const measured = await measure(rows, options, folder)
  const summary = new Summary({ rows, ...measured })
  const targets = evaluateTargets(summary)
  const nodes = Object.values(machine.nodes).join(', ')
  console.log(
    `\n  ${machine.cpu}, ${machine.cores} cores, ${machine.system}; Node ${nodes}; data: ${measured.data}`,
  )
  console.log(`\n${report(summary, targets)}`)
  printMissing(measured.problems)
  save(resultsFile(options, date, machine), {
    date,
    short: options.short,
    secondsARow: options.seconds,
    machine,
    ...measured,
    ceiling: summary.ceiling(),
    medians: medians(summary),
    targets,
  })
}

main().catch((error) => {
  const usage = error instanceof TypeError
  console.error(usage ? error.message : error)
  process.exitCode = usage ? 2 : 1
})
