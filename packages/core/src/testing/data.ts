import type { Tensor } from '../data/tensor.ts'
import { sizeOf } from '../program/program.ts'
import { Generator } from '../random/generator.ts'

/** Random numbers in [−1, 1), the same for the same seed. */
export function numbers(shape: readonly number[], seed = 1): Tensor & { data: Float32Array } {
  const generator = new Generator(seed)
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => 2 * generator.uniform() - 1) }
}

/** Random whole numbers from 0 to below `count`. */
export function wholeNumbers(
  shape: readonly number[],
  count: number,
  seed = 1,
): Tensor & { data: Int32Array } {
  const generator = new Generator(seed)
  return { shape, data: Int32Array.from({ length: sizeOf(shape) }, () => generator.below(count)) }
}

/** Random one-hot rows [...shape, count]. */
export function oneHot(shape: readonly number[], count: number, seed = 1): Tensor & { data: Float32Array } {
  const { data } = wholeNumbers(shape, count, seed)
  const rows = new Float32Array(data.length * count)
  for (const [row, label] of data.entries()) rows[row * count + label] = 1
  return { shape: [...shape, count], data: rows }
}
