import { lstmKernels } from './lstm.ts'
import { matrices } from './matrices.ts'
import type { Encoder, Encoders } from './operands.ts'
import { rowwiseKernels } from './rowwise.ts'
import { adam } from './update.ts'

const BASE: Encoders = { ...matrices, ...lstmKernels, ...rowwiseKernels, ...adam }

/** By operation, its kernel and how that is told: the base binary's, and after `loadEncoders` the second one's. */
const known = new Map(Object.entries(BASE))

export function encoderOf(op: string): Encoder | undefined {
  return known.get(op)
}

/** How a scan is told, after `loadEncoders`. */
export let encodeScan: typeof import('./scan.ts').encodeScan

/** Downloads the encoders of the kernels that are not in the base binary. */
export async function loadEncoders(): Promise<void> {
  const { MORE, encodeScan: scan } = await import('./more.ts')
  encodeScan = scan
  for (const [op, encoder] of Object.entries(MORE)) known.set(op, encoder)
}
