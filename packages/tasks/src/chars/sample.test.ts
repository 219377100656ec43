import { expect, test } from 'vitest'
import { generator } from '../random.ts'
import { checkSampling, pick, type SamplingOptions } from './sample.ts'

const probabilities = [0.1, 0.5, 0, 0.3, 0.1]

/** How often each is picked, of a thousand. */
function shares(options: SamplingOptions): number[] {
  const random = generator(1)
  const counts = probabilities.map(() => 0)
  for (let n = 0; n < 1000; n++) counts[pick(probabilities, options, random)]++
  return counts.map((count) => count / 1000)
}

const expectNear = (found: readonly number[], expected: readonly number[]) => {
  for (const [id, share] of expected.entries()) {
    if (share === 0) expect(found[id]).toBe(0)
    else expect(Math.abs(found[id] - share)).toBeLessThan(0.06)
  }
}

test.each<[string, SamplingOptions, number[]]>([
  ['as the model says', {}, [0.1, 0.5, 0, 0.3, 0.1]],
  ['colder: squared', { temperature: 0.5 }, [0.028, 0.694, 0, 0.25, 0.028]],
  ['nearly frozen', { temperature: 1e-3 }, [0, 1, 0, 0, 0]],
  ['frozen', { temperature: 0 }, [0, 1, 0, 0, 0]],
  ['hot: all that can be, alike', { temperature: 1e6 }, [0.25, 0.25, 0, 0.25, 0.25]],
  ['the likeliest', { topK: 1 }, [0, 1, 0, 0, 0]],
  ['the two likeliest', { topK: 2 }, [0, 0.625, 0, 0.375, 0]],
  ['of those that are alike the first', { topK: 3 }, [0.111, 0.556, 0, 0.333, 0]],
  ['those that have half of it', { topP: 0.5 }, [0, 1, 0, 0, 0]],
  ['those that have a little more', { topP: 0.51 }, [0, 0.625, 0, 0.375, 0]],
  ['all', { topK: 100, topP: 1 }, [0.1, 0.5, 0, 0.3, 0.1]],
])('%s', (_, options, expected) => {
  expectNear(shares(options), expected)
})

test.each<[SamplingOptions, RegExp]>([
  [{ temperature: -1 }, /temperature: expected a number of at least 0, received -1/],
  [{ temperature: Number.NaN }, /temperature/],
  [{ temperature: '1' as unknown as number }, /temperature: expected a number of at least 0, received '1'/],
  [{ topK: 0 }, /topK: expected a whole number of at least 1, received 0/],
  [{ topK: 1.5 }, /topK/],
  [{ topP: 0 }, /topP: expected a number above 0 and up to 1, received 0/],
  [{ topP: 2 }, /topP/],
])('%o is refused', (options, message) => {
  expect(() => checkSampling(options)).toThrow(message)
})
