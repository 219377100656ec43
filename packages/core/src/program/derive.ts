import type { Dim } from './program.ts'

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
