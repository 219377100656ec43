import { isRagged } from '../data/tensor.ts'
import { BATCH } from '../program/program.ts'
import type { Batches } from './batches.ts'
import { extentsFor } from './inputs.ts'
import { LABELS } from './programs.ts'
import type { Samples } from './samples.ts'
import type { Session } from './session.ts'

/**
 * Puts other samples in the place of those that batches were made of; false where they need more room, or differ in length.
 */
export function refill(
  batches: Batches,
  { network, parts }: Session,
  made: Samples,
  samples: Samples,
): boolean {
  const { count, inputs, labels, weights } = samples
  const { objectives } = parts
  const { [BATCH]: _, ...extents } = extentsFor(network, inputs, count)
  const isOther = Object.keys(extents).some((name) => extents[name] !== batches.counts[name])
  const isLonger = labels.some(
    (tensor, index) =>
      objectives[index].labels === 'sequences' && tensor?.shape[1] !== made.labels[index]?.shape[1],
  )
  if (isOther || isLonger || count > batches.rows.length) return false
  if ([...made.inputs, ...inputs].some(isRagged)) return false
  batches.samples = count
  for (const [index, { feed }] of network.inputs.entries()) batches.feeds[feed].data = inputs[index].data
  for (const [index, { suffix }] of objectives.entries()) {
    const tensor = labels[index]
    if (tensor) batches.feeds[LABELS + suffix].data = tensor.data
    batches.weights[index].source = weights[index]
  }
  return true
}
