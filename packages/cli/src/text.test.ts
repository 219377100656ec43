import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { carousel, ctrlCAt, temporaryFolder } from './testing.ts'

const folder = temporaryFolder()
const inFolder = (name: string) => join(folder, name)

/** Made-up reviews, of which one word in each tells the class. */
const rows = Array.from({ length: 240 }, (_, n) => {
  const label = n % 2 === 0 ? 'good' : 'bad'
  const told = { good: ['fine', 'lovely', 'bright'], bad: ['dull', 'tired', 'bleak'] }[label]
  const filler = ['the film', 'a plot with actors', 'and music', 'it is'][(n >> 1) % 4]
  return { text: `${filler} ${told[(n >> 3) % 3]} , number ${n % 7}`, label }
})
const data = inFolder('reviews.csv')
writeFileSync(data, `text,label\n${rows.map(({ text, label }) => `"${text}",${label}\n`).join('')}`)

const small = [
  '--units',
  '4',
  '--embedding',
  '8',
  '--dropout',
  '0.1',
  '--learning-rate',
  '0.03',
  '--seed',
  '1',
]
const model = inFolder('model.safetensors')
const training = carousel(['train', 'text', data, ...small, '--epochs', '5', '--json', '--out', model])

test('train text: figures, baselines beside them, and the notes', async () => {
  const { code, events, stderr } = await training
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^Guessed, of the columns 'text', 'label'/),
  })
  expect(events[0]).toMatchObject({
    event: 'start',
    task: 'text',
    data: 'reviews.csv',
    trainSamples: 206,
    testSamples: 24,
  })
  expect(events.at(-1)).toMatchObject({
    event: 'end',
    metrics: { accuracy: 1, macroF1: 1, loss: expect.any(Number) },
    baselines: { majority: { accuracy: 0.5 }, bagOfWords: { accuracy: 1, macroF1: 1 } },
  })
})

test('for people: baselines, confusion matrix, classes, the most wrong texts', async () => {
  const { stdout } = await carousel([
    'train',
    'text',
    data,
    ...small,
    '--epochs',
    '1',
    '--out',
    inFolder('told.safetensors'),
  ])
  for (const part of [
    'Bidirectional(LSTM(4))',
    'Test accuracy',
    'majority',
    'bag of words',
    'Confusion matrix',
    'Each class',
  ]) {
    expect(stdout).toContain(part)
  }
  // its own part watches it
  expect(stdout).not.toContain('which decides nothing')
})

