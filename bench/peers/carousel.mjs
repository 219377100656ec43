// The seed job in Carousel: `fit` and `predict` as anyone calls them.
import { readFileSync } from 'node:fs'
import { dataOf, JOBS, SAMPLES } from '../family.mjs'
import { serve } from './protocol.mjs'
import { BATCH, readData, repeatFor } from './tools.mjs'

let model
let data
/** What `profile` needs: threads, kernels, and the yardstick's binary. */
let settings
let profiled
let rate = 0
/** The library, its engine, and the family's jobs as far as they were asked for. */
let core
let engine
const jobs = new Map()

/** Builds the seed job, or says how to get the library where it is not built. */
async function start(message) {
  core = await import('@carousel/core').catch((error) => error)
  if (core.code === 'ERR_MODULE_NOT_FOUND') return { missing: '@carousel/core', remedy: 'npm run build' }
  if (core instanceof Error) throw core
  return compile(message)
}

async function compile({ threads, mode, data: files, yardstick }) {
  // Node 20 has relaxed SIMD behind a flag, which the command switches on for its users.
  core.enableRelaxedSimd()
  data = readData(files)
  settings = { threads, kernels: mode, yardstick }
  const { seedJob } = await import('../seedJob.mjs')
  engine = core.wasm({ threads, kernels: mode })
  model = seedJob(engine)
  return { version: readJson('../../packages/core/package.json').version }
}

const readJson = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))

const rows = (count) => ({
  x: { shape: [count, 28, 28], data: data.x.subarray(0, count * 784) },
  y: { shape: [count, 10], data: data.y.subarray(0, count * 10) },
})

/** One epoch over as many batches as fit into the time; `fit` itself tells how long training took. */
async function train({ seconds }) {
  const most = Math.floor(data.count / BATCH)
  const batches = Math.min(most, Math.max(64, Math.round((rate * seconds) / BATCH)))
  const { x, y } = rows(batches * BATCH)
  const { history } = await model.fit(x, y, { epochs: 1, batchSize: BATCH })
  rate = history.samplesPerSecond[0]
  return { samplesPerSecond: rate, calls: batches, seconds: history.seconds[0] }
}

async function infer({ batch, seconds }) {
  const { x } = rows(batch)
  return repeatFor(seconds, batch, () => model.predict(x, { batchSize: batch }))
}

async function openJob(name) {
  const { familyModel } = await import('../familyModels.mjs')
  const job = JOBS[name]
  const { x, y } = dataOf(job)
  const samples = {
    x: { shape: [SAMPLES, ...job.shape], data: x },
    y: { shape: [SAMPLES, job.classes], data: y },
  }
  return { model: familyModel(name, engine), batch: job.batch, ...samples }
}

/** Whole epochs of one of the family's jobs until the time is over; `fit` itself tells how long training took. */
async function family({ job, seconds }) {
  if (!jobs.has(job)) jobs.set(job, await openJob(job))
  const { model, batch, x, y } = jobs.get(job)
  let calls = 0
  let elapsed = 0
  do {
    const { history } = await model.fit(x, y, { epochs: 1, batchSize: batch })
    elapsed += history.seconds[0]
    calls += SAMPLES / batch
  } while (elapsed < seconds)
  return { samplesPerSecond: (calls * batch) / elapsed, calls, seconds: elapsed }
}

/** Steps in one measured call: a clock would cost as much as a step. */
const STEPS = 1000

/** Steps a second of the seed job's model, from an array to an array. */
async function stream({ seconds }) {
  const pushed = await model.stream()
  const row = data.x.subarray(0, 28)
  const into = new Float32Array(10)
  return repeatFor(seconds, STEPS, () => {
    for (let step = 0; step < STEPS; step++) pushed.push(row, into)
  })
}

async function profilingJob() {
  const { Profiler } = await import('../profile/profiler.mjs')
  const { seedJob } = await import('../seedJob.mjs')
  const profiler = await Profiler.open(settings)
  return { profiler, model: seedJob(profiler.engine) }
}

/** What the matrix products of a step reach, and how long a step and all else in it take. */
async function profile({ seconds }) {
  profiled ??= await profilingJob()
  const { x, y } = rows(data.count)
  const found = await profiled.profiler.profile(profiled.model, x, y, { batch: BATCH, seconds })
  const { gflops, ceiling, otherSeconds, stepSeconds, steps } = found
  return { matrixGflops: gflops, ceilingGflops: ceiling, otherSeconds, stepSeconds, steps }
}

await serve({ start, train, infer, profile, family, stream })
