import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callbacks, layers, sequential } from '@carousel/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inRepository, python } from './peer.ts'

type Events = Record<
  'train' | 'validation',
  Record<string, { plugin: string; points: [number, number | string][] }>
>

const SLOW = 120_000

const X = [
  [0.1, 0.2, 0.3],
  [0.9, 0.1, 0.4],
  [0.5, 0.8, 0.2],
  [0.3, 0.3, 0.9],
  [0.7, 0.6, 0.1],
  [0.2, 0.9, 0.5],
]
const Y = [0, 1, 0, 1, 1, 0].map((label) => (label === 0 ? [1, 0] : [0, 1]))
const METRICS = ['accuracy', 'meanSquaredError'] as const

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'carousel-tensorboard-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What TensorBoard reads there; with `update`, after Keras has written there. */
function read(logs: string, ...update: string[]): Events {
  const script = inRepository('test/conformance/tensorboard_events.py')
  return JSON.parse(execFileSync(python(), [script, logs, ...update], { encoding: 'utf8', stdio: 'pipe' }))
}

/** Tags, what draws them, and at which steps. */
const outline = (events: Events) =>
  Object.fromEntries(
    Object.entries(events).map(([part, tags]) => [
      part,
      Object.fromEntries(
        Object.entries(tags)
          .sort()
          .map(([tag, { plugin, points }]) => [tag, { plugin, steps: points.map(([step]) => step) }]),
      ),
    ]),
  )

// where the number does not divide an epoch's batches Keras leaves out figures of epochs, too; we do not
it.each(['epoch', 'batch', 3] as const)(
  'TensorBoard reads our curves as it reads those of Keras, updated every %s',
  async (updateFreq) => {
    const model = sequential([layers.dense({ units: 2, activation: 'softmax', inputShape: [3] })], {
      seed: 3,
    })
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: METRICS })
    const logDir = join(folder, `ours-${updateFreq}`)
    const batches: number[] = []
    const { history } = await model.fit(X, Y, {
      epochs: 2,
      batchSize: 2,
      validationData: [X, Y],
      callbacks: [
        callbacks.tensorBoard({ logDir, updateFreq, writeStepsPerSecond: true }),
        { onBatchEnd: (_, { loss }) => void batches.push(loss) },
      ],
    })

    const ours = read(logDir)
    expect(outline(ours)).toEqual(outline(read(join(folder, `keras-${updateFreq}`), String(updateFreq))))

    const rounded = (figures: readonly number[]) => figures.map((figure, step) => [step, Math.fround(figure)])
    expect(ours.train.epoch_loss.points).toEqual(rounded(history.loss))
    expect(ours.train.epoch_mean_squared_error.points).toEqual(rounded(history.meanSquaredError))
    expect(ours.train.epoch_learning_rate.points).toEqual(rounded([0.001, 0.001]))
    expect(ours.validation.epoch_accuracy.points).toEqual(rounded(history.valAccuracy))
    expect(ours.validation.evaluation_loss_vs_iterations.points).toEqual([
      [3, Math.fround(history.valLoss[0])],
      [6, Math.fround(history.valLoss[1])],
    ])
    const every = updateFreq === 'batch' ? 1 : Number(updateFreq)
    if (every > 0)
      expect(ours.train.batch_loss.points).toEqual(
        batches.flatMap((loss, batch) => ((batch + 1) % every === 0 ? [[batch + 1, Math.fround(loss)]] : [])),
      )
    expect(JSON.parse(String(ours.train.keras.points[0][1]))).toMatchObject({
      class_name: 'Sequential',
      config: { name: 'sequential' },
    })
  },
  SLOW,
)
