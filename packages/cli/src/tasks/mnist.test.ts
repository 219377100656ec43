import { join } from 'node:path'
import { mnist } from '@carousel/datasets'
import { expect, test } from 'vitest'
import { temporaryFolder, writeDigits } from '../testing.ts'
import { type MnistListener, mnistDefaults, mnistModel, trainMnist } from './mnist.ts'

const data = await mnist.load({ data: writeDigits(join(temporaryFolder(), 'data')) })

test.each<[string, (stop: () => void) => MnistListener, kept: object, history: number]>([
  [
    'before an epoch is validated',
    (stop) => ({ onBatch: ({ batch, batches }) => void (batch === batches && stop()) }),
    { epoch: 0, batch: 10 },
    0,
  ],
  ['when an epoch is done', (stop) => ({ onEpoch: stop }), { epoch: 1, batch: 0 }, 1],
])('a signal %s: the model is kept once', async (_, listener, position, epochs) => {
  const settings = { ...mnistDefaults, units: 2, learningRate: 0.001, seed: 1, limit: null }
  const controller = new AbortController()
  const kept: unknown[] = []
  const { interrupted, history } = await trainMnist(
    { model: mnistModel(settings), data, settings, history: [], dataFolder: null, versions: {} },
    {
      signal: controller.signal,
      checkpoint: async (model) => void kept.push(model.position),
      ...listener(() => controller.abort()),
    },
  )
  expect(interrupted).toBe(true)
  expect(history).toHaveLength(epochs)
  expect(kept).toEqual([expect.objectContaining(position)])
})
