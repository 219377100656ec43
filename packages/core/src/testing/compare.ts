import { expect } from 'vitest'
import { record } from './record.ts'

/** The largest difference between two lists, relative to the largest number of the truth; NaN where either holds one. */
export function deviation(found: ArrayLike<number>, truth: ArrayLike<number>): number {
  let scale = 0
  let worst = 0
  for (let i = 0; i < truth.length; i++) {
    const difference = Math.abs(found[i] - truth[i])
    if (!(difference <= worst)) worst = difference
    scale = Math.max(scale, Math.abs(truth[i]))
  }
  return scale === 0 ? worst : worst / scale
}

/** Fails, and says by how much, where two lists differ in length or by more than `tolerance` times the largest number. */
export function expectNear(
  found: ArrayLike<number>,
  truth: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  expect(found.length, `${what}: how many numbers`).toBe(truth.length)
  const error = deviation(found, truth)
  expect(error, `${what}: the largest deviation`).toBeLessThanOrEqual(tolerance)
  const { testPath = '', currentTestName = '' } = expect.getState()
  record({ file: testPath.replace(/^.*\/(packages|test)\//, '$1/'), test: currentTestName }, error)
}
