/** Lets others work now and then, and stops where the signal says so. */
export function pauses(signal: AbortSignal | undefined, milliseconds = 50): () => Promise<void> | void {
  let last = performance.now()
  return () => {
    if (performance.now() - last < milliseconds) return
    return new Promise<void>((resolve) => setTimeout(resolve)).then(() => {
      signal?.throwIfAborted()
      last = performance.now()
    })
  }
}
