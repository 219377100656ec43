import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { carousel, ctrlCAt, type Event, temporaryFolder, wav } from './testing.ts'

const folder = temporaryFolder()
const inFolder = (name: string) => join(folder, name)
const data = writeTones(inFolder('tones'))
const small = ['--units', '8', '--layers', '1', '--bands', '12', '--batch-size', '8', '--seed', '1']
const model = inFolder('model.safetensors')
// Enough to tell two tones apart for sure.
const able = [...small, '--epochs', '20', '--learning-rate', '0.02', '--dropout', '0', '--no-augment']
const training = await carousel(['train', 'speech', data, ...able, '--out', model, '--json'])

/** High and low tones of two speakers, named as the spoken digits are. */
function writeTones(place: string): string {
  for (const [label, hertz] of [
    ['low', 400],
    ['high', 1600],
  ] as const) {
    for (const [s, speaker] of ['ann', 'bob'].entries()) {
      for (let index = 0; index < 10; index++)
        write(
          join(place, `${label}_${speaker}_${index}.wav`),
          wav([tone(hertz * (0.9 + 0.1 * s + 0.01 * index))]),
        )
    }
  }
  return place
}

function tone(hertz: number, rate = 8000): number[] {
  return Array.from({ length: 0.2 * rate }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hertz * n) / rate))
}

function write(file: string, bytes: Uint8Array): string {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, bytes)
  return file
}

test('trains, and tells figures and baselines', () => {
  expect(training).toMatchObject({ code: 0 })
  expect(training.events[0]).toMatchObject({
    event: 'start',
    layers: 1,
    bands: 12,
    augment: false,
    trainSamples: 20,
  })
  const end = training.events.at(-1)
  expect(end).toMatchObject({
    event: 'end',
    metrics: { accuracy: expect.any(Number), macroF1: expect.any(Number) },
  })
  expect(end?.baselines).toMatchObject({
    majority: { accuracy: 0.5 },
    linear: { accuracy: expect.any(Number) },
  })
})

