import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadModel } from '@carousel/core'
import { describe, expect, test } from 'vitest'
import { carousel, ctrlCAt, type Event, temporaryFolder, writeDigits } from '../testing.ts'

const folder = temporaryFolder()
const data = writeDigits(join(folder, 'data'))
const small = ['train', 'mnist', '--data', data, '--units', '8', '--batch-size', '16', '--seed', '7']
const inFolder = (name: string) => join(folder, name)

describe('interrupted and resumed', () => {
  const epochs = ['--epochs', '3']
  /** Of three epochs that nothing interrupted. */
  const straightEvents = async () => {
    const { events } = await carousel([
      ...small,
      ...epochs,
      '--json',
      '--out',
      inFolder('straight.safetensors'),
    ])
    return events
  }
  /** What an epoch event tells, times apart, which are never the same. */
  const figures = (events: readonly Event[]) =>
    events
      .filter(({ event }) => event === 'epoch')
      .map(({ epoch, loss, accuracy, valLoss, valAccuracy }) => [epoch, loss, accuracy, valLoss, valAccuracy])

  test('Ctrl-C within the first epoch leaves the model that --out would replace', async () => {
    const out = inFolder('good.safetensors')
    const trained = await carousel([...small, '--epochs', '1', '--json', '--out', out])
    const stopped = await carousel([...small, '--epochs', '2', '--json', '--out', out], {
      env: ctrlCAt('onTrainBatchEnd', 3),
    })
    const saved = inFolder('good-2.safetensors')
    expect(stopped.events.at(-1)).toMatchObject({ event: 'interrupted', batchesDone: 3, out: saved })
    const told = await carousel(['inspect', out, '--json'])
    expect(told.events[0].weightsSha256).toBe(trained.events.at(-1)?.weightsSha256)
    const resumed = await carousel(['train', 'mnist', '--resume', saved, '--json'])
    expect(resumed.code).toBe(0)
  })

  test('Ctrl-C saves and exits 130, and --resume goes on with the same bits and the same figures', async () => {
    const straight = await carousel([
      ...small,
      ...epochs,
      '--json',
      '--out',
      inFolder('straight.safetensors'),
    ])
    const out = inFolder('stopped.safetensors')
    const batches = 320 / 16
    const stopped = await carousel([...small, ...epochs, '--json', '--out', out], {
      env: ctrlCAt('onTrainBatchEnd', batches + 5),
    })
    expect(stopped.code).toBe(130)
    expect(stopped.events.at(-1)).toMatchObject({
      event: 'interrupted',
      out,
      resume: `npx carousel train mnist --resume ${out}`,
    })
    expect(stopped.events.at(-1)).toMatchObject({ epochsDone: 1, batchesDone: 5 })
    expect(stopped.events.some(({ event }) => event === 'end')).toBe(false)

    const resumed = await carousel(['train', 'mnist', '--resume', out, '--json'])
    expect(resumed).toMatchObject({ code: 0, stderr: '' })
    expect(resumed.events[0]).toMatchObject({ seed: 7, units: 8, epochs: 3, batchSize: 16 })
    expect([...figures(stopped.events), ...figures(resumed.events)]).toEqual(figures(straight.events))
    expect(resumed.events.at(-1)?.weightsSha256).toBe(straight.events.at(-1)?.weightsSha256)
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
  })

  test.each([
    ['--json', '"event":"interrupted"'],
    ['--quiet', 'Stopped at epoch 2, after 20 batches'],
    [undefined, 'Stopped at epoch 2, after 20 batches'],
  ])('Ctrl-C while an epoch validates (%s), and --resume validates it and goes on', async (way, told) => {
    const out = inFolder(`validating${way}.safetensors`)
    const report = way === undefined ? [] : [way]
    const validations = Math.ceil(100 / 16)
    const { code, stdout, stderr } = await carousel([...small, ...epochs, ...report, '--out', out], {
      env: ctrlCAt('onTestBatchEnd', validations + 2),
    })
    expect(code).toBe(130)
    expect(stdout).toContain(told)
    expect(stderr).not.toContain('    at ')
    expect((await loadModel(out)).position).toMatchObject({ epoch: 1, batch: 20 })

    const resumed = await carousel(['train', 'mnist', '--resume', out, '--json'])
    expect(resumed).toMatchObject({ code: 0, stderr: '' })
    const straight = await straightEvents()
    expect(figures(resumed.events)).toEqual(figures(straight).slice(1))
    expect(resumed.events.at(-1)?.weightsSha256).toBe(straight.at(-1)?.weightsSha256)
  })

  test('a finished training is saved where --out says, and not written again where it is', async () => {
    const file = inFolder('finished.safetensors')
    await carousel([...small, '--epochs', '1', '--out', file])
    const { ino } = statSync(file)
    const told = `${file} has done its 1 epoch: with more, such as --epochs 2, it goes on.\n`
    const { code, stderr } = await carousel(['train', 'mnist', '--resume', file])
    expect({ code, stderr }).toEqual({ code: 0, stderr: told })
    expect(statSync(file).ino).toBe(ino) // writing makes a new file and renames it

    mkdirSync(inFolder('elsewhere'))
    const out = inFolder('elsewhere/copy.safetensors')
    const copied = await carousel(['train', 'mnist', '--resume', file, '--out', out, '--json'])
    expect(copied).toMatchObject({ code: 0, stderr: told })
    expect(await (await loadModel(out)).weightsSha256()).toBe(copied.events.at(-1)?.weightsSha256)
    // where the data lie is told from the file's own folder
    expect(await carousel(['evaluate', out])).toMatchObject({ code: 0, stderr: '' })
  })

  test('--epochs is the total: more of them go on where the last ended', async () => {
    const out = inFolder('longer.safetensors')
    const straight = await carousel([
      ...small,
      ...epochs,
      '--json',
      '--out',
      inFolder('straight.safetensors'),
    ])
    await carousel([...small, '--epochs', '1', '--json', '--out', out])
    const longer = await carousel(['train', 'mnist', '--resume', out, ...epochs, '--json'])
    expect(figures(longer.events).map(([epoch]) => epoch)).toEqual([2, 3])
    expect(longer.events.at(-1)?.weightsSha256).toBe(straight.events.at(-1)?.weightsSha256)

    const shorter = await carousel(['train', 'mnist', '--resume', out, '--epochs', '2'])
    expect(shorter.code).toBe(2)
    expect(shorter.stderr).toContain('expected at least 3')
    const again = await carousel(['train', 'mnist', '--resume', out, '--json'])
    expect(again.events.map(({ event }) => event)).toEqual(['start', 'end'])
    expect(again.events.at(-1)?.weightsSha256).toBe(straight.events.at(-1)?.weightsSha256)
  })

  test('in another arithmetic it goes on, and says so', async () => {
    const out = inFolder('arithmetic.safetensors')
    await carousel([...small, '--epochs', '1', '--out', out])
    writeFileSync(
      out,
      withHeader(readFileSync(out), (header) =>
        // without its checksum, as a file is that was written where none could be had
        header.replace(/(un)?fused/, 'float64').replace(/,"carouselSha256":"\w+"/, ''),
      ),
    )
    const { code, stderr } = await carousel(['train', 'mnist', '--resume', out, '--epochs', '2', '--quiet'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/trained in float64 arithmetic, and this machine's is (un)?fused/)
  })

  test('options that differ from the file are usage errors, and the same ones are not', async () => {
    const out = inFolder('options.safetensors')
    await carousel([...small, '--epochs', '1', '--out', out])
    const resume = (...options: string[]) => carousel(['train', 'mnist', '--resume', out, ...options])
    const different = await resume('--units', '9', '--seed', '8', '--batch-size', '16')
    expect(different.code).toBe(2)
    expect(different.stderr).toContain('--units 8, received 9')
    expect(different.stderr).toContain('--seed 7, received 8')
    expect(different.stderr).not.toContain('--batch-size')
    for (const option of [
      ['--cell', 'gru'],
      ['--optimizer', 'sgd'],
      ['--learning-rate', '0.1'],
      ['--dropout', '0.1'],
      ['--limit', '5'],
    ]) {
      expect((await resume(...option)).code, option.join(' ')).toBe(2)
    }
    const other = writeDigits(join(folder, 'other data'), { train: 64, test: 20 })
    const elsewhere = await resume('--data', other)
    expect(elsewhere.code).toBe(2)
    expect(elsewhere.stderr).toContain('expected the data the model was trained on')
    expect((await resume('--data', data, '--units', '8', '--limit', '320', '--quiet')).code).toBe(0)
  })
})

/** A safetensors file with its header changed: 8 bytes of length, the header, the tensors. */
function withHeader(file: Buffer, change: (header: string) => string): Buffer {
  const end = 8 + Number(file.readBigUInt64LE())
  const header = Buffer.from(change(file.toString('utf8', 8, end)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, header, file.subarray(end)])
}
