import { expect, test } from 'vitest'
import { stratifiedSplit } from './stratified.ts'

const labels = Int32Array.from({ length: 1000 }, (_, row) => (row % 10 === 0 ? 1 : row === 501 ? 2 : 0))

test('each class is held back by its share, each row is in one part', () => {
  const { kept, held } = stratifiedSplit(labels, 0.2, 3)
  expect([...kept, ...held].sort((a, b) => a - b)).toEqual(Array.from(labels.keys()))
  const count = (rows: number[], label: number) => rows.filter((row) => labels[row] === label).length
  expect([0, 1, 2].map((label) => count(held, label))).toEqual([180, 20, 0])
  // shuffled: classes do not come one after the other
  expect(new Set(Array.from(kept.slice(0, 100), (row) => labels[row])).size).toBeGreaterThan(1)
})

test('classes may be of any size', () => {
  const { kept, held } = stratifiedSplit(new Int32Array(300_000), 0.1, 1)
  expect([kept.length, held.length, new Set([...kept, ...held]).size]).toEqual([270_000, 30_000, 300_000])
})

test('the seed alone decides', () => {
  expect(stratifiedSplit(labels, 0.1, 5)).toEqual(stratifiedSplit(labels, 0.1, 5))
  expect(stratifiedSplit(labels, 0.1, 5)).not.toEqual(stratifiedSplit(labels, 0.1, 6))
})

test('of two rows one is held and one kept, whatever the share; of a share of 0 none', () => {
  for (const share of [0.001, 0.5, 0.999]) {
    const { kept, held } = stratifiedSplit([0, 0, 1, 1], share, 1)
    expect([kept.length, held.length]).toEqual([2, 2])
  }
  expect(stratifiedSplit([0, 0, 1, 1], 0, 1).held).toEqual([])
})
