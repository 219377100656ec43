import type { BatchProgress } from '@carousel/tasks'

/** How fast a training goes, and how long it will last, as far as this process has seen it. */
export class Pace {
  readonly #samplesPerEpoch: number
  readonly #epochs: number
  #samples = 0
  #seconds = 0
  /** Of one validation. */
  #validationSeconds = 0
  /** When the last batch was done; the first of an epoch only starts the watch, for validation comes before it. */
  #last: number | undefined
  #samplesLeft = 0
  #validationsLeft = 0

  constructor(samplesPerEpoch: number, epochs: number) {
    this.#samplesPerEpoch = samplesPerEpoch
    this.#epochs = epochs
  }

  batch({ epoch, batch, batches, size }: BatchProgress, now = performance.now()): void {
    if (this.#last !== undefined) {
      this.#seconds += (now - this.#last) / 1000
      this.#samples += size
    }
    this.#last = now
    this.#samplesLeft = this.#samplesPerEpoch * (this.#epochs - epoch + (batches - batch) / batches)
    this.#validationsLeft = this.#epochs - epoch + 1
  }

  epochDone(now = performance.now()): void {
    if (this.#last !== undefined) this.#validationSeconds = (now - this.#last) / 1000
    this.#last = undefined
  }

  /** Undefined before there is anything to go by. */
  get samplesPerSecond(): number | undefined {
    return this.#seconds > 0 ? this.#samples / this.#seconds : undefined
  }

  get secondsLeft(): number | undefined {
    const pace = this.samplesPerSecond
    return pace && this.#samplesLeft / pace + this.#validationsLeft * this.#validationSeconds
  }
}
