import { Worker } from 'node:worker_threads'
import type { Thread } from '../platform.ts'
import { OPTIONS, threadOf } from './thread.ts'

/** Starts a thread that runs kernels. */
export function spawnWorker(): Thread {
  return threadOf(new Worker(new URL('../../worker.js', import.meta.url), OPTIONS))
}
