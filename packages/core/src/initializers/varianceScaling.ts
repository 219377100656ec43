import { sizeOf } from '../program/program.ts'
import type { Generator } from '../random/generator.ts'

/** Standard deviation of a standard normal that is cut off at ±2. */
const TRUNCATED_STDDEV = 0.87962566103423978

interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}

export interface Scaling {
  readonly scale: number
  readonly mode: 'fan_in' | 'fan_out' | 'fan_avg'
  readonly distribution: 'truncated_normal' | 'untruncated_normal' | 'uniform'
}

/** Values with variance scale / fan. Keras: `VarianceScaling`. */
export function varianceScalingValues(
  { fanIn, fanOut }: Fans,
  shape: readonly number[],
  generator: Generator,
  { scale, mode, distribution }: Scaling,
): Float32Array {
  const fan = { fan_in: fanIn, fan_out: fanOut, fan_avg: (fanIn + fanOut) / 2 }[mode]
  const variance = scale / Math.max(1, fan)
  const draw = {
    truncated_normal: () => (Math.sqrt(variance) / TRUNCATED_STDDEV) * truncatedNormal(generator),
    untruncated_normal: () => Math.sqrt(variance) * generator.normal(),
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

type Axes = readonly number[] | null

/** Inputs and outputs of one unit: by these axes, or the last two, times the receptive field of the axes before them. */
export function fans(shape: readonly number[], inputs: Axes = null, outputs: Axes = null): Fans {
  if (inputs && outputs) {
    const sizes = (axes: readonly number[]) => sizeOf(axes.map((axis) => shape.at(axis) ?? 1))
    return { fanIn: sizes(inputs), fanOut: sizes(outputs) }
  }
  if (shape.length < 2) return { fanIn: sizeOf(shape), fanOut: sizeOf(shape) }
  const field = sizeOf(shape.slice(0, -2))
  const [rows, columns] = shape.slice(-2)
  return { fanIn: rows * field, fanOut: columns * field }
}
