import { oneHot } from '@carousel/datasets'
import { expect, test } from 'vitest'
import { type TrainingListener, train } from '../job.ts'
import { mnist, withSource } from './mnist.ts'

/** Blank pictures: what is learned of them does not matter here. */
const blank = (samples: number) => ({
  x: { shape: [samples, 28, 28], data: new Float32Array(samples * 28 * 28) },
  y: oneHot(new Int32Array(samples), 10),
  labels: { shape: [samples], data: new Int32Array(samples) },
})
const data = withSource({
  train: blank(320),
  test: blank(100),
  source: {
    kind: 'directory',
    name: 'mnist',
    location: '.',
    verified: false,
    files: [],
    description: 'blank pictures',
    notes: [],
  },
})

test.each<[string, (stop: () => void) => TrainingListener, kept: object, history: number]>([
  [
    'before an epoch is validated',
    (stop) => ({ onBatch: ({ batch, batches }) => void (batch === batches && stop()) }),
    { epoch: 0, batch: 10 },
    0,
  ],
  ['when an epoch is done', (stop) => ({ onEpoch: stop }), { epoch: 1, batch: 0 }, 1],
])('a signal %s: the model is kept once', async (_, listener, position, epochs) => {
  const controller = new AbortController()
  const kept: unknown[] = []
  const job = await mnist.begin(data, mnist.settings({ units: 2, seed: 1 }))
  const { interrupted, history } = await train(job, {
    signal: controller.signal,
    checkpoint: async (model) => void kept.push(model.position),
    ...listener(() => controller.abort()),
  })
  expect(interrupted).toBe(true)
  expect(history).toHaveLength(epochs)
  expect(kept).toEqual([expect.objectContaining(position)])
})
