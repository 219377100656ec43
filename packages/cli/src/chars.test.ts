import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { carousel, ctrlCAt, temporaryFolder } from './testing.ts'

const folder = temporaryFolder()
const inFolder = (name: string) => join(folder, name)

const line = 'The quick brown fox jumps over the lazy dog.\n'
const data = inFolder('fox.txt')
writeFileSync(data, line.repeat(40))
writeFileSync(inFolder('other.txt'), 'A dog jumps.\n'.repeat(3))

const small =
  '--units 32 --embedding 8 --dropout 0 --learning-rate 0.02 --batch-size 4 --steps 16 --seed 1 --threads 1'.split(
    ' ',
  )
const model = inFolder('fox.safetensors')
const training = carousel(['train', 'chars', data, ...small, '--epochs', '8', '--json', '--out', model])
const generate = async (...options: string[]) => {
  await training
  return carousel(['generate', model, ...options])
}

test('train chars: figures, baselines beside them, and what the model writes on the way', async () => {
  const { code, events, stderr } = await training
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(events[0]).toMatchObject({
    ...{ event: 'start', task: 'chars', data: 'fox.txt', trainSamples: 1620, testSamples: 180 },
    ...{ unit: 'characters', steps: 16 },
  })
  expect(events.filter(({ event }) => event === 'epoch')).toHaveLength(8)
  expect(events.filter(({ event }) => event === 'sample').at(-1)?.text).toContain('quick brown fox')
  const figures = {
    nats: expect.any(Number),
    bitsPerCharacter: expect.any(Number),
    perplexity: expect.any(Number),
  }
  expect(events.at(-1)).toMatchObject({
    event: 'end',
    metrics: figures,
    baselines: { unigram: figures, '6-gram': figures },
  })
})

