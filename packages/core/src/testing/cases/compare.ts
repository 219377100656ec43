import type { Case } from './case.ts'
import type { Results } from './run.ts'

/** Below this size of a whole result, differences are taken as they are. */
const SMALLEST_SCALE = 1e-3

/**
 * What is wrong with an engine's results of a case, one line each; none if they agree with the reference's: each entry
 * within `tolerance` times the largest finite entry of its result, or exactly where the tolerance is 0.
 */
export function complaints({ tolerance }: Case, actual: Results, expected: Results): string[] {
  return Object.entries(expected).flatMap(([name, values]) => {
    const found = actual[name]
    if (!found) return [`${name}: missing`]
    if (found.length !== values.length)
      return [`${name}: ${values.length} entries expected, got ${found.length}`]
    const scale = values.reduce(
      (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
      SMALLEST_SCALE,
    )
    const wrong = [...values.keys()].filter((i) => !agrees(found[i], values[i], tolerance * scale))
    if (wrong.length === 0) return []
    const [first] = wrong
    const error = Math.max(...wrong.map((i) => Math.abs(found[i] - values[i]))) / scale
    return [
      `${name}: ${wrong.length} of ${values.length} entries differ by up to ${error.toExponential(1)} of the largest; ` +
        `first [${first}]: expected ${values[first]}, got ${found[first]}`,
    ]
  })
}

function agrees(actual: number, expected: number, tolerance: number): boolean {
  return Object.is(actual, expected) || actual === expected || Math.abs(actual - expected) <= tolerance
}
