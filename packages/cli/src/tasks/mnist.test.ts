import { join } from 'node:path'
import { mnist } from '@carousel/datasets'
import { expect, test } from 'vitest'
import { temporaryFolder, writeDigits } from '../testing.ts'
import { mnistDefaults, mnistModel, trainMnist } from './mnist.ts'

test('a signal before an epoch validates ends training there, kept once', async () => {
  const data = await mnist.load({ data: writeDigits(join(temporaryFolder(), 'data')) })
  const settings = { ...mnistDefaults, units: 2, learningRate: 0.001, seed: 1, limit: null }
  const model = mnistModel(settings)
  const controller = new AbortController()
  const kept: unknown[] = []
  const { interrupted, history } = await trainMnist(
    { model, data, settings, history: [], dataFolder: null, versions: {} },
    {
      signal: controller.signal,
      onBatch: ({ batch, batches }) => void (batch === batches && controller.abort()),
      checkpoint: async ({ position }) => void kept.push([position?.epoch, position?.batch]),
    },
  )
  expect({ interrupted, history, kept }).toEqual({ interrupted: true, history: [], kept: [[0, 10]] })
})
