/**
 * Runs `task` and rejects as soon as `outer` aborts or the task has not said `alive()` for `ms`, even
 * where the task ignores the signal that tells it so.
 */
export function watch<T>(
  ms: number,
  outer: AbortSignal | undefined,
  task: (signal: AbortSignal, alive: () => void) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const inner = new AbortController()
    const stop = (reason: unknown) => {
      settle()
      inner.abort(reason)
      reject(reason)
    }
    const expire = () => stop(new Error(`nothing came for ${ms / 1000} s`))
    const abort = () => stop(outer?.reason)
    let timer = setTimeout(expire, ms)
    const settle = () => {
      clearTimeout(timer)
      outer?.removeEventListener('abort', abort)
    }
    const alive = () => {
      if (inner.signal.aborted) return
      clearTimeout(timer)
      timer = setTimeout(expire, ms)
    }

    if (outer?.aborted) return abort()
    outer?.addEventListener('abort', abort)
    // Stopping also after a failure of the task's own hangs up a reply that nobody reads any more.
    task(inner.signal, alive).finally(settle).then(resolve, stop)
  })
}

/** Waits, unless the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
