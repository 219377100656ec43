import type { Worker } from 'node:worker_threads'
import type { Thread } from '../platform.ts'

/** What the process was started with (`--input-type`, `--import` …) is not for its threads. */
export const OPTIONS = { execArgv: [] }

export function threadOf(worker: Worker): Thread {
  worker.unref()
  let reason = 'it ended'
  // without a listener an error in the thread would end the process
  worker.on('error', (error) => {
    reason = error instanceof Error ? error.message : String(error)
  })
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage(handler) {
      worker.on('message', handler)
      // a listener for messages references it again
      worker.unref()
    },
    onEnd: (handler) => void worker.on('exit', () => handler(reason)),
    end: () => void worker.terminate(),
  }
}
