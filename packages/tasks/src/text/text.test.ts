import { loadModel } from '@carousel/core'
import { describe, expect, test } from 'vitest'
import { train } from '../job.ts'
import { originOf } from '../provenance.ts'
import { generator } from '../random.ts'
import { load, loadNew, type TextData } from './load.ts'
import { predict, predictor } from './predict.ts'
import { preparationFor, preparationOf } from './preparation.ts'
import type { TextSettings } from './settings.ts'
import { csvOf, filesWith, reviews } from './testing.ts'
import { text } from './text.ts'

const quick = { units: 4, embedding: 8, epochs: 3, dropout: 0, learningRate: 0.02, seed: 1 } as const
const settingsWith = (given: Partial<TextSettings> = {}) => text.settings({ ...quick, ...given })

const dataOf = (rows: readonly { text: string; label: string }[], settings = settingsWith()) =>
  load(filesWith({ 'a.csv': csvOf(rows) }), 'a.csv', settings)

async function trained(data: TextData, settings = settingsWith()) {
  const job = await text.begin(data, settings)
  await train(job)
  return { job, outcome: await job.score() }
}

describe.each(['lstm', 'gru', 'rnn'] as const)('%s', (cell) => {
  test('learns which words tell the class, as the bag of words does', async () => {
    const settings = settingsWith({ cell, epochs: 6 })
    const { outcome } = await trained(await dataOf(reviews(600), settings), settings)
    expect(outcome.metrics.accuracy).toBeGreaterThan(0.95)
    expect(outcome.metrics.macroF1).toBeGreaterThan(0.95)
    expect(outcome.baselines.majority).toEqual({ accuracy: 0.5, macroF1: 1 / 3 })
    expect(outcome.baselines.bagOfWords.accuracy).toBe(1)
  })
})

describe('nothing leaks from the test part', () => {
  test('shuffled labels leave nothing to learn but by heart: accuracy on the test part falls to chance', async () => {
    const random = generator(5)
    // each with a word of its own, so that a text that was learned from would be known again
    const rows = reviews(600).map((row, n) => ({ text: `${row.text} w${n}`, label: String(random() < 0.5) }))
    const settings = settingsWith({ testShare: 0.5, epochs: 15, minCount: 1, learningRate: 0.05 })
    const data = await dataOf(rows, settings)
    const { job, outcome } = await trained(data, settings)
    // four standard errors of a fair coin thrown 300 times
    const reach = 4 * Math.sqrt(0.25 / 300)
    for (const { accuracy } of [outcome.metrics, outcome.baselines.bagOfWords]) {
      expect(Math.abs(Number(accuracy) - 0.5)).toBeLessThan(reach)
    }
    const byHeart = await text.score(job.model, { ...data, test: data.train })
    for (const { accuracy } of [byHeart.metrics, byHeart.baselines.bagOfWords]) {
      expect(accuracy).toBeGreaterThan(0.5 + 2 * reach)
    }
  })

  test('other texts to test on change neither the preparation nor the weights', async () => {
    const data = await dataOf(reviews(200))
    const other: TextData = {
      ...data,
      test: {
        texts: data.test.texts.map(() => 'zebra zebra giraffe'),
        labels: data.test.labels.toReversed(),
      },
    }
    const [one, two] = [await trained(data), await trained(other)]
    expect(preparationOf(two.job.model)).toEqual(preparationOf(one.job.model))
    expect(preparationOf(two.job.model).vocabulary).not.toContain('zebra')
    expect(await two.job.model.weightsSha256()).toBe(await one.job.model.weightsSha256())
  })

  test('texts that only watch the training are not in the vocabulary either', async () => {
    const data = await dataOf(reviews(200))
    const validation = { ...data.validation, texts: data.validation.texts.map(() => 'zebra zebra') }
    const job = await text.begin({ ...data, validation }, settingsWith())
    expect(preparationOf(job.model).vocabulary).not.toContain('zebra')
  })

  test('each text is in one part', async () => {
    const rows = reviews(300).map((row, index) => ({ ...row, text: `${row.text} ${index}` }))
    const { train, validation, test } = await dataOf(rows)
    const all = [train, validation, test].flatMap(({ texts }) => texts)
    expect(all.toSorted()).toEqual(rows.map((row) => row.text).toSorted())
  })

  test('texts that stand in both parts are told', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => ({
      text: n % 2 ? 'so fine' : 'so dull',
      label: String(n % 2),
    }))
    const { outcome } = await trained(await dataOf(rows))
    expect(outcome.warnings).toContainEqual(
      expect.stringMatching(/^4 texts to test on stand word for word among/),
    )
  })
})

test('a class that is rare is found nonetheless, and the report says so', async () => {
  const rows = reviews(800).filter(({ label }, index) => label === 'good' || index % 16 === 1)
  const settings = settingsWith({ testShare: 0.3, epochs: 6 })
  const { outcome } = await trained(await dataOf(rows, settings), settings)
  expect(outcome.baselines.majority.accuracy).toBeGreaterThan(0.8)
  expect(outcome.baselines.majority.macroF1).toBeLessThan(0.5)
  expect(outcome.metrics.macroF1).toBeGreaterThan(0.9)
  expect(outcome.sections.map(({ kind }) => kind)).toEqual(['confusion', 'table'])
})

