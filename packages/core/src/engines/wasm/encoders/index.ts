import { know } from '../../../ops/index.ts'
import { lstmKernels } from './lstm.ts'
import { matrices } from './matrices.ts'
import type { Encoder, Encoders } from './operands.ts'
import { rowwiseKernels } from './rowwise.ts'
import { adam } from './update.ts'

const BASE: Encoders = { ...matrices, ...lstmKernels, ...rowwiseKernels, ...adam }

/** By operation, its kernel and how that is told: the base binary's, and after `loadMore` the second one's. */
const known = new Map(Object.entries(BASE))

export function encoderOf(op: string): Encoder | undefined {
  return known.get(op)
}

/** How a scan is told, after `loadMore`. */
export let encodeScan: typeof import('./scan.ts').encodeScan

/** Downloads the operations whose kernels are not in the base binary, and the encoders of these. */
export async function loadMore(): Promise<void> {
  const { ENCODERS, encodeScan: scan, OPERATIONS } = await import('../more.ts')
  encodeScan = scan
  for (const [op, encoder] of Object.entries(ENCODERS)) known.set(op, encoder)
  for (const op of OPERATIONS) know(op)
}
