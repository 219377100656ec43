import { describe, expect, it } from 'vitest'
import { batches, classifier, endless, SAMPLES, stopAfter } from '../testing/models.ts'
import type { Batch } from './sources.ts'

const { x, y } = SAMPLES

describe('a generator that a call began', () => {
  /** Counts how often a generator was begun and cleaned up. */
  const counted = () => {
    const counts = { begun: 0, closed: 0 }
    const source = function* () {
      counts.begun++
      try {
        yield* endless()
      } finally {
        counts.closed++
      }
    }
    return { counts, source }
  }

  it.each<
    [string, (model: ReturnType<typeof classifier>, source: () => Iterable<Batch>) => Promise<unknown>]
  >([
    ['fit, in steps', (model, source) => model.fit(source, { stepsPerEpoch: 2, epochs: 2 })],
    ['fit that is stopped', (model, source) => model.fit(source, { callbacks: [stopAfter(model, 2)] })],
    [
      'fit that fails',
      (model, source) =>
        model
          .fit(source, {
            callbacks: [
              {
                onBatchEnd: () => {
                  throw new Error('enough')
                },
              },
            ],
          })
          .catch(() => {}),
    ],
    ['evaluate', (model, source) => model.evaluate(source, { steps: 2 })],
    [
      'validation',
      (model, validationData) => model.fit(x, y, { epochs: 2, validationData, validationSteps: 1 }),
    ],
  ])('is closed by %s', async (_, run) => {
    const { counts, source } = counted()
    await run(classifier(), source)
    expect(counts.begun).toBeGreaterThan(0)
    expect(counts.closed).toBe(counts.begun)
  })

  it('predict closes what it began, and leaves alone what it was given', async () => {
    const model = classifier()
    const { counts, source } = counted()
    const inputs = function* () {
      for (const [batch] of source()) yield batch
    }
    await model.predict(inputs, { steps: 2 })
    expect(counts).toEqual({ begun: 1, closed: 1 })
    const running = inputs()
    const first = await model.predict(running, { steps: 2 })
    expect(await model.predict(running, { steps: 2 })).not.toEqual(first)
    expect(counts).toEqual({ begun: 2, closed: 1 })
  })
})

it.each<
  [string, (model: ReturnType<typeof classifier>, signal: AbortSignal, stuck: never) => Promise<unknown>]
>([
  ['evaluate', (model, signal, stuck) => model.evaluate(stuck, { signal })],
  ['predict', (model, signal, stuck) => model.predict(stuck, { signal })],
])('a signal ends %s, though its source never answers', async (_, run) => {
  const stop = new AbortController()
  const stuck = async function* () {
    setTimeout(() => stop.abort(new Error('stopped')), 20)
    await new Promise(() => {})
  }
  await expect(run(classifier(), stop.signal, stuck as never)).rejects.toThrow('stopped')
})

it('a signal ends a validation whose source never answers; a resume does it again', async () => {
  const model = classifier()
  const stop = new AbortController()
  const stuck = async function* (): AsyncGenerator<Batch> {
    setTimeout(() => stop.abort(), 20)
    await new Promise(() => {})
  }
  const history = await model.fit(x, y, { epochs: 2, validationData: stuck, signal: stop.signal })
  expect(history).toMatchObject({ epoch: [], interrupted: true })
  expect(model.position).toMatchObject({ epoch: 0, batch: 1, step: 1 })
  const rest = await model.fit(x, y, { resume: true, validationData: [x, y] })
  expect(rest.history.valLoss).toHaveLength(1)
  expect(model.position).toMatchObject({ epoch: 1, batch: 0, step: 1 })
})

it('a signal stops a source that never answers', async () => {
  const model = classifier()
  const stop = new AbortController()
  const stuck = async function* (): AsyncGenerator<Batch> {
    yield* [...batches()].slice(0, 2)
    setTimeout(() => stop.abort(), 20)
    await new Promise(() => {})
  }
  const history = await model.fit(stuck, { signal: stop.signal })
  expect(history.interrupted).toBe(true)
  expect(model.position).toMatchObject({ epoch: 0, batch: 2, step: 2 })
})