describe('predict', () => {
  test('a text on the command line, several, and lines of standard input', async () => {
    await training
    const one = await carousel(['predict', model, '--json', '--text', 'a lovely film', 'so dull'])
    expect(one.events).toMatchObject([
      { input: '--text', index: 0, text: 'a lovely film', label: 'good' },
      { input: '--text', index: 1, label: 'bad', top: [{ label: 'bad' }, { label: 'good' }] },
    ])
    const piped = await carousel(['predict', model, '--json'], { input: 'bleak music\n\nbright, 电影\r\n' })
    expect(piped.events).toMatchObject([
      { input: 'stdin', index: 0, label: 'bad' },
      { input: 'stdin', index: 2, text: 'bright, 电影', label: 'good', unknownShare: 1 / 3 },
    ])
    const plain = await carousel(['predict', model, '--limit', '1'], { input: 'bleak music\nbright\n' })
    expect(plain.stdout).toMatch(/^bad +\d+\.\d\d % {2}bleak music\n$/)
    const both = await carousel(['predict', model], { input: 'bleak music\nso bright\n' })
    expect(both.stdout).toMatch(/^bad .*\ngood .*\n$/)
    const [first, second] = both.stdout.split('\n')
    expect(first.indexOf('bleak')).toBe(second.indexOf('so bright'))
  })

  test('the texts of a table and of JSON lines, from the column of the training or another', async () => {
    await training
    const table = inFolder('new.csv')
    writeFileSync(table, 'id,text,said\n7,"a lovely,\nlovely film",so dull\n8,,\n9,so dull,lovely\n')
    const told = await carousel(['predict', model, table, '--json'])
    expect(told.events.map(({ index, text, label }) => [index, text, label])).toEqual([
      [0, 'a lovely,\nlovely film', 'good'],
      [2, 'so dull', 'bad'],
    ])
    const other = await carousel(['predict', model, table, '--text-column', 'said', '--json'])
    expect(other.events.map(({ index, label }) => [index, label])).toEqual([
      [0, 'bad'],
      [2, 'good'],
    ])
    const objects = inFolder('new.jsonl')
    writeFileSync(objects, '{"text":"so bleak"}\n{"id":1}\n{"text":"so bright"}\n')
    const { events } = await carousel(['predict', model, objects, '--json'])
    expect(events.map(({ index, label }) => [index, label])).toEqual([
      [0, 'bad'],
      [2, 'good'],
    ])
    const piped = await carousel(['predict', model, '--text-column', 'said', '--json'], {
      input: readFileSync(table, 'utf8'),
    })
    expect(piped.events.map(({ input, label }) => [input, label])).toEqual([
      ['stdin', 'bad'],
      ['stdin', 'good'],
    ])
    expect(piped.stderr).toBe('stdin: left out, 1 row without a text.\n')
    const pipedObjects = await carousel(['predict', model, '--text-column', 'text', '--json'], {
      input: `\ufeff${readFileSync(objects, 'utf8')}`,
    })
    expect(pipedObjects.events).toHaveLength(2)
    for (const input of [readFileSync(table, 'utf8'), readFileSync(objects, 'utf8')]) {
      const lines = await carousel(['predict', model], { input })
      expect(lines.stderr).toMatch(/^stdin looks like a table, but each of its lines is read as one text/)
    }
    writeFileSync(table, 'text\n" "\n')
    const blank = await carousel(['predict', model, table])
    expect(blank).toMatchObject({ code: 1, stderr: expect.stringMatching(/received blank ones alone/) })
    writeFileSync(table, 'id,text,said\n1,2,3\n')
    const missing = await carousel(['predict', model, table, '--text-column', 'body'])
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/'body', received id, text, said/),
    })
  })

  test('a file of texts, one a line', async () => {
    await training
    writeFileSync(inFolder('texts.txt'), 'a lovely plot\nso dull')
    const { events } = await carousel(['predict', model, inFolder('texts.txt'), '--json'])
    expect(events.map(({ label }) => label)).toEqual(['good', 'bad'])
  })

  test.each<[string, string[], string | Buffer, number, RegExp]>([
    [
      'an option of another task',
      ['--invert'],
      '',
      2,
      /--invert: expected a model that this means something to, received one of text/,
    ],
    [
      'an encoding of nothing',
      ['--encoding', 'latin1', '--text', 'so dull'],
      '',
      2,
      /--encoding: expected with files or standard input, received with --text alone/,
    ],
    ['no text', ['--text', 'so dull', ''], '', 2, /--text: expected a text, received none as number 2/],
    [
      'a column of nothing',
      ['--text-column', 'x', '--text', 'so dull'],
      '',
      2,
      /--text-column: expected with a table/,
    ],
    [
      'a line without end',
      [],
      `bright\n\n${'x'.repeat((1 << 24) + 1)}`,
      1,
      /stdin, line 3: expected a text a line, received a line of more than 16,777,216 characters/,
    ],
    ['nothing on standard input', [], '', 1, /stdin: expected texts, received nothing/],
    [
      'a file that is not there',
      ['nothing.txt'],
      '',
      1,
      /nothing\.txt: expected a file to read, received none/,
    ],
  ])('%s', async (_, args, input, code, error) => {
    await training
    const outcome = await carousel(['predict', model, ...args], { input: String(input) })
    expect(outcome).toMatchObject({ code, stderr: expect.stringMatching(error) })
  })

  test('text in another encoding', async () => {
    await training
    writeFileSync(inFolder('latin.txt'), Uint8Array.from([0x61, 10, 0xe9, 0x20, 10]))
    const { code, stderr } = await carousel(['predict', model, inFolder('latin.txt')])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /expected text in UTF-8, received other bytes in line 2.*--encoding latin1/,
      ),
    })
    const named = await carousel(['predict', model, inFolder('latin.txt'), '--encoding', 'latin1', '--json'])
    expect(named.events.map(({ text }) => text)).toEqual(['a', 'é '])
  })
})

test('evaluate: the part that was kept back, and other data', async () => {
  const { events: trained } = await training
  const again = await carousel(['evaluate', model, '--json'])
  const { metrics, baselines } = trained.at(-1) as { metrics: object; baselines: object }
  expect(again.events[0]).toMatchObject({ samples: 24, ...metrics, baselines })

  mkdirSync(inFolder('new'))
  writeFileSync(inFolder('new/good.txt'), 'a lovely plot\nbright music\n')
  writeFileSync(inFolder('new/bad.txt'), 'tired film\n')
  const other = await carousel(['evaluate', model, inFolder('new'), '--json'])
  expect(other.events[0]).toMatchObject({
    samples: 3,
    accuracy: 1,
    confusion: [
      [1, 0],
      [0, 2],
    ],
    baselines: { bagOfWords: {} },
    warnings: expect.any(Array),
    notes: [expect.stringMatching(/^Each file was taken for a class/)],
  })
  expect(other.stderr).toContain('Each file was taken for a class')
})

test('evaluate on the data of the training measures what was kept back, and says so', async () => {
  const { events: trained } = await training
  const { metrics, warnings } = trained.at(-1) as { metrics: object; warnings: object }
  const same = await carousel(['evaluate', model, data, '--json'])
  expect(same.events[0]).toMatchObject({ samples: 24, ...metrics, warnings })
  expect(same.stderr).toBe(
    'These are the data that the model was trained on: it is measured on the part that was kept back.\n',
  )
  copyFileSync(data, inFolder('renamed.csv'))
  const renamed = await carousel(['evaluate', model, inFolder('renamed.csv'), '--json'])
  expect(renamed.events[0]).toMatchObject({ samples: 24, ...metrics })
  const option = await carousel(['evaluate', model, '--data', data])
  expect(option).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--data: expected a model of MNIST/),
  })
})

