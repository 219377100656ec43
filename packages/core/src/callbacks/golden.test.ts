import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { camelCase } from '../config/keras.ts'
import { readGolden } from '../testing/golden.ts'
import { runScript, type ScriptedLogs, ScriptedModel } from '../testing/scriptedModel.ts'
import { formatPath } from './formatPath.ts'
import * as callbacks from './index.ts'

interface Scripted<Options> {
  readonly options: Options
  readonly epochs: readonly ScriptedLogs[]
}

/** What Keras's callbacks decided (test/golden/callbacks.py). */
interface Golden {
  readonly earlyStopping: readonly (Scripted<callbacks.EarlyStoppingOptions> & {
    readonly ran: number
    readonly stoppedEpoch: number
    readonly bestEpoch: number
    readonly best: number | null
    readonly weights: number
  })[]
  readonly reduceLROnPlateau: readonly (Scripted<callbacks.ReduceLROnPlateauOptions> &
    Rates & { last: number })[]
  readonly modelCheckpoint: readonly (Scripted<callbacks.ModelCheckpointOptions> & { saved: string[] })[]
  readonly csvLogger: readonly (Scripted<callbacks.CsvLoggerOptions> & {
    readonly first: number
    readonly fits: number
    readonly text: string
  })[]
  readonly learningRateScheduler: Rates
  readonly formats: readonly [string, Record<string, number>, string][]
}

interface Rates {
  readonly rates: readonly number[]
  readonly logged: readonly (number | null)[]
}

const golden = readGolden<Golden>('callbacks')
const numbered = <T>(cases: readonly T[]) => cases.map((found, index) => [index, found] as const)

describe('decides as Keras does', () => {
  it.each(numbered(golden.earlyStopping))('earlyStopping %i', async (_, expected) => {
    const stopping = callbacks.earlyStopping(expected.options)
    const model = new ScriptedModel()
    const { rates } = await runScript([stopping], model, expected.epochs)
    const { stoppedEpoch, bestEpoch, best } = stopping
    const { ran, weights } = expected
    expect({ ran: rates.length, stoppedEpoch, bestEpoch, best, weights: model.weight }).toEqual({
      ran,
      stoppedEpoch: expected.stoppedEpoch,
      bestEpoch: expected.bestEpoch,
      best: expected.best,
      weights,
    })
  })

  it.each(numbered(golden.reduceLROnPlateau))('reduceLROnPlateau %i', async (_, expected) => {
    const model = new ScriptedModel()
    const found = await runScript([callbacks.reduceLROnPlateau(expected.options)], model, expected.epochs)
    expectRates(found, expected)
    expect(model.optimizer.learningRate).toBeCloseTo(expected.last, 6)
  })

  it.each(numbered(golden.modelCheckpoint))('modelCheckpoint %i', async (_, { options, epochs, saved }) => {
    const model = new ScriptedModel()
    const folder = await mkdtemp(join(tmpdir(), 'carousel-checkpoints-'))
    try {
      const filepath = join(folder, options.filepath)
      await runScript([callbacks.modelCheckpoint({ ...options, filepath })], model, epochs)
      expect(model.saved).toEqual(saved.map((path) => join(folder, path)))
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('learningRateScheduler', async () => {
    const schedule = (epoch: number, rate: number) => (epoch < 3 ? rate : rate * 0.5)
    const epochs = Array.from({ length: 6 }, () => ({ loss: 1 }))
    const scheduler = callbacks.learningRateScheduler(schedule)
    expectRates(await runScript([scheduler], new ScriptedModel(), epochs), golden.learningRateScheduler)
  })

  it.each(golden.formats)('placeholders %s of %o', (template, values, expected) => {
    expect(formatPath('here', template, values)).toBe(expected)
  })
})

describe('writes the tables that Keras writes', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'carousel-tables-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.each(numbered(golden.csvLogger))(
    'csvLogger %i',
    async (index, { options, epochs, first, fits, text }) => {
      const path = join(folder, `${index}.csv`)
      for (let fit = 0; fit < fits; fit++) {
        const logger = callbacks.csvLogger(path, options)
        await runScript([logger], new ScriptedModel(), epochs, { first: first + fit * epochs.length })
      }
      expect(rowsOf(await readFile(path, 'utf8'))).toEqual(rowsOf(text, camelCase))
    },
  )
})

/** Lines as they are, their cells; the header's in our spelling, numbers as numbers: the two languages write 1e-7 differently. */
function rowsOf(text: string, spell = (name: string) => name) {
  const [header, ...rows] = text.split('\r\n')
  const separator = header.includes(';') ? ';' : ','
  const number = (cell: string) => (cell === '' || cell === 'NA' ? cell : Number(cell))
  return [header.split(separator).map(spell), ...rows.map((row) => row.split(separator).map(number))]
}

function expectRates(found: Rates, expected: Rates): void {
  expect(found.rates).toHaveLength(expected.rates.length)
  for (const [index, rate] of expected.rates.entries()) {
    // Keras keeps the rate in float32
    expect(found.rates[index]).toBeCloseTo(rate, 6)
    expect(found.logged[index]).toBeCloseTo(expected.logged[index] ?? Number.NaN, 6)
  }
}
