import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync, gzipSync } from 'node:zlib'
import { type Json, layers, loadModel, sequential } from '@carousel/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { barOf, carousel, idx, png, temporaryFolder, writeDigits } from '../testing.ts'

const folder = temporaryFolder()
const data = writeDigits(join(folder, 'data'), { train: 640 })
const model = join(folder, 'model.safetensors')
const file = (name: string, bytes: Uint8Array | string) => {
  writeFileSync(join(folder, name), bytes)
  return name
}
/** Runs in the folder, so that names are short. */
const run = (args: string[], input?: string) => carousel(args, { cwd: folder, input })

beforeAll(async () => {
  const options = [
    '--units',
    '16',
    '--batch-size',
    '16',
    '--epochs',
    '6',
    '--learning-rate',
    '0.01',
    '--seed',
    '1',
  ]
  const { code, events } = await carousel([
    'train',
    'mnist',
    '--data',
    data,
    ...options,
    '--json',
    '--out',
    model,
  ])
  expect(code).toBe(0)
  expect(events.at(-1)?.testAccuracy).toBeGreaterThan(0.95)
})

describe('predict', () => {
  test('reads a PNG of 28 × 28', async () => {
    file('four.png', png(barOf(4), 28))
    const { code, stdout, stderr } = await run(['predict', model, 'four.png'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^four\.png\s+4\s+\d+\.\d\d %\s+\d \d+\.\d\d %\s+\d \d+\.\d\d %\n$/)
  })

  test('reads several, one JSON object a line, with the three likeliest', async () => {
    file('two.png', png(barOf(2), 28))
    file(
      'inverted.png',
      png(
        barOf(2).map((grey) => 255 - grey),
        28,
      ),
    )
    const { events } = await run(['predict', model, 'two.png', 'inverted.png', '--json'])
    expect(events.map(({ input, label }) => [input, label])).toEqual([
      ['two.png', '2'],
      ['inverted.png', '2'],
    ])
    expect(events[0].top).toHaveLength(3)
    expect(events[0].notes).toBeUndefined()
    expect(events[1].notes).toEqual(['dark on light: inverted'])
    expect(events[1].probability).toBeCloseTo(Number(events[0].probability), 5)
  })

  test('resizes a picture of another size, and says so', async () => {
    file('large.png', png(barOf(2), 28, 3))
    const { code, events } = await run(['predict', model, 'large.png', '--json'])
    expect(code).toBe(0)
    expect(events[0].notes).toEqual([expect.stringContaining('resized from 84 × 84')])
  })

  test('reads IDX files, gzipped or not, as far as --limit', async () => {
    const bytes = idx([3, 28, 28], Buffer.concat([barOf(0), barOf(5), barOf(9)]))
    file('digits', bytes)
    file('digits.gz', gzipSync(bytes))
    const { events } = await run(['predict', model, 'digits', 'digits.gz', '--limit', '5', '--json'])
    expect(events.map(({ input, index, label }) => [input, index, label])).toEqual([
      ['digits', 0, '0'],
      ['digits', 1, '5'],
      ['digits', 2, '9'],
      ['digits.gz', 0, '0'],
      ['digits.gz', 1, '5'],
    ])
  })

  test('reads JSON on standard input: lines, a batch, numbers 0..1 or bytes', async () => {
    const rows = (label: number, scale: number) =>
      Array.from({ length: 28 }, (_, row) =>
        Array.from(barOf(label).subarray(row * 28, row * 28 + 28), (grey) => grey / scale),
      )
    const lines = await run(
      ['predict', model, '--json'],
      `${JSON.stringify(rows(1, 255))}\n${JSON.stringify(rows(8, 255))}\n`,
    )
    expect(lines.events.map(({ input, index, label }) => [input, index, label])).toEqual([
      ['stdin', 0, '1'],
      ['stdin', 1, '8'],
    ])
    const batch = await run(
      ['predict', model, '-', '--json'],
      JSON.stringify([rows(1, 255), rows(8, 255)], null, 1),
    )
    expect(batch.stdout).toBe(lines.stdout)
    const asBytes = await run(['predict', model, '--json'], JSON.stringify(rows(8, 1)))
    expect(asBytes.events[0]).toMatchObject({ label: '8', notes: ['bytes: divided by 255'] })
    const inverted = await run(['predict', model, '--invert'], JSON.stringify(rows(8, 1)))
    expect(inverted).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/stdin: expected pictures with --invert/),
    })
  })

  test('one bad input does not keep the others from being read', async () => {
    file('cut.png', png(barOf(2), 28).subarray(0, 60))
    file('text.png', 'no picture')
    const { code, events, stderr } = await run([
      'predict',
      model,
      'cut.png',
      'text.png',
      'missing.png',
      'four.png',
      '--json',
    ])
    expect(code).toBe(1)
    expect(events.map(({ input, error, label }) => [input, error === undefined, label])).toEqual([
      ['cut.png', false, undefined],
      ['text.png', false, undefined],
      ['missing.png', false, undefined],
      ['four.png', true, '4'],
      [undefined, true, undefined],
    ])
    expect(stderr).toContain('cut.png: expected a whole PNG picture, received a damaged one. Save it again.')
    expect(stderr).toContain('expected a PNG picture, an IDX file (gzipped or not) or nested arrays in JSON')
    expect(stderr).not.toContain('    at ')
  })

  test.each([
    ['labels', idx([3], Uint8Array.of(1, 2, 3)), 'Is it the file with the labels?'],
    ['cut', idx([3, 28, 28], barOf(0)), 'bytes for the shape'],
    ['cut.gz', gzipSync(idx([1, 28, 28], barOf(0))).subarray(0, 40), 'gzip'],
    ['wrong.json', '[[1,2],[3,4]]', 'expected finite numbers in nested arrays of the shape [28, 28]'],
    ['empty', '', 'received nothing'],
    ['short.png', withRows(png(barOf(2), 28), 3), 'bytes of picture data'],
    ['nothing.png', withRows(png(barOf(2), 28), 0), 'expected a whole PNG picture'],
    ['long.png', withRows(png(barOf(2), 28), 400), 'expected a whole PNG picture'],
  ])('refuses %s', async (name, bytes, message) => {
    file(name, bytes)
    const { code, stderr } = await run(['predict', model, name])
    expect(code).toBe(1)
    expect(stderr).toContain(message)
  })

  test('a folder is refused, with what to do', async () => {
    const { code, stderr } = await run(['predict', model, '.'])
    expect(code).toBe(2)
    expect(stderr).toContain('.: expected a file, received a folder. Name the files in it')
  })

  test('numbers are decimal', async () => {
    const { code, stderr } = await run(['predict', model, 'missing.png', '--limit', '0x10'])
    expect(code).toBe(2)
    expect(stderr).toContain("Expected a whole number of at least 1, received '0x10'")
  })

  test('says which file is not there', async () => {
    const { code, stderr } = await run(['predict', model, 'missing.png'])
    expect(code).toBe(1)
    expect(stderr).toContain('missing.png: expected a file to read')
  })

  test('reads JSON behind a byte order mark', async () => {
    const rows = Array.from({ length: 28 }, () => Array(28).fill(0))
    const { code, stderr } = await run(['predict', model], `\uFEFF${JSON.stringify(rows)}`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

/** The PNG, but with picture data of so many rows. */
function withRows(bytes: Buffer, rows: number): Buffer {
  const start = bytes.indexOf('IDAT') - 4
  const end = start + 12 + bytes.readUInt32BE(start)
  const data = Buffer.concat([Buffer.from('IDAT'), deflateSync(Buffer.alloc(rows * (1 + 4 * 28)))])
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length - 4)
  checksum.writeInt32BE(crc32(data))
  return Buffer.concat([bytes.subarray(0, start), length, data, checksum, bytes.subarray(end)])
}

/** PNG's checksum. */
function crc32(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc
}

test('a model whose outputs are not finite is refused, not scored', async () => {
  const broken = await loadModel(model)
  const weights = await broken.getWeights()
  await broken.setWeights(weights.map(({ shape, data }) => ({ shape, data: data.map(() => Number.NaN) })))
  await broken.save(join(folder, 'nan.safetensors'))
  const { code, stdout, stderr } = await run(['evaluate', 'nan.safetensors'])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('expected a finite loss, received NaN')
})

describe('an origin in the file that is not true', () => {
  type Origin = { [part in 'options' | 'data' | 'versions']: Record<string, Json> }
  const withOrigin = async (change: (origin: Origin) => Json) => {
    const odd = await loadModel(model)
    odd.provenance = change(structuredClone(odd.provenance) as Origin)
    await odd.save(join(folder, 'odd.safetensors'))
  }

  test.each<[string, (origin: Origin) => Json]>([
    ['a limit below 0', ({ options, ...rest }) => ({ ...rest, options: { ...options, limit: -3 } })],
    ['another cell', ({ options, ...rest }) => ({ ...rest, options: { ...options, cell: 'gru' } })],
    ['an unknown cell', ({ options, ...rest }) => ({ ...rest, options: { ...options, cell: 'toString' } })],
    ['other units', ({ options, ...rest }) => ({ ...rest, options: { ...options, units: 15 } })],
    ['another seed', ({ options, ...rest }) => ({ ...rest, options: { ...options, seed: 2 } })],
    ['another rate', ({ options, ...rest }) => ({ ...rest, options: { ...options, learningRate: 1 } })],
    ['a rate below 0', ({ options, ...rest }) => ({ ...rest, options: { ...options, learningRate: -1 } })],
    ['a checksum that is a number', ({ data, ...rest }) => ({ ...rest, data: { ...data, sha256: [3] } })],
    ['a version that is a list', (origin) => ({ ...origin, versions: { node: [] } })],
  ])('%s: no training to go on with, and shown as it is', async (_, change) => {
    await withOrigin(change)
    const resumed = await run(['train', 'mnist', '--resume', 'odd.safetensors'])
    expect(resumed.code).toBe(2)
    expect(resumed.stderr).toContain("expected a file of 'carousel train mnist'")
    const inspected = await run(['inspect', 'odd.safetensors'])
    expect(inspected).toMatchObject({ code: 0, stderr: '' })
    expect(inspected.stdout).toContain('"task": "mnist"')
  })

  test('a terminal does not obey what a file says', async () => {
    const odd = '\u001b]0;owned\u0007\u009b2J'
    await withOrigin(({ versions, ...rest }) => ({ ...rest, versions: { ...versions, odd } }))
    const named = sequential([layers.lstm({ units: 2, inputShape: [2, 2] })], { name: odd })
    await named.save(join(folder, 'named.safetensors'))
    for (const file of ['odd.safetensors', 'named.safetensors']) {
      const { code, stdout } = await run(['inspect', file])
      expect(code).toBe(0)
      expect(stdout).toContain('\\u001b]0;owned\\u0007\\u009b2J')
      expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u)
    }
  })
})

test('a model that reads samples of any length is not for predict', async () => {
  const open = sequential([layers.lstm({ units: 2, inputShape: [null, 2] })])
  await open.save(join(folder, 'open.safetensors'))
  const { code, stderr } = await run(['predict', 'open.safetensors'], '[[1, 2]]')
  expect(code).toBe(1)
  expect(stderr).toContain('received [any, 2]')
})

test('evaluate gives accuracy, loss and the confusion matrix', async () => {
  const { code, events } = await run(['evaluate', model, '--json'])
  expect(code).toBe(0)
  const [{ accuracy, loss, confusion, samples }] = events
  expect(samples).toBe(100)
  expect(accuracy).toBeGreaterThan(0.95)
  expect(loss).toBeLessThan(0.5)
  expect((confusion as number[][]).flat().reduce((sum, cell) => sum + cell)).toBe(100)

  const other = writeDigits(join(folder, 'other'), { train: 10, test: 50 })
  const elsewhere = await run(['evaluate', model, '--data', other])
  expect(elsewhere.stdout).toMatch(/accuracy +\d+\.\d\d %/)
  expect(elsewhere.stderr).toContain('Other data than those that the model was trained on')
})

test('evaluate: two places with data, and a model of another origin that reads no pictures', async () => {
  const twice = await run(['evaluate', model, data, '--data', data])
  expect({ code: twice.code, stdout: twice.stdout }).toEqual({ code: 2, stdout: '' })
  expect(twice.stderr).toContain('expected one place with data, received two')

  const strange = sequential([layers.lstm({ units: 2, inputShape: [null, 2] })])
  await strange.save(join(folder, 'strange.safetensors'))
  const { code, stdout, stderr } = await run(['evaluate', 'strange.safetensors', '--data', data])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain("expected a model made by 'carousel train'")
  expect(stderr).toContain('received one of another origin that reads [any, 2]')
})

test('inspect tells layers, preparation, position and origin', async () => {
  const { stdout, code } = await run(['inspect', model])
  expect(code).toBe(0)
  for (const part of [
    'recurrent_kernel [16, 64]',
    'light ink on a dark ground',
    '6 epochs',
    '--learning-rate 0.01',
    'History',
    'SHA-256',
    '--units 16',
  ]) {
    expect(stdout).toContain(part)
  }
  const { events } = await run(['inspect', model, '--json'])
  expect(events[0]).toMatchObject({ inputShape: [28, 28], outputShape: [10], labels: [...'0123456789'] })
})

test('explain tells instructions, kernels and costs', async () => {
  const { stdout, code } = await run(['explain', model, '--batch-size', '8'])
  expect(code).toBe(0)
  for (const part of ['8 samples', 'kernel', 'MFLOP']) expect(stdout).toContain(part)
  const { events } = await run(['explain', model, '--json'])
  expect(events[0]).toMatchObject({ batchSize: 32 })
})

describe('a model file that cannot be used', () => {
  const cut = () => file('cut.safetensors', readFileSync(model).subarray(0, 5000))
  test.each(['evaluate', 'predict', 'inspect', 'explain'])('%s says so', async (command) => {
    for (const name of [cut(), file('foreign.safetensors', 'x'.repeat(100)), 'missing.safetensors']) {
      const { code, stderr, stdout } = await run([command, name], '[]')
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain(name)
      expect(stderr).not.toContain('    at ')
    }
  })
})

test('data in the place of the model: says what comes first', async () => {
  file('data.csv', 'text,label\na film,good\n')
  for (const command of [
    ['predict', 'data.csv', model],
    ['train', 'mnist', '--resume', 'data.csv'],
  ]) {
    const { code, stdout, stderr } = await run(command)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(
      'data.csv: expected the file of a trained model, received one with something else',
    )
    expect(stderr).toContain('The model comes first')
  }
})

test('a model file that is not there: says what to do', async () => {
  const { stderr } = await run(['evaluate', 'missing.safetensors'])
  expect(stderr).toContain("Is the name right? 'npx carousel train' makes one.")
})

describe('help', () => {
  test.each([['train', 'mnist'], ['evaluate'], ['predict'], ['inspect'], ['explain'], []])(
    '%s %s teaches by example',
    async (...command) => {
      const { code, stdout } = await run([...command, '--help'])
      expect(code).toBe(0)
      expect(stdout).toMatch(/Examples:\n {2}\$ npx carousel /)
    },
  )

  test('no command and unknown ones are usage errors', async () => {
    expect((await run([])).code).toBe(2)
    expect((await run(['train'])).code).toBe(2)
    expect((await run(['trian'])).code).toBe(2)
    expect((await run(['train', 'cifar'])).code).toBe(2)
    expect((await run(['predict'])).code).toBe(2)
  })

  test('the version', async () => {
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
