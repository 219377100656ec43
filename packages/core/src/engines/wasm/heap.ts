/** Cache lines and vectors of 64 bytes begin at multiples of this. */
const ALIGNMENT = 64

interface Gap {
  readonly offset: number
  readonly bytes: number
}

/** Hands out ranges of an address space that only grows: the lowest gap that is large enough, or what lies behind all. */
export class Heap {
  #end: number
  /** By offset, never two that touch. */
  #gaps: readonly Gap[] = []

  constructor(start: number) {
    this.#end = align(start)
  }

  allocate(bytes: number): number {
    const size = align(bytes)
    const gap = this.#gaps.find((candidate) => candidate.bytes >= size)
    if (!gap) {
      this.#end += size
      return this.#end - size
    }
    const rest = { offset: gap.offset + size, bytes: gap.bytes - size }
    this.#gaps = this.#gaps.flatMap((other) => (other !== gap ? [other] : rest.bytes > 0 ? [rest] : []))
    return gap.offset
  }

  release(offset: number, bytes: number): void {
    if (bytes === 0) return
    const gaps = [...this.#gaps, { offset, bytes: align(bytes) }].sort((a, b) => a.offset - b.offset)
    const merged: Gap[] = []
    for (const gap of gaps) {
      const before = merged.at(-1)
      if (before && before.offset + before.bytes === gap.offset) {
        merged[merged.length - 1] = { offset: before.offset, bytes: before.bytes + gap.bytes }
      } else merged.push(gap)
    }
    this.#gaps = merged
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}
