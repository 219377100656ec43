import { beforeAll, describe, expect, it } from 'vitest'
import { CASES, complaints, runCase, runCaseOn } from '../../ops/cases.ts'
import { reference } from '../reference/reference.ts'
import { openRemote } from './remote.ts'
import { machineOn } from './testing.ts'

describe('a machine in another thread', () => {
  const remote = openRemote({ threads: 2, kernels: 'simd', profile: false })
  const local = machineOn('simd')
  beforeAll(() => remote)

  it.each(CASES.filter((_, i) => i % 4 === 0))('has the bits of one in this thread: $name', async (testCase) => {
    expect(await runCaseOn(await remote, testCase)).toEqual(await runCaseOn(await local, testCase))
  })
  void [complaints, runCase, reference]
})
