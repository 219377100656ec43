// `npm run profile -- [options]`: where the time of a training step of the seed job goes.

import './workspace/node-version.mjs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { inRoot } from './workspace/paths.mjs'
import { ensureReady } from './workspace/ready.mjs'
import { Failure, main } from './workspace/say.mjs'

const HELP = `Trains the seed job for a few seconds and prints where a step's time goes.

  npm run profile                       the fastest kernels of this Node, one thread
  npm run profile -- --kernels relaxed  turbo (Node 24 or newer), relaxed or simd
  npm run profile -- --threads 2        what thread 0 does, and how long it waits
  npm run profile -- --cell gru         lstm, gru or rnn
  npm run profile -- --batch-size 128
  npm run profile -- --layers 2 --units 256

  --seconds S  for how long (5)
  --data DIR   a folder mnist/ or its files (default: CAROUSEL_DATA, ../shared/data, else made-up pictures)

docs/performance.md tells how to read it.`

const CELLS = { lstm: 'lstm', gru: 'gru', rnn: 'simpleRNN' }
const KERNELS = ['turbo', 'relaxed', 'simd']

function readOptions() {
  const text = { type: 'string' }
  const options = {
    kernels: text,
    threads: { ...text, default: '1' },
    'batch-size': { ...text, default: '32' },
    cell: { ...text, default: 'lstm' },
    layers: { ...text, default: '1' },
    units: { ...text, default: '128' },
    seconds: { ...text, default: '5' },
    data: text,
    help: { type: 'boolean', default: false },
  }
  const { values } = parse(options)
  return {
    ...values,
    kernels: oneOf('--kernels', values.kernels ?? 'auto', ['auto', ...KERNELS]),
    cell: oneOf('--cell', values.cell, Object.keys(CELLS)),
    layers: count('--layers', values.layers),
    units: count('--units', values.units),
    threads: count('--threads', values.threads),
    batch: count('--batch-size', values['batch-size']),
    seconds: count('--seconds', values.seconds),
  }
}

function parse(options) {
  try {
    return parseArgs({ options })
  } catch (error) {
    throw new Failure(`${error.message}\n--help shows what there is.`)
  }
}

function oneOf(option, value, known) {
  if (known.includes(value)) return value
  throw new Failure(`${option}: expected one of ${known.join(', ')}, received '${value}'`)
}

function count(option, text) {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new Failure(`${option}: expected a whole number above 0, received '${text}'`)
}

/** Once packages and build are there. */
async function load() {
  const [core, bench] = await Promise.all([import('@carousel/core'), import('../bench/profile/profile.mjs')])
  return { ...core, ...bench }
}

async function profile(options) {
  ensureReady()
  const { enableRelaxedSimd, enableTurbo, profileSeedJob, reportOf } = await load()
  // before anything is compiled; turbo's flag is left alone where other kernels are asked for, which it would change
  enableRelaxedSimd()
  if (options.kernels === 'auto') enableTurbo()
  const root = options.data ?? process.env.CAROUSEL_DATA ?? inRoot('../shared/data')
  const folder = mkdtempSync(join(tmpdir(), 'carousel-profile-'))
  try {
    const recurrent = { layer: CELLS[options.cell], units: options.units, layers: options.layers }
    console.log(
      reportOf(await profileSeedJob({ ...options, recurrent, folder, mnist: [join(root, 'mnist'), root] })),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

main(async () => {
  const options = readOptions()
  if (options.help) console.log(HELP)
  else await profile(options)
})