test('where the data of the training have gone, baselines that learn are left out, and that is told', async () => {
  await training
  mkdirSync(inFolder('elsewhere'))
  copyFileSync(model, inFolder('elsewhere/moved.safetensors'))
  const { stderr, events } = await carousel([
    'evaluate',
    inFolder('elsewhere/moved.safetensors'),
    inFolder('new'),
    '--json',
  ])
  expect(Object.keys((events[0] as { baselines: object }).baselines)).toEqual(['majority'])
  expect(stderr).toContain('not at hand: baselines that learn from them are left out')
})

test('inspect tells the preparation and the baselines', async () => {
  await training
  const { stdout } = await carousel(['inspect', model])
  for (const part of [
    /Known are the \d+ words that occur at least 2 times/,
    /Texts to learn from: bad 103, good 103/,
    /bag of words +100\.00 %/,
    /--test-share 0\.1/,
  ]) {
    expect(stdout).toMatch(part)
  }
})

test('Ctrl-C saves, and --resume goes on with the same bits', async () => {
  const { events: straight } = await training
  const out = inFolder('stopped.safetensors')
  const stopped = await carousel(['train', 'text', data, ...small, '--epochs', '5', '--json', '--out', out], {
    env: ctrlCAt('onTrainBatchEnd', 10),
  })
  expect(stopped.code).toBe(130)
  expect(stopped.events.at(-1)).toMatchObject({ epochsDone: 1, batchesDone: 3 })
  const resumed = await carousel(['train', 'text', '--resume', out, '--json'])
  expect(resumed.code).toBe(0)
  expect(resumed.events.at(-1)?.weightsSha256).toBe(straight.at(-1)?.weightsSha256)
  // it still knows where its data lie
  expect((await carousel(['evaluate', out])).code).toBe(0)
  const further = await carousel(['train', 'text', '--resume', out, '--epochs', '6', '--json'])
  expect(further.events.at(-1)).toMatchObject({ event: 'end', out })
})

test('--resume refuses other data, and a model of another task', async () => {
  await training
  writeFileSync(inFolder('other.csv'), 'text,label\na,x\nb,x\nc,y\nd,y\n')
  const { code, stderr } = await carousel([
    'train',
    'text',
    inFolder('other.csv'),
    '--resume',
    model,
    '--epochs',
    '6',
  ])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(
      /expected reviews\.csv, on which the model was trained, received other\.csv/,
    ),
  })
  const mnist = await carousel(['train', 'mnist', '--resume', model])
  expect(mnist).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      `expected a file of 'carousel train mnist', received one of 'carousel train text'. Resume it with: npx carousel train text --resume ${model}`,
    ),
  })
})

test.each<[string, string[], string, RegExp]>([
  [
    'a missing column',
    ['--label-column', 'stars'],
    'text,label\na,b\n',
    /expected a column 'stars', received the columns 'text', 'label'/,
  ],
  ['a row with too few fields', [], 'text,label\na,b\nc\n', /bad\.csv, line 3: expected 2 fields/],
  [
    'one class',
    [],
    'text,label\na,b\nc,b\n',
    /expected texts of at least two classes, received one alone, 'b'/,
  ],
  ['an empty file', [], '', /received an empty file/],
])('%s is told', async (_, args, content, error) => {
  writeFileSync(inFolder('bad.csv'), content)
  const { code, stderr } = await carousel(['train', 'text', inFolder('bad.csv'), ...args])
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(error) })
})

const shared = process.env.CAROUSEL_DATA || fileURLToPath(new URL('../../../../shared/data', import.meta.url))

/** Real sentences: what the made-up ones cannot show. */
test('on movie reviews it learns, from a folder with a file for each class', async ({ skip }) => {
  const place = join(shared, 'text')
  if (!existsSync(join(place, 'rt-polarity.neg')) && !process.env.CI)
    skip(`no rt-polarity.neg in ${place}: set CAROUSEL_DATA`)
  const out = inFolder('movies.safetensors')
  const quick = [
    '--epochs',
    '3',
    '--units',
    '16',
    '--embedding',
    '32',
    '--limit',
    '4000',
    '--dropout',
    '0.3',
    '--seed',
    '1',
  ]
  const { code, events, stderr } = await carousel(['train', 'text', place, ...quick, '--out', out, '--json'])
  expect(code).toBe(0)
  expect(stderr).toMatch(/by its ending \(neg, pos\)/)
  const { metrics, baselines } = events.at(-1) as Record<string, Record<string, unknown>>
  expect(metrics.accuracy).toBeGreaterThan(0.65)
  expect(baselines.majority).toMatchObject({ accuracy: 0.5 })
})
