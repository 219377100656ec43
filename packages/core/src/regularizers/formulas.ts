import { OptionError } from '../errors.ts'
import { splitGates } from '../ops/gates.ts'
import { expressions } from '../ops/general.ts'
import type { Emit } from '../ops/op.ts'
import { product } from '../ops/product.ts'
import { transpose } from '../ops/transpose.ts'
import { hasRows, type Value } from '../program/program.ts'
import type { Regularizer } from './regularizer.ts'

/** The penalty of a weight or an output, [1]; a weight that is stored row by row comes as its rows. */
export function penaltyOf(regularizer: Regularizer, emit: Emit, rows: readonly Value[]): Value {
  return regularizer.className === 'OrthogonalRegularizer'
    ? orthogonality(regularizer, emit, rows)
    : norms(regularizer, emit, rows)
}

function norms({ config }: Regularizer, emit: Emit, rows: readonly Value[]): Value {
  const e = expressions(emit)
  const sum = (x: Value, by: number) => {
    const all = x.shape.map((_, axis) => axis)
    return e.scale(e.sum(x, all), by)
  }
  const [l1, l2] = [Number(config.l1 ?? 0), Number(config.l2 ?? 0)]
  const sums = rows.flatMap((x) => [
    ...(l1 === 0 ? [] : [sum(e.abs(x), l1)]),
    ...(l2 === 0 ? [] : [sum(e.square(x), l2)]),
  ])
  return sums.length === 0 ? sum(rows[0], 0) : sums.reduce((a, b) => e.add(a, b))
}

/** What Keras takes at most for 1 / norm. */
const MOST = 1e7

/**
 * factor · mean of |uᵢ·uⱼ| over pairs i < j, where the u are the rows (or columns) over their norms. Of the products of all
 * with all, those of one with itself are taken off.
 */
function orthogonality({ config }: Regularizer, emit: Emit, [w, ...more]: readonly Value[]): Value {
  const { factor, mode } = config
  const place = `the regularizer OrthogonalRegularizer`
  if (w.shape.length !== 2 || more.length > 0 || hasRows(w))
    throw new OptionError(`${place} is for matrices; got a weight or an output of another kind`)
  const e = expressions(emit)
  const over = mode === 'rows' ? 1 : 0
  const size = Number(w.shape[1 - over])
  // columns of a kernel with gates lie in blocks
  const blocks = over === 0 && w.gates ? Object.values(emit(splitGates, { x: w }, { gates: w.gates })) : [w]
  const units = blocks.map((block) =>
    e.multiply(block, e.minimum(e.rsqrt(e.sum(e.square(block), [over], true)), MOST)),
  )
  const turned = units.map((x) => emit(transpose, { x }, {}).y)
  const [as, bs] = mode === 'rows' ? [units, turned] : [turned, units]
  const sum = (values: readonly Value[]) =>
    values.map((value) => e.sum(value, [0, 1])).reduce((a, b) => e.add(a, b))
  const all = sum(as.flatMap((a) => bs.map((b) => e.abs(emit(product, { a, b }, {}).y))))
  return e.scale(e.subtract(all, sum(units.map(e.square))), Number(factor) / (size * (size - 1)))
}
