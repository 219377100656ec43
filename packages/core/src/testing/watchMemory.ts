/**
 * A process that trains, then pushes into a stream, and watches its memory: `node --expose-gc watchMemory.js THREADS`. Everything is planned, and V8
 * has compiled what it will compile, before it begins to watch. Prints a `MemoryReport` as JSON.
 */

import { setTimeout } from 'node:timers/promises'
import { wasm } from '../engines/wasm/index.ts'
import * as layers from '../layers/index.ts'
import { sequential } from '../model/sequential.ts'
import { numbers, oneHot } from './data.ts'

export interface MemoryReport {
  /** How many steps were watched. */
  readonly steps: number
  /**
   * What JavaScript takes for a step, to be collected later: what 20,000 steps take more than 2,000. Of nine tries the
   * third from below, as V8 takes some for itself now and then.
   */
  readonly bytesAStep: number
  /** The same of a push into a stream. */
  readonly bytesAPush: number
  /** What is held after all steps more than before them: on the heap, and in arrays. */
  readonly heapGrowth: number
  readonly arrayGrowth: number
  /** How often WebAssembly's memory grew meanwhile. */
  readonly grows: number
}

const TRIES = 9
const FEW = 2_000
const MANY = 20_000
const BATCH = 8

let grows = 0
const { grow } = WebAssembly.Memory.prototype
WebAssembly.Memory.prototype.grow = function (...args) {
  grows++
  return grow.apply(this, args)
}

const model = sequential(
  [
    layers.lstm({ units: 6, dropout: 0.1, inputShape: [3, 2] }),
    layers.dropout({ rate: 0.2 }),
    layers.dense({ units: 4, activation: 'softmax' }),
  ],
  { engine: wasm({ kernels: 'simd', threads: Number(process.argv[2]) }), seed: 1 },
)
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
const x = numbers([MANY * BATCH, 3, 2])
const y = oneHot([MANY * BATCH], 4)

/** An epoch of so many steps, the last of them on a short batch. */
async function train(steps: number): Promise<void> {
  const samples = steps * BATCH - 3
  const [samplesX, samplesY] = [x.data.subarray(0, samples * 6), y.data.subarray(0, samples * 4)]
  await model.fit(
    { shape: [samples, 3, 2], data: samplesX },
    { shape: [samples, 4], data: samplesY },
    { batchSize: BATCH },
  )
}

async function held(): Promise<NodeJS.MemoryUsage> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await setTimeout(10)
  }
  return process.memoryUsage()
}

/** Bytes that work takes, on top of what is held before. */
async function taken(work: () => unknown): Promise<number> {
  const before = (await held()).heapUsed
  await work()
  return process.memoryUsage().heapUsed - before
}

/** Bytes of one time more of it. */
async function slope(repeat: (times: number) => unknown): Promise<number> {
  const slopes: number[] = []
  for (let i = 0; i < TRIES; i++) {
    const few = await taken(() => repeat(FEW))
    slopes.push(((await taken(() => repeat(MANY))) - few) / (MANY - FEW))
  }
  return slopes.sort((a, b) => a - b)[2]
}

for (const steps of [FEW, MANY, FEW, MANY]) await train(steps)
const before = await held()
const growsBefore = grows
const bytesAStep = await slope(train)
const after = await held()

const stream = await model.stream()
const [step, output] = [x.data.subarray(0, 2), new Float32Array(4)]
const push = (times: number) => {
  for (let i = 0; i < times; i++) stream.push(step, output)
}
push(5 * MANY)
const report: MemoryReport = {
  steps: TRIES * (FEW + MANY),
  bytesAStep,
  bytesAPush: await slope(push),
  heapGrowth: after.heapUsed - before.heapUsed,
  arrayGrowth: after.arrayBuffers - before.arrayBuffers,
  grows: grows - growsBefore,
}
console.log(JSON.stringify(report))
