import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, goldenCases, type Job, startKeras } from './keras.ts'
import type { Peer } from './peer.ts'

/** Importing TensorFlow alone takes seconds. */
const SLOW = 120_000

describe('keras_peer.py', () => {
  let keras: Peer<Job, Answer>
  beforeAll(async () => {
    keras = await startKeras()
  }, SLOW)
  afterAll(() => keras.close(), SLOW)

  const [{ job, answer }] = goldenCases('simple-rnn')

  it('gives the golden answer to a golden job', { timeout: SLOW }, async () => {
    const live = await keras.ask({ ...job, precision: 'float64', want: ['outputs', 'gradients'] })
    expect(live.weightNames).toEqual(answer.weightNames)
    near(live.outputs?.data, answer.outputs?.data)
    near(live.gradients?.input?.data, answer.gradients?.input?.data)
    for (const [name, { data }] of Object.entries(answer.gradients?.weights ?? {})) {
      near(live.gradients?.weights[name]?.data, data)
    }
  })

  it('says what is wrong with a job, and takes the next one', { timeout: SLOW }, async () => {
    await expect(keras.ask({ ...job, weights: {} })).rejects.toThrow('weights must be named')
    const unknown = { ...job, layers: [{ class_name: 'Perceptron' }] }
    await expect(keras.ask(unknown)).rejects.toThrow('Perceptron')
    const { outputs } = await keras.ask({ ...job, want: ['outputs'] })
    expect(outputs?.shape).toEqual(answer.outputs?.shape)
  })
})

/** Committed numbers are rounded to nine digits. */
function near(actual: number[] = [], expected: number[] = []) {
  expect(actual.length).toBe(expected.length)
  const furthest = Math.max(0, ...actual.map((value, index) => Math.abs(value - expected[index])))
  expect(furthest).toBeLessThan(1e-8)
}
