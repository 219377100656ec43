import { isCount, isNumber, isPart } from '../checks.ts'
import { TaskError } from '../errors.ts'

/** How the next character is chosen among the likely ones. */
export interface SamplingOptions {
  /** Below 1 likelier ones are preferred, above 1 less; 0: always the likeliest. Default 1: as the model says. */
  temperature?: number
  /** Only among so many of the likeliest. Default: all. */
  topK?: number
  /** Only among the likeliest that together have this probability ("nucleus", Holtzman et al. 2020). Default 1: all. */
  topP?: number
}

/** Their names. */
export const SAMPLING = ['temperature', 'topK', 'topP'] as const satisfies readonly (keyof SamplingOptions)[]

/** @throws TaskError that names an option which has no such value */
export function checkSampling({
  temperature = 1,
  topK = Number.POSITIVE_INFINITY,
  topP = 1,
}: SamplingOptions): void {
  const refuse = (name: string, expected: string, value: unknown): never => {
    throw new TaskError(
      `${name}: expected ${expected}, received ${typeof value === 'string' ? `'${value}'` : value}.`,
    )
  }
  if (!isNumber(temperature, 0)) refuse('temperature', 'a number of at least 0', temperature)
  if (!isCount(topK) && topK !== Number.POSITIVE_INFINITY)
    refuse('topK', 'a whole number of at least 1', topK)
  if (topP !== 1 && !isPart(topP)) refuse('topP', 'a number above 0 and up to 1', topP)
}

/**
 * One of them, drawn by its probability.
 *
 * @param probabilities at least one of them above 0
 * @param random a number from 0 to below 1
 */
export function pick(
  probabilities: ArrayLike<number>,
  { temperature = 1, topK = Number.POSITIVE_INFINITY, topP = 1 }: SamplingOptions,
  random: () => number,
): number {
  const ranked = Array.from(probabilities, (probability, id) => ({ id, probability }))
    .filter(({ probability }) => probability > 0)
    .sort((one, other) => other.probability - one.probability || one.id - other.id)
  const draw = random()
  if (temperature === 0 || topK === 1) return ranked[0].id
  const [{ probability: most }] = ranked
  // relative to the likeliest, so that no power becomes too small for a number
  const weighted = ranked
    .slice(0, topK)
    .map(({ id, probability }) => ({ id, weight: (probability / most) ** (1 / temperature) }))
  const nucleus = weighted.slice(0, nucleusOf(weighted, topP))
  let left = draw * nucleus.reduce((sum, { weight }) => sum + weight, 0)
  for (const { id, weight } of nucleus) {
    left -= weight
    if (left < 0) return id
  }
  return nucleus[nucleus.length - 1].id
}

/** How many of them, from the likeliest on, it takes to have that share of the whole. */
function nucleusOf(weighted: readonly { weight: number }[], share: number): number {
  if (share >= 1) return weighted.length
  let left = share * weighted.reduce((sum, { weight }) => sum + weight, 0)
  const last = weighted.findIndex(({ weight }) => {
    left -= weight
    return left <= 0
  })
  return last < 0 ? weighted.length : last + 1
}
