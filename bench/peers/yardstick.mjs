// The machine's ceiling in GFLOP/s: the same loop on one thread and on two, in turns.
import v8 from 'node:v8'
import { Worker } from 'node:worker_threads'
import { median } from '../summary.mjs'
import { serve } from './protocol.mjs'

const TURNS = 5
const TURN_SECONDS = 0.05

let workers
let callsATurn

// Flags hold for workers too when set before they start.
function setFlags(width) {
  if (Number.parseInt(process.versions.node, 10) < 21)
    v8.setFlagsFromString('--experimental-wasm-relaxed-simd')
  if (width === 256) v8.setFlagsFromString('--experimental-wasm-revectorize')
}

const answerOf = (worker) =>
  new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })

async function gflops(threads, calls) {
  const begin = performance.now()
  const done = workers.slice(0, threads).map((worker) => {
    const answer = answerOf(worker)
    worker.postMessage(calls)
    return answer
  })
  const operations = (await Promise.all(done)).reduce((sum, each) => sum + each, 0)
  return operations / (performance.now() - begin) / 1e6
}

async function start({ width, wasm }) {
  setFlags(width)
  workers = [0, 1].map(
    () => new Worker(new URL('../yardstick/worker.mjs', import.meta.url), { workerData: { wasm, width } }),
  )
  await Promise.all(workers.map(answerOf))
  // Several short calls, so that the optimized code is in place before one is timed.
  for (let call = 0; call < 40; call++) await gflops(2, 5)
  const calls = 100
  const begin = performance.now()
  await gflops(1, calls)
  callsATurn = Math.ceil((calls * TURN_SECONDS * 1000) / (performance.now() - begin))
  return { version: process.version }
}

async function measure() {
  const one = []
  const two = []
  for (let turn = 0; turn < TURNS; turn++) {
    one.push(await gflops(1, callsATurn))
    two.push(await gflops(2, callsATurn))
  }
  const [oneThread, twoThreads] = [median(one), median(two)]
  return { oneThread, twoThreads, gain: twoThreads / oneThread }
}

await serve({ start, measure })
