import { loadModel, type Model } from '@carousel/core'
import { describe, expect, test } from 'vitest'
import { train } from '../job.ts'
import { originOf } from '../provenance.ts'
import { filesWith } from '../text/testing.ts'
import { chars } from './chars.ts'
import { type GenerateOptions, generate } from './generate.ts'
import { type CharsData, load } from './load.ts'
import { encode, preparationOf } from './preparation.ts'
import { natsSideBySide } from './score.ts'
import type { CharsSettings } from './settings.ts'

const sentence = 'The quick brown fox jumps over the lazy dog.\n'
const poem = sentence.repeat(40)

const quick = {
  ...{ units: 32, embedding: 8, dropout: 0, learningRate: 0.02, batchSize: 4, steps: 16 },
  ...{ epochs: 8, seed: 1 },
} as const
const settingsWith = (given: Partial<CharsSettings> = {}) => chars.settings({ ...quick, ...given })

const dataOf = (content: string | Uint8Array, settings = settingsWith()) =>
  load(filesWith({ 'a.txt': content }), 'a.txt', settings)

async function trained(content: string | Uint8Array, settings = settingsWith()) {
  const job = await chars.begin(await dataOf(content, settings), settings)
  const samples: string[] = []
  const { history } = await train(job, { onSample: (text) => samples.push(text) })
  return { job, history, samples }
}

async function written(model: Model, options: GenerateOptions): Promise<string> {
  const pieces: string[] = []
  for await (const piece of generate(model, options)) pieces.push(piece)
  return pieces.join('')
}

const byHeart = trained(poem)

describe('a text that was learned by heart', () => {
  test('is written on as it goes', async () => {
    const { job, history, samples } = await byHeart
    expect(await written(job.model, { prompt: 'The quick', temperature: 0, length: 81 })).toBe(
      sentence.slice(9) + sentence,
    )
    // without a prompt a text begins as a line does
    expect(await written(job.model, { temperature: 0, length: 45 })).toBe(sentence)
    expect(samples).toHaveLength(8)
    expect(samples[7]).toContain('quick brown fox')
    expect(history[7].valLoss).toBeLessThan(Number(history[0].valLoss))
  })

  test('has a better figure than the frequency of its characters, and one that compares', async () => {
    const { job, history } = await byHeart
    const { metrics, baselines, samples, headline } = await job.score()
    expect(samples).toBe(179)
    expect(Number(metrics.bitsPerCharacter)).toBeCloseTo(Number(metrics.nats) / Math.LN2, 10)
    expect(Number(metrics.perplexity)).toBeCloseTo(Math.exp(Number(metrics.nats)), 10)
    expect(baselines.unigram.nats).toBeGreaterThan(2.5)
    expect(metrics.nats).toBeLessThan(0.3)
    expect(Object.keys(baselines['6-gram'])).toEqual(Object.keys(metrics))
    expect(headline).toMatch(/nats a character/)
    expect(Math.abs(Number(history[7].valLoss) - Number(metrics.nats))).toBeLessThan(0.05)
  })

  test('is one file, which alone suffices to write', async () => {
    const { job } = await byHeart
    const loaded = await loadModel(await job.model.saveBytes())
    const options = { prompt: 'The', seed: 3, length: 50 }
    expect(await written(loaded, options)).toBe(await written(job.model, options))
    expect(originOf(chars, loaded)?.options).toEqual(job.settings)
    expect(chars.preparationInWords(loaded).join('\n')).toMatch(/Known are the 30 characters .*\n\\n \.T/s)
  })
})

