import type { Extents } from './program.ts'

// Lengths that come of others. 'time/-2/2+1' is worked out from left to right, quotients rounded down: what is left of the
// extent 'time', which ends at the first '/', after a convolution of width 3 and a pooling by 2, for example.

/** A derived length, taken apart so that counting allocates nothing. */
export interface Length {
  /** The extent it comes of. */
  readonly base: string
  readonly operators: readonly string[]
  readonly numbers: readonly number[]
}

export function lengthOf(name: string): Length {
  const end = name.indexOf('/')
  const base = end < 0 ? name : name.slice(0, end)
  const steps = end < 0 ? [] : name.slice(end + 1).split(/(?=[+\-*/])/)
  return {
    base,
    operators: steps.map(([operator]) => operator),
    numbers: steps.map((step) => Number(step.slice(1))),
  }
}

export function countOf({ base, operators, numbers }: Length, extents: Extents): number {
  let count = extents[base]
  for (let i = 0; i < operators.length; i++) {
    const n = numbers[i]
    const operator = operators[i]
    if (operator === '*') count *= n
    else if (operator === '/') count = Math.floor(count / n)
    else count += operator === '-' ? -n : n
  }
  return count
}
