import { meanAbsoluteError as absolute } from '../ops/losses/meanAbsoluteError.ts'
import { meanSquaredError as squared } from '../ops/losses/meanSquaredError.ts'
import { defineLoss } from './define.ts'

/** (p − y)², mean over the last axis. */
export const meanSquaredError = defineLoss({
  className: 'MeanSquaredError',
  emit: ({ builder, p, y }) => builder.emit(squared, { predictions: p, labels: y }, {}).loss,
})

/** |p − y|, mean over the last axis. */
export const meanAbsoluteError = defineLoss({
  className: 'MeanAbsoluteError',
  emit: ({ builder, p, y }) => builder.emit(absolute, { predictions: p, labels: y }, {}).loss,
})