describe('the figure after training', () => {
  test('is that of every character after the first, its state carried from the beginning', async () => {
    const { model } = (await byHeart).job
    const data = await dataOf('The lazy fox jumps over. The dog, quick! '.replace(/[,!]/g, '').repeat(3))
    const ids = encode(data.test, preparationOf(model))
    await model.resetStates()
    const outputs = await model.predict({ shape: [1, ids.length - 1], data: ids.slice(0, -1) })
    await model.resetStates()
    const size = outputs.shape[2]
    const sum = Array.from(ids.slice(1), (id, at) => -Math.log(outputs.data[at * size + id]))
    const { metrics } = await chars.score(model, data)
    expect(metrics.nats).toBeCloseTo(sum.reduce((a, b) => a + b) / sum.length, 4)
  })

  test.each([2, 3, 17, 66, 200])(
    'the one after each epoch counts every character once, too: a text of %i',
    async (length) => {
      const settings = settingsWith()
      const data = await dataOf(poem)
      const { model } = await chars.begin(data, settings)
      const weights = await model.getWeights()
      // all are equally likely then, whatever came before
      await model.setWeights(
        weights.map(({ shape, data: { length: size } }) => ({ shape, data: new Float32Array(size) })),
      )
      const nats = await natsSideBySide(model, new Int32Array(length).fill(1), settings)
      expect(nats).toBeCloseTo(Math.log(31), 5)
    },
  )

  test('a model that has learned nothing is told to lose', async () => {
    const settings = settingsWith({ epochs: 1, learningRate: 1e-9 })
    const { job } = await trained(poem, settings)
    const { warnings } = await job.score()
    expect(warnings).toContainEqual(expect.stringMatching(/does not beat the baseline '6-gram'/))
  })
})

test('what was learned from is told, where a model is measured on it', async () => {
  const { model, settings, data } = (await byHeart).job
  const told = async (content: string) => {
    const files = filesWith({ 'b.txt': content })
    const trained = { model, settings, learned: data as CharsData }
    return (await chars.score(model, await chars.loadNew(files, 'b.txt', trained))).warnings
  }
  const flatter = expect.stringMatching(
    /^100\.00 % of this text stands word for word in what the model learned/,
  )
  expect(await told(poem.slice(7, 307))).toContainEqual(flatter)
  expect(await told('another text, with the same letters in it: '.repeat(5))).not.toContainEqual(
    expect.stringMatching(/word for word/),
  )
})

test('a text that makes few updates is told, unless sizes were said', async () => {
  const usual = chars.settings({ seed: 1 })
  expect((await dataOf(poem.repeat(2), usual)).notes).toEqual([
    '3,240 characters to learn from make 12 updates in 12 epochs: so few want more, such as --batch-size 4 --steps 16, or a longer text.',
  ])
  expect((await dataOf(poem)).notes).toEqual([])
})

test('a seed that is none, and a part too short to learn from', async () => {
  const { model } = (await byHeart).job
  for (const seed of [Number.NaN, -1, 1.5]) {
    await expect(written(model, { seed })).rejects.toThrow(/^seed: expected a whole number of at least 0/)
  }
  await expect(dataOf(poem, settingsWith({ limit: 1 }))).rejects.toThrow(
    /^a\.txt: expected at least two characters to learn from, received 1\./,
  )
})

test('an encoding of bytes is refused', () => {
  expect(() => settingsWith({ unit: 'bytes', encoding: 'latin1' })).toThrow(
    /^encoding: expected none where the unit is bytes, .* received 'latin1'/,
  )
})

describe('what is written', () => {
  test('is the same for the same seed, and another for another', async () => {
    const { model } = (await byHeart).job
    const options = { temperature: 3, length: 60 }
    const [one, same, other] = [
      await written(model, { ...options, seed: 5 }),
      await written(model, { ...options, seed: 5 }),
      await written(model, { ...options, seed: 6 }),
    ]
    expect(same).toBe(one)
    expect(other).not.toBe(one)
  })

  test('is the likeliest at temperature 0, as with --top-k 1', async () => {
    const { model } = (await byHeart).job
    const greedy = await written(model, { temperature: 0, length: 60, seed: 1 })
    await expect(written(model, { topk: 1 } as object)).rejects.toThrow(/any of prompt, .*received 'topk'/)
    await expect(written(model, { prompt: 5 } as object)).rejects.toThrow(/^prompt: expected a text/)
    expect(await written(model, { temperature: 2, topK: 1, length: 60, seed: 2 })).toBe(greedy)
    expect(await written(model, { temperature: 2, topP: 1e-9, length: 60, seed: 3 })).toBe(greedy)
  })

  test('never has what the model does not know, and stops at a signal', async () => {
    const { model } = (await byHeart).job
    const stop = new AbortController()
    let text = ''
    const writing = async () => {
      for await (const piece of generate(model, { temperature: 50, length: 1e6, signal: stop.signal })) {
        text += piece
        if (text.length === 500) stop.abort()
      }
    }
    await expect(writing()).rejects.toThrow(/abort/)
    expect(text).toHaveLength(500)
    expect(Array.from(text).every((own) => sentence.includes(own))).toBe(true)
  })

  test('a prompt with a character that the model does not know is refused by name', async () => {
    const { model } = (await byHeart).job
    await expect(written(model, { prompt: 'The €' })).rejects.toThrow(/received "€" \(U\+20AC\)/)
  })
})

