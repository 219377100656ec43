import { existsSync } from 'node:fs'
import { type Json, layers, loadModel, type Model, sequential } from '@carousel/core'
import { describe, expect, test } from 'vitest'
import { openFiles } from '../files.ts'
import { train } from '../job.ts'
import { originOf } from '../provenance.ts'
import { generator, shuffled } from '../random.ts'
import { featuresAt } from './features.ts'
import { type Heard, listener } from './listener.ts'
import { load, loadNew, type SpeechData } from './load.ts'
import { listenTo } from './pcm.ts'
import { classify, classifyWav } from './predict.ts'
import { preparationFor } from './prepare.ts'
import { speech } from './speech.ts'
import { dataFile, tone, wav, word, words } from './testing.ts'

const small = { units: 16, layers: 1, bands: 12, batchSize: 8, epochs: 3, dropout: 0.1, seed: 1 }
const settings = speech.settings(small)
const data = await load(words(12), 'words', settings)

async function trained(of: SpeechData = data, given = settings): Promise<Model> {
  const job = await speech.begin(of, given)
  await train(job)
  return job.model
}

/** One that has learnt the words. */
const able = await trained(data, speech.settings({ ...small, epochs: 30 }))

test('a training ends in a model that tells the words apart, and in a report', async () => {
  const { train: learnt, test: kept } = data
  expect([learnt.length, kept.length]).toEqual([28, 20])
  const { metrics, baselines, sections, headline } = await speech.score(able, data)
  expect(metrics.accuracy).toBeGreaterThan(0.9)
  expect(baselines.majority.accuracy).toBe(0.5)
  expect(headline).toMatch(/Test accuracy .* of 20 recordings heard right/)
  expect(sections[0]).toMatchObject({ kind: 'confusion', labels: ['down', 'up'] })
  expect(sections[2]).toMatchObject({
    title: 'By speaker',
    rows: [['ann', expect.anything(), expect.anything()], expect.anything()],
  })
  const [up, down] = await classify(
    able,
    (['up', 'down'] as const).map((label) => ({ rate: 8000, samples: word(label, 77) })),
  )
  expect([up[0].label, down[0].label]).toEqual(['up', 'down'])
})

describe('nothing of the test reaches the training', () => {
  test('the preparation is what the training part alone says', async () => {
    const loud = data.test.map((one) => ({ ...one, sound: { rate: 8000, samples: tone(3000, 1) } }))
    const other = await speech.begin({ ...data, test: loud }, settings)
    const { model } = await speech.begin(data, settings)
    expect(other.model.preparation).toEqual(model.preparation)
    // and this would show it: with the test in it, it is another
    const leaked = preparationFor([...data.train, ...loud], featuresAt(8000, 12), data.splitInWords)
    expect(leaked).not.toEqual(model.preparation)
  })

  test('labels that mean nothing are not predicted', async () => {
    const many = await load(words(45), 'words', settings)
    const random = generator(5)
    const mixed = <T extends { label: string }>(some: readonly T[]): T[] => {
      const labels = shuffled(
        some.map(({ label }) => label),
        random,
      )
      return some.map((one, n) => ({ ...one, label: labels[n] }))
    }
    const nonsense = {
      ...many,
      train: mixed(many.train),
      test: mixed([...many.test, ...many.test, ...many.test]),
    }
    const job = await speech.begin(nonsense, settings)
    await train(job)
    const { metrics } = await job.score()
    // 60 fair coins: 30 ± 4 right
    expect(Math.abs(Number(metrics.accuracy) - 0.5)).toBeLessThan(0.3)
  })

  test('no weight depends on the test, which the epochs are measured on', async () => {
    const half = { ...data, test: data.test.slice(0, 10) }
    expect(await (await trained(half)).weightsSha256()).toBe(await (await trained()).weightsSha256())
  })
})

test.each([1, 3, 4, 6])(
  'stopped after batch %d and resumed, it has the bits of one that never stopped',
  async (stop) => {
    const straight = await trained()
    const controller = new AbortController()
    const job = await speech.begin(data, settings)
    let left = stop
    const { interrupted } = await train(job, {
      signal: controller.signal,
      onBatch: () => void (--left === 0 && controller.abort()),
    })
    expect(interrupted).toBe(true)
    const model = await loadModel(await job.model.saveBytes())
    const origin = originOf(speech, model)
    expect(origin?.options).toEqual(settings)
    await train(await speech.resume(model, data, settings))
    expect(await model.weightsSha256()).toBe(await straight.weightsSha256())
  },
)

