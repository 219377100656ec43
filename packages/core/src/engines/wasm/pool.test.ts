import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { CASES, runCaseOn } from '../../testing/cases/index.ts'
import { ready } from '../../testing/ready.ts'
import { compile } from './binaries.ts'
import { BELL, receivedBy, ticketOf } from './control.ts'
import { LocalMachine } from './machine.ts'
import { spawn as spawnWorker } from './platform/node/spawn.ts'
import { threadOf } from './platform/node/thread.ts'
import type { Thread } from './platform/platform.ts'
import { Pool } from './pool.ts'

const testCase = CASES.find(({ name }) => name === 'lstm: many rows') ?? CASES[0]

async function machineWith(pool: Pool, threads: number): Promise<LocalMachine> {
  const module = await compile('simd')
  if (!module) throw new Error('no simd')
  return new LocalMachine({ binary: 'simd', module, arithmetic: 'unfused', notes: [], pool, threads })
}

/** A pool whose threads the test holds in its hand. */
function watched(): { pool: Pool; threads: Thread[] } {
  const threads: Thread[] = []
  const pool = new Pool(() => {
    const thread = spawnWorker()
    threads.push(thread)
    return thread
  })
  return { pool, threads }
}

/** On a busy machine the caller may have done all shares before a worker comes: of so many runs, it comes in one. */
const MANY = 1000

const alone = machineWith(new Pool(), 1).then((machine) => runCaseOn(machine, testCase))

it('lets workers do their shares', async () => {
  const { pool, threads } = watched()
  const machine = await machineWith(pool, 2)
  await ready(2, pool)
  for (let i = 0; i < MANY && pool.late === pool.offered; i++) await runCaseOn(machine, testCase)
  expect(threads).toHaveLength(1)
  expect(pool.offered).toBeGreaterThan(0)
  expect(pool.late).toBeLessThan(pool.offered)
})

it('starts no worker before there is work for one', async () => {
  const { pool, threads } = watched()
  const machine = await machineWith(pool, 4)
  await runCaseOn(machine, CASES[0])
  expect(threads).toHaveLength(0)
})

it('does the share of a worker that has been terminated, and starts another', async () => {
  const { pool, threads } = watched()
  const machine = await machineWith(pool, 2)
  await ready(2, pool)
  const ended = new Promise((resolve) => threads[0].onEnd(resolve))
  threads[0].end()
  expect(await runCaseOn(machine, testCase)).toEqual(await alone)
  await ended
  expect(await runCaseOn(machine, testCase)).toEqual(await alone)
  await ready(2, pool)
  expect(threads).toHaveLength(2)
  expect(await runCaseOn(machine, testCase)).toEqual(await alone)
})

it('does not keep a process from ending', async () => {
  const script = `
    const { ready } = await import('${new URL('../../testing/ready.js', import.meta.url)}')
    await ready(3)
    console.log('ready')`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 20_000,
  })
  expect(stdout).toBe('ready\n')
})

it('rejects where a worker dies over its share, and works again the next time', async () => {
  const spawned: string[] = []
  const spawn = () => {
    spawned.push(spawned.length === 0 ? 'mortal' : 'worker')
    return spawned.length === 1 ? mortal() : spawnWorker()
  }
  const pool = new Pool(spawn, 200)
  const machine = await machineWith(pool, 2)
  await ready(2, pool)
  const untilOneIsTaken = async () => {
    for (let i = 0; i < MANY; i++) await runCaseOn(machine, testCase)
  }
  await expect(untilOneIsTaken()).rejects.toThrow(
    /worker thread died or was silent for 0.2 s.*last checkpoint/,
  )
  expect(await runCaseOn(machine, testCase)).toEqual(await alone)
  await ready(2, pool)
  expect(await runCaseOn(machine, testCase)).toEqual(await alone)
  expect(spawned).toEqual(['mortal', 'worker'])
})

it('says so and goes on alone where workers do not start', async () => {
  const spawned: Thread[] = []
  const pool = new Pool(() => {
    const thread = threadOf(new Worker('throw new Error("no luck")', { eval: true }))
    spawned.push(thread)
    return thread
  })
  const machine = await machineWith(pool, 2)
  for (let i = 0; i < 5; i++) {
    const { length } = spawned
    expect(await runCaseOn(machine, testCase)).toEqual(await alone)
    if (spawned.length > length) await new Promise<unknown>((resolve) => spawned[length].onEnd(resolve))
  }
  expect(spawned).toHaveLength(3)
  await expect(ready(2, pool)).rejects.toThrow('no luck')
  expect(machine.notes).toEqual(['worker threads do not start (no luck), so one thread does everything'])
})

/** Says it is ready, takes the ticket of its first share, and exits. */
const MORTAL = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { bell, ticket, received } = workerData
  let control
  parentPort.on('message', (message) => {
    control ??= message.control
    Atomics.add(control, received, 1)
    if (message.kind !== 'attach') return
    for (;;) {
      const rung = Atomics.load(control, bell)
      if (Atomics.exchange(control, ticket, 0) === 1) process.exit()
      Atomics.wait(control, bell, rung)
    }
  })`

function mortal(): Thread {
  const workerData = { bell: BELL, ticket: ticketOf(1), received: receivedBy(1) }
  return threadOf(new Worker(MORTAL, { eval: true, workerData }))
}
