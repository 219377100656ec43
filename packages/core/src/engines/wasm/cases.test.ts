import { beforeAll, describe, expect, it } from 'vitest'
import { CASES, type Case, complaints, type Results, runCase, runCaseOn } from '../../testing/cases/index.ts'
import { ready } from '../../testing/ready.ts'
import { reference } from '../reference/reference.ts'
import { machineOn } from './testing.ts'

const definitions = new Map<Case, Promise<Results>>()

/** What the reference computes, once for all binaries. */
function definition(testCase: Case): Promise<Results> {
  const known = definitions.get(testCase) ?? runCase(reference(), testCase)
  definitions.set(testCase, known)
  return known
}

// before the workers are there, thread 0 would do everything
beforeAll(() => ready(4))

describe.each(['simd', 'relaxed', 'turbo'] as const)('%s', (binary) => {
  const machine = machineOn(binary)
  const several = Promise.all([machineOn(binary, 2), machineOn(binary, 4)])

  it.each(CASES)(
    'computes what the reference computes, on any number of threads: $name',
    async (testCase) => {
      const results = await runCaseOn(await machine, testCase)
      expect(complaints(testCase, results, await definition(testCase))).toEqual([])
      for (const other of await several) expect(await runCaseOn(other, testCase)).toEqual(results)
    },
  )
})

describe('turbo', () => {
  const machines = Promise.all([machineOn('relaxed'), machineOn('turbo')])

  it.each(CASES)('has the bits of relaxed: $name', async (testCase) => {
    const [relaxed, turbo] = await machines
    expect(await runCaseOn(turbo, testCase)).toEqual(await runCaseOn(relaxed, testCase))
  })
})
