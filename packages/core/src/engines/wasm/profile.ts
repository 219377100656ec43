import type { Program } from '../../program/program.ts'

/** Where the time of runs goes on thread 0, in nanoseconds, summed over all runs. */
export class Profile {
  runs = 0
  /** By instruction; shares that thread 0 does for a late worker count as waiting. */
  readonly instructions: Float64Array
  /** Packing the feeds, waiting for other threads, unpacking the fetches. */
  readonly #parts = new Float64Array(3)
  #mark = 0

  constructor(program: Program) {
    this.instructions = new Float64Array(program.instructions.length)
  }

  get packing(): number {
    return this.#parts[0]
  }

  get waiting(): number {
    return this.#parts[1]
  }

  get unpacking(): number {
    return this.#parts[2]
  }

  /** Forgets what has been, e.g. the runs before V8 had compiled everything. */
  reset(): void {
    this.runs = 0
    this.instructions.fill(0)
    this.#parts.fill(0)
  }

  begin(): void {
    this.#mark = performance.now()
  }

  packed(): void {
    this.#parts[0] += this.#lap()
  }

  ran(instruction: number): void {
    this.instructions[instruction] += this.#lap()
  }

  waited(): void {
    this.#parts[1] += this.#lap()
  }

  unpacked(): void {
    this.#parts[2] += this.#lap()
    this.runs++
  }

  #lap(): number {
    const now = performance.now()
    const elapsed = 1e6 * (now - this.#mark)
    this.#mark = now
    return elapsed
  }
}
