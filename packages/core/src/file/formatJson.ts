import type { Json } from '../config/keras.ts'
import { findFlaw } from './json.ts'

/**
 * JSON that `parseJson` reads. Numbers that JSON has not become texts, 'NaN' or 'Infinity', rather than null.
 *
 * @param fail throws, given a reason
 */
export function formatJson(json: Json, fail: (reason: string) => never): string {
  let text: string
  try {
    text = JSON.stringify(json, (_, value) => (isNoJson(value) ? String(value) : value))
  } catch (error) {
    if (error instanceof RangeError) return fail('it is nested too deeply')
    const [why] = String(error instanceof Error ? error.message : error).split('\n')
    return fail(`it cannot be written as JSON (${why})`)
  }
  const flaw = findFlaw(text)
  return flaw === null ? text : fail(flaw)
}

function isNoJson(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value)
}
