import { Worker } from 'node:worker_threads'
import type { Thread } from '../platform.ts'
import { OPTIONS, threadOf } from './thread.ts'

/** Starts a thread: a host of machines or a worker of a pool, as the messages say that it gets. */
export function spawn(): Thread {
  return threadOf(new Worker(new URL('../../thread.js', import.meta.url), OPTIONS))
}
