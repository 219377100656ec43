import { OptionError } from '../errors.ts'
import type { Expressions } from '../ops/general.ts'
import type { Value } from '../program/program.ts'
import type { Constraint } from './constraint.ts'

/** What Keras adds to a norm that it divides by. */
const EPSILON = 1e-7

/** The weight as it may be; a weight that is stored row by row comes, and goes, as its rows. */
export function allowed(constraint: Constraint, e: Expressions, rows: readonly Value[]): readonly Value[] {
  if (constraint.className === 'NonNeg') return rows.map((row) => e.maximum(row, 0))
  const norms = normsOf(e, rows, constraint)
  return rows.map((row, i) => {
    const wanted = wantedNorm(constraint, e, norms[i])
    const divisor = e.scale(norms[i], 1, EPSILON)
    return wanted === 1 ? e.divide(row, divisor) : e.multiply(row, e.divide(wanted, divisor))
  })
}

function wantedNorm({ className, config }: Constraint, e: Expressions, norms: Value): Value | 1 {
  const [min, max, rate] = ['min_value', 'max_value', 'rate'].map((key) => Number(config[key]))
  if (className === 'UnitNorm') return 1
  if (className === 'MaxNorm') return e.minimum(norms, max)
  const within = e.minimum(e.maximum(norms, min), max)
  return rate === 1 ? within : e.add(e.scale(within, rate), e.scale(norms, 1 - rate))
}

/** The L2 norms that each row meets; where the weight is one value, that is its only row. */
function normsOf(
  e: Expressions,
  rows: readonly Value[],
  { className, config }: Constraint,
): readonly Value[] {
  const split = rows.length > 1 ? 1 : 0
  const rank = rows[0].shape.length + split
  const axes = [config.axis].flat().map((axis) => (Number(axis) < 0 ? Number(axis) + rank : Number(axis)))
  if (axes.some((axis) => axis < 0 || axis >= rank))
    throw new OptionError(
      `the constraint ${className} has the axis ${JSON.stringify(config.axis)}, but a weight that it is for has ${rank === 1 ? 'one axis' : `${rank} axes`}`,
    )
  const within = axes.map((axis) => axis - split).filter((axis) => axis >= 0)
  const squares = rows.map((row) => {
    const square = e.square(row)
    return within.length === 0 ? square : e.sum(square, within.toSorted(), true)
  })
  if (split === 0 || !axes.includes(0)) return squares.map(e.sqrt)
  const norm = e.sqrt(squares.reduce((a, b) => e.add(a, b)))
  return rows.map(() => norm)
}
