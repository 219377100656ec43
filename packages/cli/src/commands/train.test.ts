import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { carousel, temporaryFolder, writeDigits } from '../testing.ts'

const folder = temporaryFolder()
const data = writeDigits(join(folder, 'data'))
const small = ['train', 'mnist', '--data', data, '--units', '8', '--batch-size', '16', '--seed', '7']
const inFolder = (name: string) => join(folder, name)

const control = /(?!\n)\p{Cc}/u

describe('--json', () => {
  test('writes one object a line: start, an epoch each, end', async () => {
    const out = inFolder('json.safetensors')
    const { code, stdout, stderr, events } = await carousel([
      ...small,
      '--epochs',
      '2',
      '--out',
      out,
      '--json',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n')).toHaveLength(5) // four lines, each ended
    const [start, first, second, end] = events
    expect(start).toMatchObject({
      event: 'start',
      data: 'mnist',
      trainSamples: 320,
      testSamples: 100,
      seed: 7,
      out,
    })
    expect(Object.keys(first)).toEqual([
      'event',
      'epoch',
      'loss',
      'accuracy',
      'valLoss',
      'valAccuracy',
      'seconds',
      'samplesPerSecond',
    ])
    expect([first.epoch, second.epoch]).toEqual([1, 2])
    expect(Object.keys(end)).toEqual([
      'event',
      'data',
      'trainSamples',
      'testAccuracy',
      'metrics',
      'baselines',
      'warnings',
      'weightsSha256',
      'out',
    ])
    expect(end).toMatchObject({ event: 'end', data: 'mnist', trainSamples: 320, out })
    expect(end.testAccuracy).toBeCloseTo(Number(second.valAccuracy), 10)
    expect(end.weightsSha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test('draws a seed where none is given, and tells it', async () => {
    const run = () =>
      carousel([
        'train',
        'mnist',
        '--data',
        data,
        '--units',
        '2',
        '--epochs',
        '1',
        '--limit',
        '32',
        '--json',
        '--out',
        inFolder('seed.safetensors'),
      ])
    const seeds = [await run(), await run()].map(({ events }) => Number(events[0].seed))
    expect(seeds.every(Number.isSafeInteger)).toBe(true)
    expect(seeds[0]).not.toBe(seeds[1])
  })

  test('takes the first --limit pictures', async () => {
    const { events } = await carousel([
      ...small,
      '--epochs',
      '1',
      '--limit',
      '48',
      '--json',
      '--out',
      inFolder('limit.safetensors'),
    ])
    expect(events.at(-1)).toMatchObject({ trainSamples: 48 })
  })

  test('the same seed gives the same weights for any number of threads', async () => {
    const run = async (threads: string) => {
      const out = inFolder(`threads-${threads}.safetensors`)
      const { events } = await carousel([
        ...small,
        '--epochs',
        '1',
        '--threads',
        threads,
        '--json',
        '--out',
        out,
      ])
      return events.at(-1)?.weightsSha256
    }
    expect(await run('2')).toBe(await run('1'))
  })

  test.each(['gru', 'rnn'])('trains a %s', async (cell) => {
    const out = inFolder(`${cell}.safetensors`)
    const options = ['--cell', cell, '--optimizer', 'adamw', '--dropout', '0.2', '--epochs', '1']
    const { code, events } = await carousel([...small, ...options, '--json', '--out', out])
    expect(code).toBe(0)
    expect(events[0]).toMatchObject({ cell, optimizer: 'adamw', dropout: 0.2, learningRate: 0.001 })
  })
})

describe('for people, without a terminal', () => {
  test('the output has no control characters and tells all there is to know', async () => {
    const { code, stdout, stderr } = await carousel([...small, '--epochs', '2'], { cwd: folder })
    expect(code).toBe(0)
    expect(stdout).not.toMatch(control)
    expect(stderr).not.toMatch(control)
    for (const part of [
      'LSTM(8)',
      'seed 7',
      'of the test part, which decides nothing',
      '━ training, ● test part',
      '1/2',
      '2/2',
      'Test accuracy',
      'right',
      'mnist-lstm.safetensors',
      'npx carousel predict',
    ]) {
      expect(stdout).toContain(part)
    }
    const named = [...small, '--epochs', '1', '--out', 'mnist-lstm.safetensors']
    const again = await carousel(named, { cwd: folder })
    expect(again.stdout).toContain('mnist-lstm.safetensors (replaces the file that is there)')
  })

  test('without --out, no file is replaced', async () => {
    const cwd = inFolder('names')
    mkdirSync(cwd)
    const first = 'mnist-lstm.safetensors'
    writeFileSync(join(cwd, first), 'somebody’s')
    for (const number of [2, 3]) {
      const { stdout } = await carousel([...small, '--epochs', '1'], { cwd })
      expect(stdout).toContain(`Saved mnist-lstm-${number}.safetensors`)
    }
    expect(readFileSync(join(cwd, first), 'utf8')).toBe('somebody’s')
  })

  test('trainings that run at once do not take one name', async () => {
    const cwd = inFolder('at once')
    mkdirSync(cwd)
    const runs = await Promise.all(
      [1, 2, 3].map(() => carousel([...small, '--epochs', '1', '--json'], { cwd })),
    )
    const files = ['mnist-lstm-2.safetensors', 'mnist-lstm-3.safetensors', 'mnist-lstm.safetensors']
    expect(runs.map(({ events }) => events.at(-1)?.out).sort()).toEqual(files)
    expect(readdirSync(cwd).sort()).toEqual(files)
  })

  test('a training that ends before its first save leaves no file', async () => {
    const cwd = inFolder('ended')
    mkdirSync(cwd)
    const broken = [...small, '--epochs', '1', '--optimizer', 'adam', '--learning-rate', '1e39']
    const { code, events } = await carousel([...broken, '--json'], { cwd })
    expect({ code, events: events.map(({ event }) => event) }).toEqual({
      code: 1,
      events: ['start', 'error'],
    })
    expect(readdirSync(cwd)).toEqual([])
  })

  test('the commands to try next work', async () => {
    const { stdout } = await carousel([...small, '--epochs', '1', '--out', 'next one.safetensors'], {
      cwd: folder,
    })
    const commands = [...stdout.matchAll(/^ {2}npx carousel (.*?)(?: {2}.*)?$/gm)].map((match) => match[1])
    expect(commands).toHaveLength(3)
    for (const command of commands) {
      const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2])
      expect(await carousel(words, { cwd: folder })).toMatchObject({ code: 0, stderr: '' })
    }
  })

  test('--quiet prints the outcome alone', async () => {
    const { stdout } = await carousel([...small, '--epochs', '1', '--quiet', '--out', 'quiet.safetensors'], {
      cwd: folder,
    })
    expect(stdout).toMatch(
      /^Test accuracy \d+\.\d\d %: \d+ of 100 pictures read right \(mnist, seed 7, saved to quiet\.safetensors\)\n$/,
    )
  })
})

describe('bad input', () => {
  test.each([
    [['--units', '0'], "expected a whole number of at least 1, received '0'"],
    [['--units', '-1'], "received '-1'"],
    [['--units', '1.5'], "received '1.5'"],
    [['--batch-size', '0'], "received '0'"],
    [['--epochs', 'ten'], "received 'ten'"],
    [['--dropout', '1'], 'a number from 0 to below 1'],
    [['--learning-rate', '0'], 'a number above 0'],
    [['--seed', '-3'], "received '-3'"],
    [['--threads', '0'], 'a whole number from 1'],
    [['--limit', '0'], 'a whole number of at least 1'],
    [['--cell', 'lstmm'], 'lstm, gru, rnn'],
    [['--epoch', '3'], 'Did you mean --epochs?'],
    [['--out', ''], 'Expected a path'],
    [['extra'], 'too many arguments'],
    [['--seed', '1', '--seed', '2'], "option '--seed <n>' was given twice"],
    [['--cell=gru', '--cell=gru'], "option '--cell <names>' was given twice"],
  ])('%j is a usage error', async (options, message) => {
    const { code, stdout, stderr } = await carousel(['train', 'mnist', ...options])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.toLowerCase()).toContain(message.toLowerCase())
  })

  test('with --json a usage error, too, is one object', async () => {
    const { code, events } = await carousel(['train', 'mnist', '--units', '0', '--json'])
    expect({ code, events }).toEqual({
      code: 2,
      events: [{ event: 'error', message: expect.stringMatching(/^option '--units <n>' argument '0'/) }],
    })
  })

  test.each([
    ['a folder that is not there', () => inFolder('nowhere/model.safetensors'), 'mkdir -p'],
    ['a folder', () => data, 'not a file'],
    ['a device', () => '/dev/null', 'not a file'],
    ['a place where nothing can be made', () => '/proc/model.safetensors', 'a refusal'],
    ['a file of too long a name', () => inFolder('n'.repeat(240)), 'too long'],
  ])('--out in %s is found before training', async (_, out, message) => {
    const { code, events, stderr } = await carousel([...small, '--json', '--out', out()])
    expect(code).toBe(1)
    expect(stderr).toContain(message)
    expect(events.map(({ event }) => event)).toEqual(['error'])
  })

  test.each(['text', 'speech', 'forecast', 'chars'])(
    'train %s --out over a file that is no model: refused before training, and nothing is lost',
    async (task) => {
      const own = inFolder(`own-${task}.csv`)
      const content = 'text,label\na,x\nb,y\n'
      writeFileSync(own, content)
      const { code, events, stderr } = await carousel(['train', task, own, '--out', own, '--json'])
      expect({ code, events: events.map(({ event }) => event) }).toEqual({ code: 2, events: ['error'] })
      expect(stderr).toContain(`--out ${own}: expected a new file or that of a model`)
      expect(readFileSync(own, 'utf8')).toBe(content)
    },
  )

  test('--out over an empty file replaces nothing', async () => {
    writeFileSync(inFolder('empty.safetensors'), '')
    const args = ['--epochs', '1', '--json', '--out', inFolder('empty.safetensors')]
    const { code, events } = await carousel([...small, ...args])
    expect({ code, start: events[0] }).toMatchObject({ code: 0, start: { replaces: false } })
  })

  test('a folder that goes while training does not take the model with it', async () => {
    const going = inFolder('going')
    mkdirSync(going)
    const { code, stderr } = await carousel(
      [...small, '--epochs', '2', '--json', '--out', join(going, 'model.safetensors')],
      {
        env: { TMPDIR: folder },
        onLine: (line) => line.includes('"start"') && rmSync(going, { recursive: true }),
      },
    )
    expect(code).toBe(1)
    expect(stderr).toContain('the next epoch tries again')
    const [, rescued] = stderr.match(/The model is in (\S+) instead/) ?? []
    expect(await carousel(['evaluate', String(rescued), '--data', data])).toMatchObject({ code: 0 })
  })

  test('a folder without data, and damaged data', async () => {
    const empty = inFolder('empty')
    mkdirSync(empty)
    const missing = await carousel(['train', 'mnist', '--data', empty])
    expect(missing.code).toBe(1)
    expect(missing.stderr).toContain('train-images-idx3-ubyte')

    const damaged = writeDigits(inFolder('damaged'))
    const images = join(damaged, 'train-images-idx3-ubyte')
    writeFileSync(images, readFileSync(images).subarray(0, 10_000))
    const cut = await carousel([
      'train',
      'mnist',
      '--data',
      damaged,
      '--out',
      inFolder('damaged.safetensors'),
    ])
    expect(cut.code).toBe(1)
    expect(cut.stderr).toMatch(/expected .* received 10000 bytes/)
    expect(cut.stderr).not.toContain('    at ')
  })

  test('a file that is no model, a cut one, and one of another origin', async () => {
    const resume = (file: string) => carousel(['train', 'mnist', '--resume', file])
    writeFileSync(inFolder('foreign'), 'not a model')
    const foreign = await resume(inFolder('foreign'))
    expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining('foreign') })
    expect((await resume(inFolder('missing'))).code).toBe(1)
  })
})
