import { readFileSync } from 'node:fs'

export const BATCH = 32

/** The pictures every peer trains on, `x` [N, 28, 28], and their labels, `y` one-hot [N, 10]. */
export function readData({ x, labels }) {
  const pictures = readFileSync(x)
  const classes = readFileSync(labels)
  const count = classes.byteLength / 4
  const y = new Float32Array(count * 10)
  for (let row = 0; row < count; row++) y[row * 10 + classes.readInt32LE(row * 4)] = 1
  return { count, x: new Float32Array(pictures.buffer, pictures.byteOffset, count * 784), y }
}

/** Calls `call` until `seconds` have passed and says how many items of `perCall` that made a second. */
export async function repeatFor(seconds, perCall, call) {
  const start = performance.now()
  let calls = 0
  let elapsed = 0
  do {
    await call()
    calls++
    elapsed = (performance.now() - start) / 1000
  } while (elapsed < seconds)
  return { samplesPerSecond: (calls * perCall) / elapsed, calls, seconds: elapsed }
}
