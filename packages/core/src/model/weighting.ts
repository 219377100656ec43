import { OptionError } from '../errors.ts'
import type { OnBatchOptions } from './options.ts'

/** Refuses weights by sample and by class at once. */
export function oneWeighting(where: string, { classWeight, sampleWeight }: OnBatchOptions): void {
  if (classWeight && sampleWeight)
    throw new OptionError(`${where}: give either sampleWeight or classWeight, not both`)
}
