import { Failure } from '../errors.ts'

/**
 * Samples from JSON: one nested array a line, or one array over any number of lines; each array is a sample of that
 * shape, or a batch of them. Returns the samples' numbers, row-major.
 */
export function readJsonSamples(text: string, shape: readonly number[], name: string): Float32Array[] {
  const whole = parse(text)
  if (whole !== undefined) return samplesOf(whole, shape, name)
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    const place = `${name}, line ${index + 1}`
    const value = parse(line)
    if (value === undefined) {
      throw new Failure(
        `${place}: expected a nested array in JSON, received ${excerpt(line)}. Write one array a line.`,
      )
    }
    return samplesOf(value, shape, place)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function samplesOf(value: unknown, shape: readonly number[], place: string): Float32Array[] {
  const given = shapeOf(value)
  const isBatch = given.length === shape.length + 1 && Array.isArray(value)
  return (isBatch ? value : [value]).map((sample, index) => {
    const numbers: number[] = []
    if (fill(sample, shape, numbers)) return Float32Array.from(numbers)
    const which = isBatch ? ` in sample ${index}` : ''
    throw new Failure(
      `${place}: expected finite numbers in nested arrays of the shape [${shape.join(', ')}] (or several such arrays in one), ` +
        `received ${given.length === 0 ? excerpt(JSON.stringify(value)) : `[${given.join(', ')}]`}${which}. ` +
        'See the shape that a model reads with: carousel inspect MODEL',
    )
  })
}

/** The shape along the first elements. */
function shapeOf(value: unknown, deepest = 8): number[] {
  return Array.isArray(value) && deepest > 0 ? [value.length, ...shapeOf(value[0], deepest - 1)] : []
}

/** Appends the numbers of a value of exactly this shape; false for any other. */
function fill(value: unknown, shape: readonly number[], numbers: number[]): boolean {
  if (shape.length === 0) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return false
    numbers.push(value)
    return true
  }
  const [length, ...inner] = shape
  return Array.isArray(value) && value.length === length && value.every((part) => fill(part, inner, numbers))
}

function excerpt(text: string): string {
  return text.length > 40 ? `'${text.slice(0, 40)}…'` : `'${text}'`
}
