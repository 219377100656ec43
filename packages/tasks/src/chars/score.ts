import type { Model } from '@carousel/core'
import { count, percent, several } from '../report/format.ts'
import type { Metrics, Outcome } from '../report/outcome.ts'
import type { CharsData } from './load.ts'
import { KneserNey } from './ngram.ts'
import { pauses } from './pause.ts'
import { type CharsPreparation, encode, preparationOf, sizeOf, UNKNOWN } from './preparation.ts'
import { repeatedShare } from './repeated.ts'
import { type CharsSettings, type Unit, wordsOf } from './settings.ts'
import { windowAt } from './windows.ts'

/** As small as a probability is taken to be: a model in float32 may round one to nothing. */
const LEAST = 1e-10

/**
 * How well a model foretells the text that was kept back: read from its beginning to its end in one go, the state carried
 * from each character to the next, and every character after the first counted once.
 */
export async function score(model: Model, data: CharsData, signal?: AbortSignal): Promise<Outcome> {
  const preparation = preparationOf(model)
  const { unit } = preparation
  const [one, many] = wordsOf(unit)
  const ids = encode(data.test, preparation)
  const nats = await natsInOrder(model, ids, signal)
  const metrics = metricsOf(nats, unit)
  const baselines = baselinesOf(model, data, ids)
  const strange = unit === 'bytes' ? 0 : ids.reduce((sum, id) => sum + (id === UNKNOWN ? 1 : 0), 0)
  const perUnit = `a ${one}`
  return {
    samples: ids.length - 1,
    metrics,
    baselines,
    headline: `Test loss ${nats.toFixed(4)} nats ${perUnit}, ${(nats / Math.LN2).toFixed(3)} bits: as unsure as among ${Math.exp(nats).toFixed(2)} equally likely ${many}, over ${count(ids.length - 1)} of them`,
    warnings: [
      ...repeatedPieces(data, ids, preparation),
      ...Object.entries(baselines)
        .filter(([, { nats: other }]) => Number(other) <= nats)
        .map(
          ([name, { nats: other }]) =>
            `This model does not beat the baseline '${name}', whose loss of ${Number(other).toFixed(4)} costs nothing. More text helps, or more epochs from the beginning.`,
        ),
      ...(strange > 0
        ? [
            `${several(strange, 'character')} of this text (${percent(strange / ids.length)}) ${strange > 1 ? 'do' : 'does'} not occur in the text that the model learned from, and ${strange > 1 ? 'are' : 'is'} read as unknown.`,
          ]
        : []),
    ],
    sections: [],
  }
}

/** What was learned from tells nothing of new texts; a line here and there that comes again is how texts are. */
function repeatedPieces({ train }: CharsData, ids: Int32Array, preparation: CharsPreparation): string[] {
  const share = repeatedShare(ids, encode(train, preparation))
  if (share < 0.01) return []
  return [
    `${percent(share)} of this text stands word for word in what the model learned from: the figures flatter.`,
  ]
}

/** Bits of a text's characters, or of its bytes: figures of different units do not compare. */
const metricsOf = (nats: number, unit: Unit): Metrics => ({
  nats,
  [unit === 'bytes' ? 'bitsPerByte' : 'bitsPerCharacter']: nats / Math.LN2,
  perplexity: Math.exp(nats),
})

/** The mean of −log p over all but the first, one after the other. */
async function natsInOrder(model: Model, ids: Int32Array, signal?: AbortSignal): Promise<number> {
  const stream = await model.stream()
  const pause = pauses(signal)
  let sum = 0
  const outputs = new Float32Array(sizeOf(preparationOf(model)))
  for (let at = 0; at + 1 < ids.length; at++) {
    stream.push(ids[at], outputs)
    sum -= Math.log(Math.max(outputs[ids[at + 1]], LEAST))
    await pause()
  }
  return sum / (ids.length - 1)
}

/**
 * Nearly the same in a fraction of the time, for after each epoch: the text's stretches side by side, as many as a batch
 * has rows. All but the first have a run-up of two windows, which another one counts. Leaves the states at zero.
 */
export async function natsSideBySide(
  model: Model,
  ids: Int32Array,
  { batchSize, steps }: Pick<CharsSettings, 'batchSize' | 'steps'>,
): Promise<number> {
  const total = ids.length - 1
  const runUp = 2 * steps
  const stretch = Math.max(1, Math.ceil((total - runUp) / batchSize))
  const size = sizeOf(preparationOf(model))
  let sum = 0
  await model.resetStates()
  for (let from = 0; from < stretch + runUp; from += steps) {
    const [x, y] = windowAt(ids, (row) => row * stretch + from, { batchSize, steps })
    const { data } = await model.predict(x, { batchSize })
    for (let row = 0; row < batchSize; row++) {
      for (let step = 0; step < steps; step++) {
        const within = from + step
        const isCounted = (row === 0 || within >= runUp) && within < stretch + runUp
        if (!isCounted || row * stretch + within >= total) continue
        const at = row * steps + step
        sum -= Math.log(Math.max(data[at * size + y.data[at]], LEAST))
      }
    }
  }
  await model.resetStates()
  return sum / total
}

/** Characters of the training part that the counted pieces are learned from, its last ones. */
const MOST_COUNTED = 2_000_000

/** How often each character occurs, known from the model's file; and pieces of six, where the training part is there. */
function baselinesOf(model: Model, { train }: CharsData, ids: Int32Array): Record<string, Metrics> {
  const preparation = preparationOf(model)
  const { counts, unit } = preparation
  const size = sizeOf(preparation)
  // one more of each, for those that never occur
  const total = counts.reduce((sum, number) => sum + number, size)
  const mean = (probability: (at: number) => number) => {
    let sum = 0
    for (let at = 1; at < ids.length; at++) sum -= Math.log(probability(at))
    return metricsOf(sum / (ids.length - 1), unit)
  }
  const baselines: Record<string, Metrics> = {
    unigram: mean((at) => (counts[ids[at]] + 1) / total),
  }
  if (train.length > 0) {
    const pieces = new KneserNey(encode(train.slice(-MOST_COUNTED), preparation), size)
    baselines['6-gram'] = mean((at) => pieces.probability(ids, at))
  }
  return baselines
}
