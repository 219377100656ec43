import { expect, it } from 'vitest'
import { reference } from '../../engines/reference/reference.ts'
import { BASE } from '../../ops/index.ts'
import { MORE } from '../../ops/more.ts'
import { CASES, complaints, runCase } from './index.ts'

it.each(CASES)(
  'the reference computes $name, and the same with rows and steps to spare',
  async (testCase) => {
    const tight = await runCase(reference(), { ...testCase, bounds: testCase.counts })
    expect(complaints({ ...testCase, tolerance: 0 }, await runCase(reference(), testCase), tight)).toEqual([])
    const halted = testCase.name.startsWith('guard: ') && !testCase.name.includes('finite')
    expect(tight.completed).toEqual(Float32Array.of(halted ? 0 : 1))
    for (const [name, values] of Object.entries(tight)) expect(values.every(Number.isFinite), name).toBe(true)
  },
)

it('has a name of its own for every case', () => {
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length)
})

it('has a case for every operation, gradients through their operation', () => {
  const named = new Set(CASES.map(({ op }) => op))
  const missing = [...BASE, ...MORE]
    .map(({ name }) => name)
    .filter((name) => !named.has(name) && !/Backward$|Gradient$/.test(name))
  expect(missing).toEqual([])
})

it('complains of what differs, is missing or has another length', () => {
  const [testCase] = CASES
  const expected = { y: Float32Array.of(1, 2, Number.NaN), z: Float32Array.of(1) }
  const within = { y: Float32Array.of(1, 2 + 1e-6, Number.NaN), z: Float32Array.of(1) }
  expect(complaints(testCase, within, expected)).toEqual([])
  expect(complaints(testCase, { ...within, y: Float32Array.of(1.1, 2, Number.NaN) }, expected)).toEqual([
    expect.stringMatching(/^y: 1 of 3 entries differ.*first \[0\]: expected 1, got 1\.1/),
  ])
  expect(complaints(testCase, { ...within, y: Float32Array.of(1, 2, 3) }, expected)).toHaveLength(1)
  expect(
    complaints(testCase, { ...within, y: Float32Array.of(1, Number.NaN, Number.NaN) }, expected),
  ).toHaveLength(1)
  expect(complaints({ ...testCase, tolerance: 0 }, within, expected)).toHaveLength(1)
  expect(complaints(testCase, { y: within.y }, expected)).toEqual(['z: missing'])
  expect(complaints(testCase, { ...within, z: new Float32Array(2) }, expected)).toEqual([
    'z: 1 entries expected, got 2',
  ])
})