describe('nothing leaks from the part that is kept back', () => {
  test('the text is split in its order', async () => {
    const text = Array.from({ length: 1000 }, (_, n) => String.fromCharCode(97 + (n % 26))).join('')
    const { train, test } = await dataOf(text)
    expect(String.fromCodePoint(...train, ...test)).toBe(text)
    expect([train.length, test.length]).toEqual([900, 100])
    const limited = await dataOf(text, settingsWith({ limit: 300 }))
    expect([limited.train.length, limited.test]).toEqual([300, test])
  })

  test('of many characters that stand only in the end, some are told', async () => {
    const end = Array.from({ length: 100 }, (_, n) => String.fromCodePoint(0x1f600 + (n % 80))).join('')
    const { notes } = await dataOf('ab'.repeat(450) + end)
    expect(notes[0]).toMatch(
      /^a\.txt: "😀" "😁" .* "😋" and 68 more stand only in the part that is kept back/u,
    )
    const [few] = (await dataOf(`${'ab'.repeat(450)}${'ba'.repeat(49)}😀é`)).notes
    expect(few).toMatch(/^a\.txt: "😀" "é" stand only/u)
    const [one] = (await dataOf(`${'ab'.repeat(450)}${'ba'.repeat(49)}aT`)).notes
    expect(one).toMatch(/^a\.txt: "T" stands only/)
  })

  test('another end of the text changes neither the weights nor what is known', async () => {
    const settings = settingsWith({ epochs: 1 })
    const end = Math.floor(poem.length * 0.9)
    const [one, two] = [
      await trained(poem, settings),
      await trained(poem.slice(0, end) + 'zebra 电影 '.repeat(30).slice(0, poem.length - end), settings),
    ]
    expect(await two.job.model.weightsSha256()).toBe(await one.job.model.weightsSha256())
    expect(two.job.model.preparation).toEqual(one.job.model.preparation)
    expect(two.job.data.notes.join()).toMatch(/"电" "影" stand only in the part that is kept back/)
    const { warnings, metrics } = await two.job.score()
    expect(warnings.join()).toMatch(/do not occur in the text that the model learned from/)
    expect(Number.isFinite(metrics.nats)).toBe(true)
  })
})

test.each(['batch', 'epoch'] as const)('a resume after any %s has the same bits', async (where) => {
  const settings = settingsWith({ epochs: 2, dropout: 0.2, layers: 2, units: 8 })
  const data = await dataOf(poem, settings)
  const straight = await chars.begin(data, settings)
  await train(straight)
  const job = await chars.begin(data, settings)
  const stop = new AbortController()
  const { history } = await train(job, {
    signal: stop.signal,
    onBatch: ({ epoch, batch }) => where === 'batch' && epoch === 2 && batch === 7 && stop.abort(),
    onEpoch: () => where === 'epoch' && stop.abort(),
  })
  expect(job.model.position).toMatchObject({ epoch: 1, batch: where === 'batch' ? 7 : 0 })
  const loaded = await loadModel(await job.model.saveBytes())
  const resumed = await chars.resume(loaded, data, settings)
  const all = await train(resumed, { history })
  expect(await loaded.weightsSha256()).toBe(await straight.model.weightsSha256())
  expect(all.history).toHaveLength(2)
})

test.each(['lstm', 'gru', 'rnn'] as const)('%s learns', async (cell) => {
  const { job } = await trained(poem, settingsWith({ cell, epochs: 4, learningRate: 0.01 }))
  const { metrics, baselines } = await job.score()
  expect(metrics.nats).toBeLessThan(Number(baselines.unigram.nats) - 0.5)
})

