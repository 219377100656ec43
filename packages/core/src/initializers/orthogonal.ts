import { OptionError } from '../errors.ts'
import { sizeOf } from '../program/program.ts'
import type { Generator } from '../random/generator.ts'

/**
 * A matrix [rows, columns] whose shorter side is orthonormal, times gain: the Q of a random normal matrix's QR
 * decomposition with R's diagonal positive, which is uniform among all such (Mezzadri 2007). Gram–Schmidt, twice, in
 * double precision.
 */
export function orthogonalMatrix(shape: readonly number[], generator: Generator, gain: number): Float32Array {
  if (shape.length < 2)
    throw new OptionError(`initializers.orthogonal needs at least two axes; got the shape [${shape}]`)
  const columns = shape[shape.length - 1]
  const rows = sizeOf(shape) / columns
  const [length, count] = rows < columns ? [columns, rows] : [rows, columns]
  const basis: Float64Array[] = []
  for (let k = 0; k < count; k++) {
    const vector = Float64Array.from({ length }, () => generator.normal())
    for (let pass = 0; pass < 2; pass++) for (const other of basis) subtractProjection(vector, other)
    const norm = Math.sqrt(dot(vector, vector))
    basis.push(vector.map((x) => x / norm))
  }
  const at = rows < columns ? (r: number, c: number) => basis[r][c] : (r: number, c: number) => basis[c][r]
  return Float32Array.from(
    { length: rows * columns },
    (_, i) => gain * at(Math.floor(i / columns), i % columns),
  )
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  const along = dot(vector, unit)
  for (let i = 0; i < vector.length; i++) vector[i] -= along * unit[i]
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
