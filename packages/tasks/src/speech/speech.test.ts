import { existsSync } from 'node:fs'
import { type Json, layers, loadModel, type Model, sequential } from '@carousel/core'
import { describe, expect, test } from 'vitest'
import { openFiles } from '../files.ts'
import { train } from '../job.ts'
import { originOf } from '../provenance.ts'
import { generator } from '../random.ts'
import { type Heard, listener } from './listener.ts'
import { load, loadNew, type SpeechData } from './load.ts'
import { listenTo } from './pcm.ts'
import { classify, classifyWav } from './predict.ts'
import { preparationFor, preparationOf } from './preparation.ts'
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

/** One that has learned the words. */
const able = await trained(data, speech.settings({ ...small, epochs: 30 }))

test('a training ends in a model that tells the words apart, and in a report', async () => {
  const { train: learned, test: kept } = data
  expect([learned.length, kept.length]).toEqual([28, 20])
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
    const leaked = preparationFor({ ...data, train: [...data.train, ...loud] }, settings)
    expect(leaked).not.toEqual(model.preparation)
  })

  test('the rate is what most of the training part have, whatever the test has', async () => {
    // recordings 0 to 4 are the test: more than half of all, and all of another rate
    const files = words(8).map((file) =>
      Number(/\d/.exec(file.name)?.[0]) < 5 ? dataFile(file.name, wav([word('up', 1, 4000)], 4000)) : file,
    )
    const { rate, train, test, notes } = await load(files, 'words', settings)
    expect([rate, train.length, test.length]).toEqual([8000, 12, 20])
    expect(test.every(({ sound }) => sound.rate === 8000)).toBe(true)
    expect(notes).toContain('20 recordings of another rate: brought to 8,000 samples a second.')
  })

  test('labels that mean nothing are not predicted', async () => {
    // each a tone of its own, so that one that was learned from would be known again
    const random = generator(5)
    const tones = Array.from({ length: 64 }, (_, n) => ({
      ...data.train[0],
      label: random() < 0.5 ? 'down' : 'up',
      sound: { rate: 8000, samples: tone(200 * 1.045 ** n, 0.2) },
    }))
    const nonsense = {
      ...data,
      train: tones.filter((_, n) => n % 2 === 0),
      test: tones.filter((_, n) => n % 2 === 1),
    }
    const given = speech.settings({
      ...small,
      bands: 40,
      dropout: 0,
      epochs: 60,
      augment: false,
      learningRate: 0.02,
    })
    const job = await speech.begin(nonsense, given)
    await train(job)
    const { metrics, baselines } = await job.score()
    // 32 fair coins: 16 ± 3 right
    for (const { accuracy } of [metrics, baselines.linear]) {
      expect(Math.abs(Number(accuracy) - 0.5)).toBeLessThan(0.2)
    }
    // and with the test among what is learned from, it would show
    const leaked = await trained({ ...nonsense, train: tones }, given)
    const byHeart = await speech.score(leaked, { ...nonsense, train: tones })
    for (const { accuracy } of [byHeart.metrics, byHeart.baselines.linear]) {
      expect(Number(accuracy)).toBeGreaterThan(0.7)
    }
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

  test('a pause is as quiet as was said, however many bands there are', async () => {
    const given = speech.settings({ ...small, bands: 128, epochs: 1 })
    const ear = await listener(await trained(data, given), { pause: 0.3, quiet: -75 })
    const heard = [word('up', 5), new Float32Array(8000)].flatMap((samples) => ear.push(samples))
    expect(heard.at(-1)?.ended).toBe(true)
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
    [
      'an MP3 file',
      new TextEncoder().encode(`ID3${' '.repeat(100)}`),
      {},
      /received an MP3 file.*--rate 8000/,
    ],
    ['a table', new TextEncoder().encode('class,text\n'.repeat(20)), {}, /received text/],
    [
      'samples that are no numbers',
      wav([Float32Array.from(word('up', 8)).fill(Number.NaN, 100, 101)], 8000, '32f'),
      {},
      /expected samples from −1 to 1, received NaN at sample 101/,
    ],
  ])('a stream of %s is refused', async (_, bytes, options, message) => {
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += 10) yield bytes.subarray(at, at + 10)
    }
    const listen = async () => {
      for await (const heard of listenTo(model, pieces(), options)) expect(heard).toBeDefined()
    }
    await expect(listen()).rejects.toThrow(message)
  })

  test('what looks like text is bare samples, where their rate is given', async () => {
    async function* pieces() {
      yield new Uint8Array(8000).fill(0x41)
    }
    const heard: Heard[] = []
    for await (const answers of listenTo(model, pieces(), { rate: 8000 })) heard.push(...answers)
    expect(heard.length).toBeGreaterThan(0)
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

  test('figures compare whatever the seed, unless it draws the test', async () => {
    expect(speech.measuredBy(settings, model)).toEqual({ testShare: null, holdOutSpeaker: null })
    const shared = speech.settings({ ...small, epochs: 1, testShare: 0.3 })
    const other = await trained(await load(words(6), 'words', shared), shared)
    expect(speech.measuredBy(shared, other)).toMatchObject({ testShare: 0.3, seed: 1 })
    // a speaker may have any name
    const held = speech.settings({ ...small, epochs: 1, holdOutSpeaker: 'drawn by the seed' })
    const named = await load(words(6, ['ann', held.holdOutSpeaker ?? '']), 'words', held)
    expect(speech.measuredBy(held, await trained(named, held))).not.toHaveProperty('seed')
  })

  test('is measured on other recordings, if it knows their classes', async () => {
    const files = words(3, ['eve'])
    const other = await loadNew(files, 'eve', { model, settings, learned: null })
    const { samples, baselines } = await speech.score(model, other)
    expect([samples, baselines]).toEqual([6, {}])
    const inFolder = files
      .filter(({ name }) => name.startsWith('up'))
      .map((file, n) => ({ ...file, name: `new/up/my_take_${n}.wav` }))
    const ups = await loadNew(inFolder, 'new', { model, settings, learned: null })
    expect(ups.test.map(({ label }) => label)).toEqual(['up', 'up', 'up'])
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
    const { preparation } = model
    const splits: Json[] = ['all', { by: 'chance', words: '' }, { by: 'share' }]
    for (const split of splits) {
      model.preparation = { ...preparationOf(model), split }
      expect(originOf(speech, model)).toBeUndefined()
      model.preparation = preparation
    }
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

test('words that only the speaker says who is held out are left out, and told', async () => {
  const files = [...words(3), dataFile('left_bob_0.wav', wav([word('up', 1)]))]
  const held = await load(files, 'words', speech.settings({ ...small, holdOutSpeaker: 'bob' }))
  expect([held.labels, held.test.length]).toEqual([['down', 'up'], 6])
  expect(held.notes.at(-1)).toBe(
    '1 recording left out of the test: left, which only bob says, cannot be learned from others.',
  )
})

test('a share beside a speaker that is held out is refused', () => {
  expect(() => speech.settings({ holdOutSpeaker: 'bob', testShare: 0.2 })).toThrow(
    /^testShare: expected none where a speaker is held out, .* received 0\.2\. Leave out --test-share, or/,
  )
})

test('rates, pauses and sounds that cannot be are refused', async () => {
  for (const rate of [0, -5, Number.NaN, 1e9]) {
    await expect(listener(able, { rate })).rejects.toThrow(
      /^rate: expected 1,000 to 384,000 samples a second/,
    )
  }
  await expect(listener(able, { pause: -1 })).rejects.toThrow(/^pause: expected seconds above 0, received -1/)
  await expect(listener(able, { quiet: Number.NaN })).rejects.toThrow(/^quiet: expected decibels/)
  await expect(listener(able, { pauze: 1 } as object)).rejects.toThrow(/expected any of rate, pause, quiet/)
  const empty = { rate: 8000, samples: new Float32Array(0) }
  await expect(classify(able, [empty])).rejects.toThrow(/expected sound, received none/)
  const whole = { rate: 8000, samples: Float32Array.from([0, 20_000, -5]) }
  await expect(classify(able, [whole])).rejects.toThrow(
    /samples from −1 to 1, received 20000 at sample 2\. Div/,
  )
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