describe('predict', () => {
  const low = write(inFolder('low.wav'), wav([tone(420)]))
  const high = write(inFolder('high.wav'), wav([tone(1500, 16000)], 16000))

  test('several files, of whatever rate', async () => {
    const { code, stdout } = await carousel(['predict', model, low, high])
    expect(code).toBe(0)
    expect(stdout).toMatch(/low\.wav +low +\d+\.\d\d % .*\n.*high\.wav +high/)
  })

  test('standard input, and JSON', async () => {
    const { events } = await carousel(['predict', model, low, high, '--json'])
    expect(events.map(({ input, label }) => [input, label])).toEqual([
      [low, 'low'],
      [high, 'high'],
    ])
    expect(events[0].top).toHaveLength(2)
  })

  test('one bad file does not keep others from being heard', async () => {
    const silent = write(inFolder('silent.wav'), wav([new Array(800).fill(0)]))
    const cut = write(inFolder('cut.wav'), readFileSync(low).subarray(0, 200))
    const { code, stdout, stderr } = await carousel([
      'predict',
      model,
      silent,
      cut,
      low,
      inFolder('none.wav'),
    ])
    expect(code).toBe(1)
    expect(stdout).toMatch(/low\.wav +low/)
    expect(stderr).toMatch(/silent\.wav: expected speech, received 0\.10 s of silence/)
    expect(stderr).toMatch(/cut\.wav: expected \d+ bytes of sound.*cut off/)
    expect(stderr).toMatch(/none\.wav: expected a WAV file, received none/)
    expect(stderr).toContain('3 of 4 inputs could not be read.')
  })

  test('--stream says what is heard when that changes, and where words end', async () => {
    const quiet = new Array(8000).fill(0)
    const samples = [...quiet, ...tone(420), ...quiet, ...tone(1500), ...quiet]
    const bare = Buffer.from(Int16Array.from(samples, (value) => value * 32767).buffer)
    for (const input of [bare, Buffer.from(wav([samples]))]) {
      const { code, events } = await carousel(['predict', model, '--stream', '--json'], { input })
      expect(code).toBe(0)
      const ends = events.filter(({ event }) => event === 'word')
      expect(ends.map(({ label }) => label)).toEqual(['low', 'high'])
      expect(Number(ends[0].seconds)).toBeGreaterThan(1.5)
    }
    const deaf = await carousel(['predict', model, '--stream', '--quiet-below', '3'], { input: bare })
    expect(deaf.stderr).toContain('nothing but quiet')
    const { stdout } = await carousel(['predict', model, '--stream', '--pause', '0.3'], { input: bare })
    expect(stdout).toMatch(/1\.\d\d s {2}low .*end of word\n/)
  })

  test.each([
    [['--stream', low], '--stream: expected sound on standard input'],
    [['--pause', '1', low], '--pause: expected together with --stream'],
    [['--invert', low], '--invert: expected a model that this means something to'],
  ])('refuses %j', async (options, message) => {
    const { code, stderr } = await carousel(['predict', model, ...options])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  test('a stream of nothing', async () => {
    const { code, stderr } = await carousel(['predict', model, '--stream'])
    expect(code).toBe(1)
    expect(stderr).toContain('expected sound, received none')
  })
})

test('evaluate: on what was kept back, and on other recordings', async () => {
  const again = await carousel(['evaluate', model, '--json'])
  expect(again).toMatchObject({ code: 0, stderr: '' })
  expect(training.events.at(-1)?.metrics).toMatchObject({ accuracy: again.events[0].accuracy })
  const other = ['low', 'high'].map((label, n) =>
    write(inFolder(`other/${label}/1.wav`), wav([tone(420 + 1000 * n)])),
  )
  const { code, events } = await carousel(['evaluate', model, inFolder('other'), '--json'])
  expect(code).toBe(0)
  expect(events[0]).toMatchObject({ samples: other.length, baselines: {} })
})

test('inspect says how sound is prepared', async () => {
  const { stdout } = await carousel(['inspect', model])
  expect(stdout).toMatch(/12 mel bands/)
  expect(stdout).toMatch(/measured on the training part alone/)
  expect(stdout).toMatch(/split: recordings 0 to 4 of each speaker and class are kept back/)
  expect(stdout).toMatch(/majority +50\.00 %/)
})

test('Ctrl-C saves, and --resume goes on with the same bits', async () => {
  const options = [data, ...small, '--epochs', '3', '--json', '--out']
  const straight = await carousel(['train', 'speech', ...options, inFolder('straight.safetensors')])
  const out = inFolder('stopped.safetensors')
  const stopped = await carousel(['train', 'speech', ...options, out], { env: ctrlCAt('onTrainBatchEnd', 5) })
  expect(stopped.code).toBe(130)
  expect(stopped.events.at(-1)).toMatchObject({ epochsDone: 1, batchesDone: 2 })
  const resumed = await carousel(['train', 'speech', '--resume', out, '--json'])
  expect(resumed.code).toBe(0)
  expect(resumed.events.at(-1)?.weightsSha256).toBe(straight.events.at(-1)?.weightsSha256)
})

test('--cell with several trains and compares them', async () => {
  const { code, events } = await carousel(
    ['train', 'speech', data, ...small, '--epochs', '1', '--cell', 'lstm,gru,rnn', '--json'],
    { cwd: folder },
  )
  expect(code).toBe(0)
  const [{ models }] = events.filter(({ event }) => event === 'comparison') as unknown as [
    { models: Event[] },
  ]
  expect(models.map((one) => one.model)).toEqual(
    ['lstm', 'gru', 'rnn'].map((cell) => `tones-${cell}.safetensors`),
  )
})

test.each([
  ['a folder that is not there', ['nowhere'], /nowhere: expected a file or folder with data/],
  ['an empty folder', ['empty'], /expected a folder with WAV files/],
  ['one class', ['one'], /at least 2 classes/],
  ['a file that is no WAV', ['bad'], /bad_x_0\.wav: expected a WAV file, received something else/],
  ['a speaker that is not there', ['tones', '--hold-out-speaker', 'eve'], /received recordings of ann, bob/],
])('train refuses %s', async (_, args, message) => {
  mkdirSync(inFolder('empty'), { recursive: true })
  write(inFolder('one/yes_x_0.wav'), wav([tone(300)]))
  write(inFolder('bad/bad_x_0.wav'), Buffer.from('this is no sound'))
  const { code, stderr } = await carousel(['train', 'speech', ...args], { cwd: folder })
  expect(code).toBe(1)
  expect(stderr).toMatch(message)
  expect(stderr).not.toContain('    at ')
})

test('without data it says what it needs', async () => {
  const { code, stderr } = await carousel(['train', 'speech'])
  expect(code).toBe(2)
  expect(stderr).toContain('train speech: expected DATA')
})

test('a model of another task goes on as speech by no means', async () => {
  const { code, stderr } = await carousel(['train', 'mnist', '--resume', model])
  expect(code).toBe(2)
  expect(stderr).toContain("expected a file of 'carousel train mnist'")
})
