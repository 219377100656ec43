/**
 * Lets others look at a model in training only between two steps, when weights, slots and position belong together.
 * Training closes it while it computes; whoever wants to look waits until it opens, and training waits for who is in.
 */
export class Turnstile {
  #isOpen = true
  #inside = 0
  #waiting: (() => void)[] = []
  #emptied: (() => void) | null = null

  /** Is somebody waiting to get in? */
  get isWanted(): boolean {
    return this.#waiting.length > 0
  }

  /** Runs a task as soon as it may look. */
  async enter<T>(task: () => Promise<T>): Promise<T> {
    while (!this.#isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#inside++
    try {
      return await task()
    } finally {
      this.#inside--
      if (this.#inside === 0) this.#emptied?.()
    }
  }

  open(): void {
    this.#isOpen = true
    const waiting = this.#waiting
    this.#waiting = []
    for (const enter of waiting) enter()
  }

  /** Lets in who was waiting, then nobody; resolves when all have left. */
  async close(): Promise<void> {
    await Promise.resolve()
    while (this.#inside > 0) {
      await new Promise<void>((resolve) => {
        this.#emptied = resolve
      })
      this.#emptied = null
    }
    this.#isOpen = false
  }
}
