import type { Thread } from '../platform.ts'

export function threadOf(worker: Worker): Thread {
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: (handler) => worker.addEventListener('message', ({ data }) => handler(data)),
    onEnd(handler) {
      const end = ({ message }: ErrorEvent) => {
        worker.terminate()
        handler(message || 'its script could not be loaded')
      }
      worker.addEventListener('error', end, { once: true })
    },
    end: () => worker.terminate(),
  }
}