describe('bytes', () => {
  test('of any script, put together again as they come', async () => {
    const line = 'naïf电影,vu\n'
    const { job } = await trained(
      line.repeat(100),
      settingsWith({ unit: 'bytes', epochs: 12, embedding: 32, learningRate: 0.01 }),
    )
    const pieces: string[] = []
    for await (const piece of generate(job.model, { prompt: line, temperature: 0, length: 15 }))
      pieces.push(piece)
    expect(pieces).toEqual([...line])
    const { metrics } = await job.score()
    expect(Object.keys(metrics)).toEqual(['nats', 'bitsPerByte', 'perplexity'])
  })

  test('that are no text are read nonetheless', async () => {
    const noise = Uint8Array.from({ length: 2000 }, (_, n) => (n * n * 7919) >> 3)
    const { job } = await trained(noise, settingsWith({ unit: 'bytes', epochs: 1 }))
    const text = await written(job.model, { prompt: 'é', length: 20, seed: 1 })
    expect(text.length).toBeGreaterThan(0)
    expect(chars.preparationInWords(job.model).join()).toMatch(/first 1,800 bytes/)
  })
})

describe('texts that cannot be learned from', () => {
  test.each<[string, string | Uint8Array, Partial<CharsSettings>, RegExp]>([
    ['empty', '', {}, /^a\.txt: expected a text, received nothing: the file is empty/],
    ['one character', 'a', {}, /expected at least two characters to test on/],
    ['one character, again and again', 'a'.repeat(5000), {}, /4,500 times the same one, "a"/],
    ['one byte, again and again', new Uint8Array(5000), { unit: 'bytes' }, /4,500 times the same one, "0"/],
    ['latin-1', Uint8Array.of(97, 10, 0xe9, 0x20), {}, /received other bytes in line 2.*--encoding latin1/],
  ])('%s', async (_, content, given, error) => {
    await expect(dataOf(content, settingsWith(given))).rejects.toThrow(error)
  })

  test('too short for a window: sizes that would do are named', async () => {
    const data = await dataOf(poem.slice(0, 400))
    const begun = (given: Partial<CharsSettings>) => chars.begin(data, settingsWith(given))
    await expect(begun({ batchSize: 64, steps: 64 })).rejects.toThrow(
      /at least 4,160 characters .* received 360\. Take smaller ones, for example --batch-size 4 --steps 16/,
    )
    await expect(begun({ batchSize: 4, steps: 16 })).resolves.toBeDefined()
  })

  test('in another encoding that is named', async () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, n) => (n % 3 ? 0xe9 : 0x20))
    const { train: read } = await dataOf(bytes, settingsWith({ encoding: 'latin1' }))
    expect(String.fromCodePoint(...read.slice(0, 3))).toBe(' éé')
  })

  test('new ones of a single character', async () => {
    const { model, settings } = (await byHeart).job
    const files = filesWith({ 'b.txt': 'x' })
    await expect(chars.loadNew(files, 'b.txt', { model, settings, learned: null })).rejects.toThrow(
      /^b\.txt: expected at least two characters to test on, received 1/,
    )
  })
})

test('a file whose words do not describe its model is of no known origin', async () => {
  const { model, settings } = (await trained(poem, settingsWith({ epochs: 1 }))).job
  const { preparation, provenance } = model
  expect(originOf(chars, model)).toBeDefined()
  for (const change of [
    { unit: 'words' },
    { steps: 0 },
    { layers: 2 },
    { testShare: 1 },
    { encoding: 'x' },
  ]) {
    model.provenance = { ...(provenance as object), options: { ...settings, ...change } } as typeof provenance
    expect(originOf(chars, model)).toBeUndefined()
  }
  model.provenance = provenance
  for (const change of [{ unit: 'bytes' }, { alphabet: ['a', 'a'] }, { counts: [1] }, { kind: 'x' }]) {
    model.preparation = { ...preparationOf({ preparation }), ...change }
    expect(originOf(chars, model)).toBeUndefined()
  }
  model.preparation = null
  await expect(written(model, {})).rejects.toThrow(/expected a model that writes texts/)
})
