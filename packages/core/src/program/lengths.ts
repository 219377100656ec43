import type { Dim, Extents } from './program.ts'

// Lengths that come of others. 'time/-2/2+1' is worked out from left to right, quotients rounded down: what is left of the
// extent 'time', which ends at the first '/', after a convolution of width 3 and a pooling by 2, for example.

type Operator = '+' | '*' | '/'

/** The length (dim ∘ n), a number where dim is one. */
export function derive(dim: Dim, operator: Operator, n: number): Dim {
  if (typeof dim === 'number')
    return operator === '+' ? dim + n : operator === '*' ? dim * n : Math.floor(dim / n)
  const end = dim.indexOf('/')
  const [base, steps] = end < 0 ? [dim, ''] : [dim.slice(0, end), dim.slice(end + 1)]
  const more = operator === '+' ? added(steps, n) : n === 1 ? steps : `${steps}${operator}${n}`
  return more === '' ? base : `${base}/${more}`
}

/** Two sums in a row are one, so that one length has one name. */
function added(steps: string, n: number): string {
  const [, before, last] = /^(.*?)([+-]\d+)?$/.exec(steps) as RegExpExecArray
  const sum = Number(last ?? 0) + n
  return sum === 0 ? before : `${before}${sum < 0 ? '' : '+'}${sum}`
}

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
