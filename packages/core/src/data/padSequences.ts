import { checkOptions, finite, oneOf, orNull, positiveInteger, show } from '../config/options.ts'
import { DataError } from '../errors.ts'
import { sizeOf } from '../program/program.ts'
import { toSequences } from './ragged.ts'
import type { Sequence, Tensor } from './tensor.ts'

export interface PadOptions {
  /** Steps of every sequence afterwards. Default: of the longest. */
  maxlen?: number | null
  /** Default 'int32', which cuts fractions off. */
  dtype?: 'int32' | 'float32'
  /** Where padding goes: before the steps or after them. Default 'pre'. */
  padding?: 'pre' | 'post'
  /** Where a sequence that is longer than maxlen is cut: at its start or its end. Default 'pre'. */
  truncating?: 'pre' | 'post'
  /** What fills up. Default 0. */
  value?: number
}

/**
 * Brings sequences to one length: [samples, maxlen, …step]. Keras: `pad_sequences`. Models take sequences as they are and
 * mask what they pad; this is for what needs one length.
 */
export function padSequences(sequences: readonly Sequence[], options: PadOptions = {}): Tensor {
  const where = 'padSequences'
  const side = oneOf(['pre', 'post'])
  const checks = {
    maxlen: orNull(positiveInteger),
    dtype: oneOf(['int32', 'float32']),
    padding: side,
    truncating: side,
    value: finite,
  }
  checkOptions({ where, options: checks }, options)
  const { dtype = 'int32', padding = 'pre', truncating = 'pre', value = 0 } = options
  if (!Array.isArray(sequences) || sequences.length === 0)
    throw new DataError(`${where}: expected a list of at least one sequence`)
  const wrong = sequences.find((sequence) => typeof sequence !== 'object' || sequence === null)
  if (wrong !== undefined)
    throw new DataError(
      `${where}: expected a list of sequences, such as [[1, 2], [3]]; one of them is ${show(wrong)}`,
    )
  const filled = sequences.filter((sequence) => lengthOf(sequence) > 0)
  const whole =
    filled.length > 0 ? toSequences(filled, 'sequences') : { shape: [0, 0], data: new Float32Array(0) }
  const step = whole.shape.slice(2)
  const width = sizeOf(step)
  const steps = options.maxlen ?? whole.shape[1]
  const size = sequences.length * steps * width
  const data = dtype === 'int32' ? new Int32Array(size).fill(value) : new Float32Array(size).fill(value)
  let from = 0
  for (const [index, sequence] of sequences.entries()) {
    const length = lengthOf(sequence)
    const kept = Math.min(length, steps)
    const first = from + (truncating === 'pre' ? length - kept : 0) * width
    const at = (index * steps + (padding === 'pre' ? steps - kept : 0)) * width
    data.set(whole.data.subarray(first, first + kept * width), at)
    from += length * width
  }
  return { shape: [sequences.length, steps, ...step], data }
}

function lengthOf(sequence: Sequence): number {
  return 'shape' in sequence ? sequence.shape[0] : sequence.length
}
