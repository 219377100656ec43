import type { Tensor } from '../data/tensor.ts'
import type { Feed } from '../engines/engine.ts'

/** A batch's rows, to be fed: one list of row numbers that all feeds share, filled anew for every batch. */
export class Batches {
  readonly rows: Int32Array
  readonly x: Feed
  readonly y: Feed | undefined
  readonly #samples: number

  constructor(x: Tensor, y: Tensor | undefined, batchSize: number) {
    this.#samples = x.shape[0]
    this.rows = new Int32Array(Math.min(batchSize, this.#samples))
    this.x = { data: x.data, rows: this.rows }
    this.y = y && { data: y.data, rows: this.rows }
  }

  get count(): number {
    return Math.ceil(this.#samples / this.rows.length)
  }

  /** Takes up batch `index` of the samples in `order` (without it, as they come); returns how many rows it has. */
  take(index: number, order?: Int32Array): number {
    const first = index * this.rows.length
    const size = Math.min(this.rows.length, this.#samples - first)
    for (let i = 0; i < size; i++) this.rows[i] = order ? order[first + i] : first + i
    return size
  }
}

/** Lets timers, signals and other tasks run, but not more often than every 50 ms: yielding costs time. */
export class Breather {
  #last = now()

  /** True when it is time for `breathe`. */
  get due(): boolean {
    return now() - this.#last >= 50
  }

  async breathe(): Promise<void> {
    await nextTask()
    this.#last = now()
  }
}

/** After all that is due now. Timers would wait a millisecond or, nested in browsers, four. */
function nextTask(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve))
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** Milliseconds of a clock that never goes back. */
export function now(): number {
  return performance.now()
}
