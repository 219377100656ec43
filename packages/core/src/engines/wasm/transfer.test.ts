import { expect, it } from 'vitest'
import { layoutOf } from '../../program/layout.ts'
import type { ValueType } from '../../program/program.ts'
import { axesOf, gather, pack, pairsOf, unpack } from './transfer.ts'

const BATCH = 5

function roundTrip(type: ValueType, B: number, T: number, rows: number): void {
  const layout = layoutOf(type, { batch: BATCH, time: 4 })
  const memory = new Float32Array(layout.bytes / 4 + 32).fill(-1)
  const axes = axesOf(layout, rows)
  const size = B * T * layout.columns
  const data = Float32Array.from({ length: size }, (_, i) => i + 1)
  const back = new Float32Array(size)
  for (const numbers of [data, Float64Array.from(data), Int32Array.from(data)]) {
    memory.fill(-1)
    pack(memory, 16, axes, B, T, numbers, undefined)
    unpack(memory, 16, axes, B, T, back)
    expect(back).toEqual(data)
    // nothing but these numbers was written, and nothing beyond the value
    expect(memory.filter((entry) => entry !== -1)).toHaveLength(size)
    expect(memory.slice(16 + layout.bytes / 4).every((entry) => entry === -1)).toBe(true)
  }
}

it.each([
  { shape: ['batch', 28, 28] },
  { shape: ['batch', 'time', 19] },
  { shape: ['batch', 2, 3, 17] },
  { shape: ['batch', 16] },
  { shape: ['batch', 1] },
  { shape: ['batch', 4, 36], gates: 4 },
  { shape: ['batch', 57], gates: 3 },
])('a batch value $shape comes back from its layout', ({ shape, gates }) => {
  const steps = shape
    .slice(1, -1)
    .reduce<number>((product, dim) => product * (dim === 'time' ? 4 : Number(dim)), 1)
  roundTrip({ shape, dtype: 'float32', gates }, BATCH, steps, BATCH)
  if (shape[1] === 'time') roundTrip({ shape, dtype: 'float32', gates }, 3, 2, BATCH)
})

it.each([
  { shape: [10], rows: 1 },
  { shape: [1, 1], rows: 1 },
  { shape: [3, 40], rows: 3 },
  { shape: [33, 68], gates: 4, rows: 33 },
  { shape: [68, 33], rowGates: 4, rows: 68 },
  { shape: [2, 3, 5], rows: 6 },
])('a parameter $shape comes back from its layout', ({ rows, ...type }) => {
  roundTrip({ ...type, dtype: 'float32' }, rows, 1, rows)
})

it('lies as the kernels expect', () => {
  const layout = layoutOf({ shape: ['batch', 2, 18], dtype: 'float32' }, { batch: BATCH })
  const memory = new Float32Array(layout.bytes / 4)
  pack(
    memory,
    0,
    axesOf(layout, BATCH),
    BATCH,
    2,
    Float32Array.from({ length: BATCH * 36 }, (_, i) => i),
    undefined,
  )
  // row 3, step 1, column 17: panel 1, lane 1
  expect(memory[(layout.panelStride + layout.stepStride + 3 * 64) / 4 + 1]).toBe(3 * 36 + 18 + 17)
})

it('sees no pairs where there are none', () => {
  expect(pairsOf(new Float64Array(6))).toBeNull()
  expect(pairsOf(new Float32Array(7).subarray(1))).toBeNull()
  expect(pairsOf(new Float32Array(8).subarray(2))).toHaveLength(3)
})

it('gathers the chosen rows', () => {
  const layout = layoutOf({ shape: ['batch', 2], dtype: 'float32' }, { batch: 3 })
  const axes = axesOf(layout, 3)
  const memory = new Float32Array(layout.bytes / 4)
  const back = new Float32Array(6)
  for (const data of [Float32Array.of(0, 1, 10, 11, 20, 21), Uint8Array.of(0, 1, 10, 11, 20, 21)]) {
    pack(memory, 0, axes, 3, 1, data, Int32Array.of(2, 0, 2))
    unpack(memory, 0, axes, 3, 1, back)
    expect(back).toEqual(Float32Array.of(20, 21, 0, 1, 20, 21))
    const rows = new Float32Array(8)
    gather(rows, 2, 3, 2, data, Int32Array.of(1, 1, 0))
    expect(rows).toEqual(Float32Array.of(0, 0, 10, 11, 10, 11, 0, 1))
    const pairs = pairsOf(data)
    if (pairs) gather(new Float64Array(rows.buffer), 1, 3, 1, pairs, Int32Array.of(2, 0, 2))
    if (pairs) expect(rows).toEqual(Float32Array.of(0, 0, 20, 21, 0, 1, 20, 21))
  }
})