test('a model that loses to a baseline is warned of', async () => {
  const settings = settingsWith({ epochs: 1, learningRate: 1e-6 })
  const { outcome } = await trained(await dataOf(reviews(200), settings), settings)
  expect(outcome.warnings[0]).toMatch(/^This model does not beat the baseline 'majority'/)
})

test('the most wrong texts are those whose own class was thought least likely', async () => {
  const rows = reviews(400)
  const data = await dataOf(rows)
  // one label is false: the model has to be surest of the other class there
  const labels = data.test.labels.slice()
  labels[7] = 1 - labels[7]
  const job = await text.begin(data, settingsWith({ epochs: 6 }))
  await train(job)
  const { sections } = await text.score(job.model, { ...data, test: { ...data.test, labels } })
  expect(sections[2]).toMatchObject({
    kind: 'table',
    rows: expect.arrayContaining([expect.arrayContaining([data.test.texts[7]])]),
  })
})

test('its file alone suffices to predict, and says where it came from', async () => {
  const { job } = await trained(await dataOf(reviews(400)), settingsWith())
  const loaded = await loadModel(await job.model.saveBytes())
  const texts = ['a lovely film', 'the plot is dull', 'zebra']
  const predictions = await predict(loaded, texts)
  for (const strange of ['a film', [5], undefined]) {
    await expect(predict(loaded, strange as unknown as string[])).rejects.toThrow(
      /^texts: expected a list of/,
    )
  }
  expect(predictions).toEqual(await predict(job.model, texts))
  expect(predictions.map(({ label }) => label).slice(0, 2)).toEqual(['good', 'bad'])
  expect(predictions.map(({ unknownShare }) => unknownShare)).toEqual([0, 0, 1])
  expect(originOf(text, loaded)?.options).toEqual(job.settings)
  expect(text.preparationInWords(loaded).join(' ')).toMatch(/Known are the \d+ words .* good 1\d\d\./)
})

test('a predictor takes up the words of its model once, and answers call after call as predict does', async () => {
  const { job } = await trained(await dataOf(reviews(200)))
  const { model } = job
  const texts = ['a lovely film', 'the plot is dull', 'zebra']
  const expected = await predict(model, texts)
  const { preparation } = model
  let looks = 0
  Object.defineProperty(model, 'preparation', { get: () => ++looks && preparation })
  const told = predictor(model)
  const answers = [...(await told(texts.slice(0, 1))), ...(await told(texts.slice(1))), ...(await told([]))]
  for (const [n, { label, probability, unknownShare }] of answers.entries()) {
    expect([label, unknownShare]).toEqual([expected[n].label, expected[n].unknownShare])
    expect(probability).toBeCloseTo(expected[n].probability, 6)
  }
  expect([answers.length, looks]).toEqual([3, 1])
})

test('the preparation counts what the training part has', () => {
  const train = { texts: ['a b', 'a c', 'a b d'], labels: Int32Array.of(1, 0, 1) }
  const tokens = train.texts.map((own) => own.split(' '))
  const found = preparationFor(
    { train, classes: ['x', 'y', 'z'], columns: null },
    tokens,
    settingsWith({ maxLength: 2 }),
  )
  expect(found).toMatchObject({ vocabulary: ['a', 'b'], unknownShare: 2 / 7, cutShare: 1 / 3 })
  expect(found.classCounts).toEqual([1, 2, 0])
})

test('a text is read alike alone and beside longer ones', async () => {
  const { job } = await trained(await dataOf(reviews(200)))
  const long = `the film ${'with music and actors '.repeat(20)}`
  const [alone] = await predict(job.model, ['a dull plot'])
  const [beside] = await predict(job.model, ['a dull plot', long])
  expect(beside.probability).toBeCloseTo(alone.probability, 6)
})

test('blank texts are refused', async () => {
  const { job } = await trained(await dataOf(reviews(40)))
  await expect(predict(job.model, ['fine', ' '])).rejects.toThrow(/^text 2: expected words, received none/)
})

test('a file whose words do not describe its model is of no known origin', async () => {
  const { job } = await trained(await dataOf(reviews(40)))
  const { model } = job
  const { preparation, provenance } = model
  expect(originOf(text, model)).toBeDefined()
  const options = (change: object) => ({ ...(provenance as object), options: { ...job.settings, ...change } })
  for (const change of [
    { level: 'letter' },
    { encoding: 'klingon' },
    { embedding: 9 },
    { testShare: 2 },
    { textColumn: 3 },
  ]) {
    model.provenance = options(change) as typeof provenance
    expect(originOf(text, model)).toBeUndefined()
  }
  model.provenance = provenance
  for (const change of [
    { vocabulary: [1, 2] },
    { vocabulary: ['one'] },
    { maxLength: 0 },
    { classCounts: [1] },
    { kind: 'x' },
  ]) {
    model.preparation = { ...preparationOf({ preparation }), ...change }
    expect(originOf(text, model)).toBeUndefined()
  }
})

