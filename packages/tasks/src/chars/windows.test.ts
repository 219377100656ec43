import { expect, test } from 'vitest'
import { batchesOfEpoch, windows } from './windows.ts'

const cut = { batchSize: 3, steps: 5, seed: 4, unit: 'characters' } as const
const ids = Int32Array.from({ length: 101 }, (_, n) => n)
const batches = batchesOfEpoch(ids.length, cut)

const epochs = (count: number) => {
  const source = windows(ids, cut)
  return Array.from({ length: count }, () => Array.from({ length: batches }, () => source.next().value))
}

test('each row goes on where it ended, and foretells what follows', () => {
  expect(batches).toBe(6)
  for (const epoch of epochs(4)) {
    for (let row = 0; row < 3; row++) {
      const of = (part: 0 | 1) =>
        epoch.flatMap((window) => [...window[part].data.slice(row * 5, row * 5 + 5)])
      const [x, y] = [of(0), of(1)]
      expect(x).toEqual(x.map((_, n) => x[0] + n))
      expect(y).toEqual(x.map((id) => id + 1))
    }
  }
})

test('no two rows read the same, and an epoch nearly all of the text', () => {
  for (const epoch of epochs(4)) {
    const read = epoch.flatMap(([x]) => [...x.data])
    expect(new Set(read).size).toBe(read.length)
    expect(read.length).toBeGreaterThan(0.85 * ids.length)
  }
})

test('epochs begin at places of their own, the same for the same seed', () => {
  const begins = epochs(12).map(([[x]]) => x.data[0])
  expect(new Set(begins).size).toBeGreaterThan(3)
  expect(Math.max(...begins)).toBeLessThan(cut.steps)
  expect(epochs(12).map(([[x]]) => x.data[0])).toEqual(begins)
})
