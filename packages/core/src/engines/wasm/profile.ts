import type { Program } from '../../program/program.ts'

/** After so many runs the products are run once more, alone: seldom, so that they do not change what they measure. */
const PRODUCTS_EVERY = 4

/** Where the time of the last run went on thread 0, in nanoseconds. For `npm run profile`. */
export class Profile {
  /** In the order in which it runs. */
  readonly program: Program
  /** By instruction; shares that thread 0 does for a late worker count as waiting. */
  readonly instructions: Float64Array
  /** By instruction: its matrix products alone, when they were run last. */
  readonly products: Float64Array
  /** Into how many shares the work was cut; thread 0 does the first. */
  shares = 1
  /** From the end of the run before to the beginning of this one. */
  between = 0
  packing = 0
  waiting = 0
  unpacking = 0
  #runs = 0
  #mark = 0

  constructor(program: Program) {
    this.program = program
    this.instructions = new Float64Array(program.instructions.length)
    this.products = new Float64Array(program.instructions.length)
  }

  begin(): void {
    this.between = this.#lap()
    this.waiting = 0
  }

  packed(): void {
    this.packing = this.#lap()
  }

  /** @param instruction its number; below 0 what brings the inputs into the layout */
  ran(instruction: number): void {
    if (instruction < 0) this.packing += this.#lap()
    else this.instructions[instruction] = this.#lap()
  }

  waited(): void {
    this.waiting += this.#lap()
  }

  /** @returns whether the products are to be run once more, after `beginProducts` and before the next `begin` */
  unpacked(): boolean {
    this.unpacking = this.#lap()
    return ++this.#runs % PRODUCTS_EVERY === 0
  }

  beginProducts(): void {
    this.#lap()
  }

  ranProducts(instruction: number): void {
    this.products[instruction] = this.#lap()
  }

  #lap(): number {
    const now = performance.now()
    const elapsed = 1e6 * (now - this.#mark)
    this.#mark = now
    return elapsed
  }
}