test('new data are read from the columns that the model was trained on', async () => {
  // as guessed, texts would be in 'text' and classes in 'label'
  const rows = (count: number) =>
    reviews(count).map(({ text: own, label }) => `no words,none,"${own}",${label}`)
  const files = (count: number) =>
    filesWith({ 'a.csv': ['text,label,body,mood', ...rows(count), ''].join('\n') })
  const settings = settingsWith({ textColumn: 'body', labelColumn: 'mood' })
  const data = await load(files(40), 'a.csv', settings)
  const { model } = await text.begin(data, settings)
  // what the user had named is in the settings, what was guessed is not
  const trained = { model, settings: settingsWith(), learned: data }
  const { test: found, train: learned, columns, identity } = await loadNew(files(10), 'b.csv', trained)
  expect([...found.texts].sort()).toEqual(
    reviews(10)
      .map(({ text: own }) => own)
      .sort(),
  )
  expect(columns).toEqual({ text: 'body', label: 'mood' })
  expect([learned, identity.trainSamples]).toEqual([data.train, 0])
  expect(text.preparationInWords(model)[0]).toBe("Texts stood in the column 'body', their classes in 'mood'.")
})

test('classes of one text are learned from, and told to be never tested', async () => {
  const note = expect.stringMatching(/^Never tested/)
  const plain = await dataOf(reviews(40))
  expect(plain.notes).not.toContainEqual(note)
  const { notes, train, test: held, classes } = await dataOf([...reviews(40), { text: 'so so', label: 'so' }])
  expect(notes).toContain('Never tested, for want of a second text: the class so.')
  expect([...train.labels]).toContain(classes.indexOf('so'))
  expect([...held.labels]).not.toContain(classes.indexOf('so'))
})

test('few updates in the usual epochs are told', async () => {
  const { notes, train: learned } = await dataOf(reviews(200), text.settings({ seed: 1 }))
  const { epochs, batchSize } = text.settings({ seed: 1 })
  const updates = Math.ceil(learned.texts.length / batchSize)
  expect(notes.join()).toMatch(
    `${learned.texts.length} texts to train on make ${updates * epochs} updates in ${epochs} epochs: so few want more, such as --epochs ${Math.ceil(300 / updates)}.`,
  )
  expect((await dataOf(reviews(200))).notes.join()).not.toMatch(/so few/)
})

test('classes that differ in case, or in the mark at their end, alone are told', async () => {
  const notesOf = async (labels: string[]) =>
    (await dataOf(reviews(40).map((row, n) => ({ ...row, label: labels[n % labels.length] })))).notes
  const told = 'Classes that differ in case, or in the mark at their end, alone are different ones: '
  expect(await notesOf(['good', 'bad', 'Good', 'bad.'])).toContain(`${told}'Good', 'good'; 'bad', 'bad.'.`)
  for (const label of ['c', '!', 'ba d']) {
    expect((await notesOf(['?', 'c#', 'bad', label])).join()).not.toContain(told)
  }
})

describe('data that cannot be learned from', () => {
  test.each<[string, { text: string; label: string }[], RegExp]>([
    [
      'one class',
      [
        { text: 'a', label: 'x' },
        { text: 'b', label: 'x' },
      ],
      /expected texts of at least two classes, received one alone, 'x'/,
    ],
    [
      'a text a class',
      [
        { text: 'a', label: 'x' },
        { text: 'b', label: 'y' },
      ],
      /at least two classes with two texts each/,
    ],
    ['no rows', [], /expected texts with their classes, received none/],
  ])('%s', async (_, rows, error) => {
    await expect(dataOf(rows)).rejects.toThrow(error)
  })

  test('columns of files that have none', async () => {
    const files = filesWith({
      'good/1.txt': 'fine',
      'bad/1.txt': 'dull',
      'good/2.txt': 'well',
      'bad/2.txt': 'bad',
    })
    await expect(load(files, 'reviews', settingsWith({ textColumn: 'body' }))).rejects.toThrow(
      /^reviews: expected a table or JSON lines with a column 'body', received none/,
    )
  })

  test('new data without the column that the model was trained on', async () => {
    const settings = settingsWith()
    const { model } = await text.begin(await dataOf(reviews(40), settings), settings)
    const files = filesWith({ 'b.csv': 'body,label\nfine,good\n' })
    await expect(loadNew(files, 'b.csv', { model, settings, learned: null })).rejects.toThrow(
      /expected a column 'text', received the columns 'body', 'label'/,
    )
  })

  test('new data of a class that the model does not know', async () => {
    const settings = settingsWith()
    const { model } = await text.begin(await dataOf(reviews(40), settings), settings)
    const files = filesWith({ 'b.csv': 'text,label\nso so,middling\n' })
    await expect(loadNew(files, 'b.csv', { model, settings, learned: null })).rejects.toThrow(
      /classes bad, good, which the model knows, received one of the class 'middling'/,
    )
  })
})