test('recordings that were learned from as well are told', async () => {
  const files = words(3)
  const twice = files.map((file, n) => ({ ...files[n - (n % 3)], name: file.name }))
  const settings = speech.settings({ units: 4, layers: 1, bands: 8, epochs: 1, seed: 1, testShare: 0.3 })
  const data = await load(twice, 'words', settings)
  const job = await speech.begin(data, settings)
  const { warnings } = await job.score()
  expect(warnings.at(-1)).toBe(
    `${data.test.length} recordings of these are among those learned from, sample for sample: the figures flatter.`,
  )
})

test('augmentation may be left out', async () => {
  const plain = speech.settings({ ...small, augment: false })
  const one = await trained(data, plain)
  expect(await one.weightsSha256()).not.toBe(await (await trained()).weightsSha256())
})

describe('a model from its file alone', async () => {
  const model = await loadModel(await able.saveBytes())

  test('hears a WAV file, of another rate as well', async () => {
    const [low] = await classify(model, [{ rate: 8000, samples: word('up', 3, 8000, 0) }])
    const high = await classifyWav(model, wav([word('up', 3, 16000, 0)], 16000, '24'), 'up.wav')
    expect(high[0].label).toBe(low[0].label)
    expect(high[0].probability).toBeCloseTo(low[0].probability, 1)
    const stereo = await classifyWav(model, wav([word('up', 3, 8000, 0), word('up', 3, 8000, 0)]), 'up.wav')
    expect(stereo[0].probability).toBeCloseTo(low[0].probability, 3)
  })

  test('a running answer ends in the answer for the whole, however the sound comes', async () => {
    for (const rate of [8000, 22050]) {
      const samples = word('down', 4, rate)
      const [whole] = await classify(model, [{ rate, samples }])
      for (const size of [samples.length, 333]) {
        const ear = await listener(model, { rate })
        const heard: Heard[] = []
        for (let at = 0; at < samples.length; at += size)
          heard.push(...ear.push(samples.slice(at, at + size)))
        heard.push(...ear.flush())
        expect(heard.at(-1)?.answer).toEqual(whole)
        expect(heard.map(({ seconds }) => seconds)).toEqual(
          heard.map(({ seconds }) => seconds).toSorted((a, b) => a - b),
        )
      }
    }
  })

  test('a pause ends a word, and the next is heard as if alone', async () => {
    const [one, two] = [word('up', 5), word('down', 6)]
    const silence = new Float32Array(8000)
    const ear = await listener(model, { pause: 0.3 })
    const heard = [silence, one, silence, two, silence].flatMap((samples) => ear.push(samples))
    const ends = heard.filter(({ ended }) => ended)
    expect(ends).toHaveLength(2)
    expect(ends[0].seconds).toBeGreaterThan(1.3)
    expect(ends[0].seconds).toBeLessThan(1.8)
    const again = await listener(model, { pause: 0.3 })
    const alone = [silence, two, silence]
      .flatMap((samples) => again.push(samples))
      .filter(({ ended }) => ended)
    expect(ends[1].answer[0].label).toBe('down')
    // the steps begin elsewhere within the word
    expect(Math.abs(ends[1].answer[0].probability - alone[0].answer[0].probability)).toBeLessThan(0.1)
  })

  test('bytes as they come: a WAV file, or bare samples', async () => {
    const bytes = wav([word('up', 8)])
    const lastOf = async (all: Uint8Array, size: number) => {
      async function* pieces() {
        for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size)
      }
      let last: Heard | undefined
      for await (const answers of listenTo(model, pieces())) last = answers.at(-1) ?? last
      return last?.answer
    }
    const whole = await classifyWav(model, bytes, 'up.wav')
    expect(await lastOf(bytes, 100)).toEqual(whole)
    expect(await lastOf(bytes, 1e6)).toEqual(whole)
    const bare = await lastOf(bytes.subarray(44), 101)
    expect(bare?.[0].probability).toBeCloseTo(whole[0].probability, 3)
  })

  test.each([
    ['silence', wav([new Float32Array(4000)]), /up\.wav: expected speech, received 0\.50 s of silence/],
    ['a file that is cut off', wav([word('up', 1)]).subarray(0, 500), /cut off/],
    ['no WAV', new TextEncoder().encode('hello hello hello'), /expected a WAV file/],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(classifyWav(model, bytes, 'up.wav')).rejects.toThrow(message)
  })

  test('says in words how sound is prepared', () => {
    expect(speech.preparationInWords(model).join('\n')).toMatch(
      /8,000 samples a second[\s\S]*12 mel bands[\s\S]*training part alone[\s\S]*recordings 0 to 4/,
    )
  })

  test('is measured on other recordings, if it knows their classes', async () => {
    const files = words(3, ['eve'])
    const other = await loadNew(files, 'eve', { model, settings, learned: null })
    const { samples, baselines } = await speech.score(model, other)
    expect([samples, baselines]).toEqual([6, {}])
    const strange = [...files, dataFile('left_eve_0.wav', wav([word('up', 1)]))]
    await expect(loadNew(strange, 'eve', { model, settings, learned: null })).rejects.toThrow(
      /left_eve_0\.wav: expected one of the classes that the model knows \(down, up\), received 'left'/,
    )
  })

  test('whose words were changed is not taken for what it says', () => {
    const changes: { [name: string]: Json }[] = [
      { units: 8 },
      { layers: 2 },
      { augment: 'yes' },
      { bands: 0 },
      { testShare: 2 },
    ]
    for (const change of changes) {
      const { provenance } = model
      const { options } = provenance as { options: { [name: string]: Json } }
      model.provenance = { ...(provenance as { [name: string]: Json }), options: { ...options, ...change } }
      expect(originOf(speech, model)).toBeUndefined()
      model.provenance = provenance
    }
    expect(originOf(speech, model)).toBeDefined()
  })
})

