import { reference, wasm } from '@carousel/core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { answer } from './carousel.ts'
import { expectNear, FLOAT32, FLOAT64 } from './compare.ts'
import { drawJobs } from './draw.ts'
import { type Answer, type Job, startKeras } from './keras.ts'
import type { Peer } from './peer.ts'

/** Other models: CONFORMANCE_SEED=2; more of them: CONFORMANCE_JOBS=200. */
const seed = Number(process.env.CONFORMANCE_SEED ?? 1)
const count = Number(process.env.CONFORMANCE_JOBS ?? 12)

const SLOW = 120_000

/** Adam divides by the size of a gradient, so it enlarges the rounding of tiny ones, which some drawn models have. */
const DRAWN_FLOAT32 = { ...FLOAT32, training: 1e-4 }

describe(`models drawn with seed ${seed}, by Keras and by Carousel`, () => {
  let keras: Peer<Job, Answer>
  beforeAll(async () => {
    keras = await startKeras()
  }, SLOW)
  afterAll(() => keras.close(), SLOW)

  const jobs = drawJobs(seed, count).map((job, index) => ({ name: `${index}: ${describeJob(job)}`, job }))

  it.each(jobs)('$name', { timeout: SLOW }, async ({ job }) => {
    const theirs = await keras.ask({ ...job, precision: 'float64' })
    expectNear(theirs, await answer(job, reference()), FLOAT64)
    expectNear(theirs, await answer(job, wasm()), DRAWN_FLOAT32)
  })
})

/** Enough of a job to know it again in a report. */
function describeJob({ layers = [], x, batchSize, loss, optimizer }: Job): string {
  const names = [...layers, loss, optimizer].map((it) => (typeof it === 'object' ? it.class_name : it))
  return `${names.join(' ')} [${x.shape}] batches of ${batchSize}`
}
