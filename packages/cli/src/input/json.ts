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
  const isBatch = Array.isArray(value) && shapeOf(value).length === shape.length + 1
  return (isBatch ? value : [value]).map((sample, index) => {
    const numbers: number[] = []
    const isLike = String(shapeOf(sample)) === String(shape)
    const flaw = isLike ? fill(sample, shape, numbers) : { what: shown(sample), at: '' }
    if (!flaw) return Float32Array.from(numbers)
    const which = `${flaw.at && ` at ${flaw.at}`}${isBatch ? ` in sample ${index}` : ''}`
    throw new Failure(
      `${place}: expected finite numbers in nested arrays of the shape [${shape.join(', ')}] (or several such arrays in one), ` +
        `received ${flaw.what}${which}. ` +
        'See the shape that a model reads with: carousel inspect MODEL',
    )
  })
}

/** The shape along the first elements. */
function shapeOf(value: unknown, deepest = 8): number[] {
  return Array.isArray(value) && deepest > 0 ? [value.length, ...shapeOf(value[0], deepest - 1)] : []
}

/** What does not fit, and its indices: '[3][27]'. */
interface Flaw {
  what: string
  at: string
}

/** Appends the numbers of a value of exactly this shape; tells what is wrong with any other. */
function fill(value: unknown, shape: readonly number[], numbers: number[]): Flaw | undefined {
  if (shape.length === 0) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return { what: shown(value), at: '' }
    numbers.push(value)
    return undefined
  }
  const [length, ...inner] = shape
  if (!Array.isArray(value) || value.length !== length) return { what: shown(value), at: '' }
  for (const [index, part] of value.entries()) {
    const flaw = fill(part, inner, numbers)
    if (flaw) return { ...flaw, at: `[${index}]${flaw.at}` }
  }
  return undefined
}

/** JSON has no name for a number beyond the largest, such as 1e999. */
const shown = (value: unknown): string =>
  Array.isArray(value)
    ? `the shape [${shapeOf(value).join(', ')}]`
    : excerpt(typeof value === 'number' ? String(value) : JSON.stringify(value))

function excerpt(text: string): string {
  return text.length > 40 ? `'${text.slice(0, 40)}…'` : `'${text}'`
}
