import { describe, expect, it } from 'vitest'
import { CASES, complaints, runCase, runCaseOn } from '../../ops/cases.ts'
import { reference } from '../reference/reference.ts'
import { wasm } from './index.ts'

const open = (threads: number) => wasm({ threads, kernels: 'simd' }).open()

describe('simd, one thread', () => {
  const machine = open(1)

  it.each(CASES)('$name', async (testCase) => {
    const expected = await runCase(reference(), testCase)
    expect(complaints(testCase, await runCaseOn(await machine, testCase), expected)).toEqual([])
  })
})

describe('simd, several threads have the bits of one', () => {
  const machines = Promise.all([1, 2, 4].map(open))

  it.each(CASES)('$name', async (testCase) => {
    const [one, ...several] = await machines
    const expected = await runCaseOn(one, testCase)
    for (const machine of several) expect(await runCaseOn(machine, testCase)).toEqual(expected)
  })
})
