import type { Plan } from '../../program/plan.ts'
import type { Extents } from '../../program/program.ts'
import { COMPLETED, type Feed } from '../engine.ts'
import { LocalExecutable } from './executable.ts'
import type { Ground } from './ground.ts'
import { Profile } from './profile.ts'
import { RECORD_WORDS } from './script.ts'

/** An executable that collects where the time of its runs goes. For `npm run profile`. */
export class ProfiledExecutable extends LocalExecutable {
  readonly profile: Profile

  constructor(ground: Ground, plan: Plan) {
    super(ground, plan)
    this.profile = new Profile(plan.program)
  }

  override run(
    counts: Extents,
    feeds: Readonly<Record<string, Feed>>,
    fetches: Readonly<Record<string, Float32Array>>,
  ): number {
    const halted = super.run(counts, feeds, fetches)
    if (halted === COMPLETED && this.profile.unpacked()) this.#runProducts(counts)
    return halted
  }

  protected override begin(counts: Extents, feeds: Readonly<Record<string, Feed>>): void {
    this.profile.begin()
    super.begin(counts, feeds)
    this.profile.packed()
  }

  /** One instruction at a time for the segments' own part, with a clock between. */
  protected override compute(counts: Extents): number {
    const { profile, machine } = this
    const { pool } = machine.parts
    const rows = this.rows(counts)
    const shares = this.shares(rows)
    profile.shares = shares
    for (const { index, first, alone, shared, halts } of this.segments) {
      for (let i = 0; i < alone; i++) {
        this.runOne(index + i, rows)
        profile.ran(index + i)
      }
      if (halts >= 0 && this.hasHalted(halts)) return halts
      if (shared > 0) {
        pool.run(machine, first + alone * RECORD_WORDS, shared, rows, shares, () => {
          for (let i = 0; i < shared; i++) {
            this.runOne(index + alone + i, rows, shares)
            profile.ran(index + alone + i)
          }
        })
      }
      profile.waited()
    }
    return COMPLETED
  }

  /**
   * After a run: what thread 0 did of fused instructions, without all that is no matrix product, on what the run left in
   * memory. Nobody reads the results. The last come first, since those of a way back stand on those of the way there.
   */
  #runProducts(counts: Extents): void {
    const { profile } = this
    const rows = this.rows(counts)
    this.#onlyProducts(1)
    profile.beginProducts()
    for (let index = this.encoded.length - 1; index >= 0; index--) {
      if (!this.encoded[index].tiled) continue
      this.runOne(index, rows, profile.shares)
      profile.ranProducts(index)
    }
    this.#onlyProducts(0)
  }

  /** Tells the kernels of both binaries. */
  #onlyProducts(on: number): void {
    const { kernels, kernelNames } = this.machine
    for (const [number, name] of kernelNames.entries())
      if (name === 'onlyProducts') kernels[number](on, 0, 0, 0)
  }
}