test('a model of another task is refused', async () => {
  const other = sequential([layers.lstm({ units: 2, inputShape: [null, 12] })])
  await expect(classifyWav(other, wav([word('up', 1)]), 'up.wav')).rejects.toThrow(
    /expected a model of 'carousel train speech', received one that was made for something else/,
  )
  await expect(listener(other)).rejects.toThrow(/carousel train speech/)
})

test('one class, and a limit that leaves one out, are refused', async () => {
  const ups = words(6).filter(({ name }) => name.startsWith('up'))
  await expect(load(ups, 'words', settings)).rejects.toThrow(
    /at least 2 classes.*received 12 recordings of one: 'up'/,
  )
  await expect(load(words(12), 'words', { ...settings, limit: 1 })).rejects.toThrow(
    /--limit 1: expected enough/,
  )
  expect((await load(words(12), 'words', { ...settings, limit: 10 })).train).toHaveLength(10)
})

const root = process.env.CAROUSEL_DATA ?? '../shared/data'
const digits = `${root}/speech/free-spoken-digit-dataset.tar.gz`

test.skipIf(!existsSync(digits) && !process.env.CI)(
  'the spoken digits: their split, and a first look',
  { timeout: 60_000 },
  async () => {
    const given = speech.settings({ units: 16, layers: 1, bands: 20, limit: 100, epochs: 1, seed: 1 })
    const found = await load(await openFiles(digits), 'digits', given)
    expect(found.description).toMatch(/3,000 recordings of 10 classes, 6 speakers, 22 minutes/)
    expect(found.test).toHaveLength(300)
    expect(found.test.every(({ index }) => Number(index) < 5)).toBe(true)
    const whole = await load(await openFiles(digits), 'digits', { ...given, limit: null })
    expect(whole.train).toHaveLength(2700)
    const theo = await load(await openFiles(digits), 'digits', {
      ...given,
      limit: null,
      holdOutSpeaker: 'theo',
    })
    expect([theo.train.length, theo.test.length]).toEqual([2500, 500])
    const model = await trained({ ...found, test: found.test.filter((_, n) => n % 10 === 0) }, given)
    expect((await classify(model, [found.test[0].sound]))[0]).toHaveLength(10)
  },
)
