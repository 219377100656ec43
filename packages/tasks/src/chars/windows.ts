import { TaskError } from '../errors.ts'
import { generator } from '../random.ts'
import { count, several } from '../report/format.ts'
import { type CharsSettings, defaults, wordsOf } from './settings.ts'

type Cut = Pick<CharsSettings, 'batchSize' | 'steps'>

/** Ids and, for each, the one that follows it: [rows, steps]. */
export type Window = readonly [x: Ids, y: Ids]
interface Ids {
  shape: [rows: number, steps: number]
  data: Int32Array
}

/**
 * How a text of that length is read in one epoch: as `batchSize` stretches side by side, row i of every batch the next
 * window of stretch i. B rows, T steps, K batches.
 *
 * @throws TaskError where it is too short for one window in each stretch
 */
export function batchesOfEpoch(
  length: number,
  { batchSize, steps, unit }: Cut & Pick<CharsSettings, 'unit'>,
): number {
  const batches = Math.floor(stretchOf(length, { batchSize, steps }) / steps)
  if (batches > 0) return batches
  const [, many] = wordsOf(unit)
  const least = (batchSize + 1) * steps
  const fitting = fittingCut(length)
  const advice = fitting
    ? `Take smaller ones, for example --batch-size ${fitting.batchSize} --steps ${fitting.steps}, or a longer text.`
    : 'Take a longer text.'
  throw new TaskError(
    `expected at least ${count(least)} ${many} to learn from, for ${batchSize} stretches with a window of ${steps} each, received ${count(length)}. ${advice}`,
  )
}

/** Of the text from a begin that is drawn below T, and with one more at its end to be foretold. */
const stretchOf = (length: number, { batchSize, steps }: Cut): number =>
  Math.max(0, Math.floor((length - steps) / batchSize))

const USUAL_CUTS: readonly Cut[] = [32, 16, 8, 4, 2, 1].map((batchSize) => ({
  batchSize,
  steps: Math.min(32, 4 * batchSize),
}))

/** The largest usual sizes with a few windows in each stretch. */
const fittingCut = (length: number): Cut | undefined =>
  USUAL_CUTS.find((cut) => stretchOf(length, cut) >= 2 * cut.steps)

/** Updates that a model needs, by trial, before it writes more than the commonest characters. */
const ENOUGH = 300

/** What is told where a text makes few updates, and nothing else was asked for. */
export function notesOnFew(length: number, settings: CharsSettings): string[] {
  const { batchSize, steps, epochs } = settings
  const isUsual = batchSize === defaults.batchSize && steps === defaults.steps && epochs === defaults.epochs
  const updatesOf = (cut: Cut) => Math.floor(stretchOf(length, cut) / cut.steps) * epochs
  const updates = updatesOf(settings)
  if (!isUsual || updates >= ENOUGH) return []
  const cut = USUAL_CUTS.find((usual) => updatesOf(usual) >= ENOUGH) ?? USUAL_CUTS[USUAL_CUTS.length - 1]
  return [
    `${count(length)} ${wordsOf(settings.unit)[1]} to learn from make ${several(updates, 'update')} in ${several(epochs, 'epoch')}: so few want more, such as --batch-size ${cut.batchSize} --steps ${cut.steps}, or a longer text.`,
  ]
}

/**
 * The batches of epoch after epoch. Each epoch begins at another place, drawn below T by seed and epoch, so that windows
 * are cut elsewhere: gradients then cross each place in some epoch.
 */
export function* windows(
  ids: Int32Array,
  { batchSize, steps, seed }: Cut & { seed: number },
): Generator<Window> {
  const stretch = stretchOf(ids.length, { batchSize, steps })
  const batches = Math.floor(stretch / steps)
  for (let epoch = 0; ; epoch++) {
    const begin = Math.floor(generator(seed + epoch)() * steps)
    for (let batch = 0; batch < batches; batch++) {
      const at = (row: number) => begin + row * stretch + batch * steps
      yield windowAt(ids, at, { batchSize, steps })
    }
  }
}

/** The rows' windows from these places on; beyond the text's end it is filled up with zeros. */
export function windowAt(ids: Int32Array, at: (row: number) => number, { batchSize, steps }: Cut): Window {
  const shape: [number, number] = [batchSize, steps]
  const [x, y] = [new Int32Array(batchSize * steps), new Int32Array(batchSize * steps)]
  for (let row = 0; row < batchSize; row++) {
    x.set(ids.subarray(at(row), at(row) + steps), row * steps)
    y.set(ids.subarray(at(row) + 1, at(row) + 1 + steps), row * steps)
  }
  return [
    { shape, data: x },
    { shape, data: y },
  ]
}
