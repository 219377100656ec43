import type { Expressions } from '../ops/general.ts'
import type { Value } from '../program/program.ts'
import type { Regularizer } from './regularizer.ts'

/** The penalty of a weight or an output, [1]; a weight that is stored row by row comes as its rows. */
export function penaltyOf({ config }: Regularizer, e: Expressions, rows: readonly Value[]): Value {
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
