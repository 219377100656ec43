import { sizeOf } from '../program/program.ts'
import type { Generator } from '../random/generator.ts'

/** Standard deviation of a standard normal that is cut off at ±2. */
const TRUNCATED_STDDEV = 0.87962566103423978

/** Values with variance scale / fan. Keras: `VarianceScaling`. */
export function varianceScalingValues(
  shape: readonly number[],
  generator: Generator,
  scale: number,
  mode: 'fanIn' | 'fanOut' | 'fanAvg',
  distribution: 'truncatedNormal' | 'untruncatedNormal' | 'uniform',
): Float32Array {
  const { fanIn, fanOut } = fans(shape)
  const fan = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[mode]
  const variance = scale / Math.max(1, fan)
  const draw = {
    truncatedNormal: () => (Math.sqrt(variance) / TRUNCATED_STDDEV) * truncatedNormal(generator),
    untruncatedNormal: () => Math.sqrt(variance) * generator.normal(),
    uniform: () => Math.sqrt(3 * variance) * (2 * generator.uniform() - 1),
  }[distribution]
  return Float32Array.from({ length: sizeOf(shape) }, draw)
}

/** A standard normal number within ±2. */
export function truncatedNormal(generator: Generator): number {
  for (;;) {
    const value = generator.normal()
    if (Math.abs(value) <= 2) return value
  }
}

/** Inputs and outputs of one unit: the last two axes, times the receptive field of the axes before them. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: sizeOf(shape), fanOut: sizeOf(shape) }
  const field = sizeOf(shape.slice(0, -2))
  const [rows, columns] = shape.slice(-2)
  return { fanIn: rows * field, fanOut: columns * field }
}
