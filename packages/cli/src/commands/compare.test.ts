import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { layers, sequential } from '@carousel/core'
import { describe, expect, test } from 'vitest'
import { carousel, temporaryFolder, writeDigits } from '../testing.ts'

const folder = temporaryFolder()
const data = writeDigits(join(folder, 'data'))
const small = ['train', 'mnist', '--data', data, '--units', '8', '--batch-size', '16', '--epochs', '1']
const run = (args: readonly string[], cwd = folder) => carousel(args, { cwd })

describe('--cell with several', () => {
  test('trains each from the same settings, and compares them', async () => {
    const { code, events } = await run([...small, '--cell', 'lstm,gru,rnn', '--seed', '3', '--json'])
    expect(code).toBe(0)
    const of = (kind: string) => events.filter(({ event }) => event === kind)
    expect(of('start').map(({ cell, seed }) => [cell, seed])).toEqual([
      ['lstm', 3],
      ['gru', 3],
      ['rnn', 3],
    ])
    const files = of('end').map(({ out }) => out)
    expect(files).toEqual(['mnist-lstm.safetensors', 'mnist-gru.safetensors', 'mnist-rnn.safetensors'])
    const [{ models }] = of('comparison') as unknown as [{ models: Record<string, unknown>[] }]
    expect(models.map(({ model, cell }) => [model, cell])).toEqual([
      [files[0], 'lstm'],
      [files[1], 'gru'],
      [files[2], 'rnn'],
    ])
    for (const [index, model] of models.entries()) {
      expect(model.metrics).toEqual(of('end')[index].metrics)
      expect(model.predictionsPerSecond).toBeGreaterThan(0)
      expect(model.seconds).toBeGreaterThan(0)
    }
  })

  test('without --seed all draw the same one', async () => {
    const cwd = join(folder, 'drawn')
    mkdirSync(cwd)
    const { events } = await run([...small, '--cell', 'gru,rnn', '--json'], cwd)
    const seeds = events.filter(({ event }) => event === 'start').map(({ seed }) => seed)
    expect(seeds[0]).toBe(seeds[1])
  })

  test.each([
    [['--out', 'one.safetensors'], '--out names one file'],
    [['--resume', 'one.safetensors'], '--resume names one file'],
  ])('refuses %j', async (options, message) => {
    const { code, stderr } = await run([...small, '--cell', 'lstm,gru', ...options])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  test.each(['lstm,lstm', 'lstm,', 'lstm,tree'])('refuses %s', async (cells) => {
    const { code, stderr } = await run([...small, '--cell', cells])
    expect(code).toBe(2)
    expect(stderr).toContain('lstm, gru, rnn')
  })
})

describe('compare', () => {
  test('says where figures do not compare, and shows a model of unknown origin', async () => {
    await run([...small, '--seed', '1', '--out', 'known.safetensors'])
    const other = sequential([layers.lstm({ units: 2, inputShape: [null, 3] })])
    await other.save(join(folder, 'other.safetensors'))
    const { code, stdout } = await run(['compare', 'known.safetensors', 'other.safetensors'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/known\.safetensors +lstm +8 /)
    expect(stdout).toMatch(/other\.safetensors +– +– +\d/)
    expect(stdout).toContain('Figures do not compare')
  })

  test('a file that is not there is a failure', async () => {
    const { code, stderr } = await run(['compare', 'nowhere.safetensors'])
    expect(code).toBe(1)
    expect(stderr).toContain('Is the name right?')
  })
})