describe('generate', () => {
  test('writes on from a prompt, as text alone on standard output', async () => {
    const { code, stdout, stderr } = await generate(
      '--prompt',
      'The quick',
      '--temperature',
      '0',
      '--length',
      '81',
    )
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${line}${line}\n` })
    expect(stderr).toMatch(/^\(\d+ µs a character, seed \d+\)$/m)
  })

  test('takes the prompt from standard input, too', async () => {
    await training
    const options = ['--prompt', '-', '--temperature', '0', '--length', '36']
    const { stdout } = await carousel(['generate', model, ...options], { input: 'The quick\n' })
    expect(stdout).toBe(`${line}\n`)
  })

  test('for programs: each character as it comes, and the whole', async () => {
    const { events } = await generate(
      '--seed',
      '7',
      '--length',
      '20',
      '--json',
      '--top-k',
      '5',
      '--top-p',
      '0.9',
    )
    expect(events[0]).toMatchObject({ event: 'start', seed: 7, topK: 5, topP: 0.9, temperature: 0.8 })
    const pieces = events.slice(1, -1).map(({ text }) => text)
    expect(pieces).toHaveLength(20)
    expect(events.at(-1)).toMatchObject({
      event: 'end',
      text: pieces.join(''),
      microsecondsPerCharacter: expect.any(Number),
    })
  })

  test('the same seed writes the same', async () => {
    const options = ['--temperature', '2', '--length', '60', '--seed']
    const [one, same, other] = [
      await generate(...options, '5'),
      await generate(...options, '5'),
      await generate(...options, '6'),
    ]
    expect(same.stdout).toBe(one.stdout)
    expect(other.stdout).not.toBe(one.stdout)
  })

  test('Ctrl-C ends the text in good order', async () => {
    await training
    let sent = false
    const { code, events } = await carousel(['generate', model, '--length', '100000000', '--json'], {
      onLine(_, kill) {
        if (!sent) kill('SIGINT')
        sent = true
      },
    })
    expect(code).toBe(130)
    expect(events.at(-1)?.event).toBe('end')
  })

  test.each([
    [['--temperature', '-1'], /Expected a number of at least 0, received '-1'/],
    [['--top-p', '0'], /Expected a number above 0 and up to 1, received '0'/],
    [['--top-k', '0'], /Expected a whole number of at least 1, received '0'/],
  ])('%s is refused', async (options, error) => {
    const { code, stderr } = await carousel(['generate', model, ...options])
    expect(code).toBe(2)
    expect(stderr).toMatch(error)
  })

  test('a character that the model does not know is named', async () => {
    const { code, stderr } = await generate('--prompt', 'Zoë')
    expect(code).toBe(1)
    expect(stderr).toMatch(/received "Z" \(U\+005A\), which does not occur/)
    // what was never begun has no end
    const { events } = await generate('--prompt', 'Zoë', '--json')
    expect(events.map(({ event }) => event)).toEqual(['error'])
  })
})

test('a model of another task is told', async () => {
  await training
  const table = inFolder('reviews.csv')
  const rows = Array.from({ length: 40 }, (_, n) => `${n % 2 ? 'so dull' : 'so fine'} ${n},${n % 2}`)
  writeFileSync(table, ['text,label', ...rows].join('\n'))
  const text = inFolder('text.safetensors')
  await carousel(['train', 'text', table, '--units', '2', '--epochs', '1', '--seed', '1', '--out', text])
  const written = await carousel(['generate', text])
  expect(written.code).toBe(2)
  expect(written.stderr).toMatch(/expected a model of 'carousel train chars', received one of 'train text'/)
  const predicted = await carousel(['predict', model, '-'], { input: '[]' })
  expect(predicted.code).toBe(2)
  expect(predicted.stderr).toMatch(/received one that writes texts.*npx carousel generate/)
})

test('evaluate: on what was kept back, and on another text', async () => {
  const { events: trained } = await training
  const { events: again } = await carousel(['evaluate', model, '--json'])
  expect(again[0]).toMatchObject({ samples: 179, ...(trained.at(-1)?.metrics as object) })
  const { stdout } = await carousel(['evaluate', model, inFolder('other.txt')])
  expect(stdout).toContain('38 characters of other.txt')
  for (const part of [
    'bits per character',
    '6-gram',
    'do not occur in the text that the model learned from',
  ]) {
    expect(stdout).toContain(part)
  }
})

test('inspect and compare tell of it', async () => {
  await training
  const { stdout } = await carousel(['inspect', model])
  for (const part of ['Known are the 30 characters', 'unigram', '--steps 16', 'val loss'])
    expect(stdout).toContain(part)
  const { events } = await carousel(['compare', model, '--json'])
  expect(JSON.stringify(events)).toContain('bitsPerCharacter')
})

test('Ctrl-C within an epoch, and --resume: the same bits as without', async () => {
  const args = ['train', 'chars', data, ...small, '--layers', '2', '--epochs', '2', '--json']
  const [straight, cut] = [inFolder('straight.safetensors'), inFolder('cut.safetensors')]
  const whole = await carousel([...args, '--out', straight])
  const env = ctrlCAt('onTrainBatchEnd', 31)
  const stopped = await carousel([...args, '--out', cut], { env })
  expect(stopped.code).toBe(130)
  expect(stopped.events.at(-1)).toMatchObject({ event: 'interrupted', epochsDone: 1, batchesDone: 6 })
  const resumed = await carousel(['train', 'chars', '--resume', cut, '--json', '--threads', '1'])
  expect(resumed.events.at(-1)?.weightsSha256).toBe(whole.events.at(-1)?.weightsSha256)
})

test.each([
  ['an empty file', '', [], /expected a text, received nothing/],
  ['one character', 'aaaaaaaaaaaaaaaaaaaaaaaa', [], /times the same one, "a"/],
  ['a short text', 'To be, or not to be. '.repeat(30), [], /Take smaller ones, for example --batch-size/],
  ['another encoding', Uint8Array.of(97, 0xe9, 97, 97), [], /expected text in UTF-8.*--encoding latin1/],
])('%s is told', async (_, content, options, error) => {
  const file = inFolder('bad.txt')
  writeFileSync(file, content)
  const { code, stderr } = await carousel(['train', 'chars', file, ...options, '--seed', '1'])
  expect(code).toBe(1)
  expect(stderr).toMatch(error)
})

test('options that mean nothing together are told, as wrong usage', async () => {
  const both = ['--unit', 'bytes', '--encoding', 'latin1']
  const { code, stderr } = await carousel(['train', 'chars', inFolder('nothing.txt'), ...both])
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/Leave out --encoding/) })
})
