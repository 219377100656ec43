import { expect, it } from 'vitest'
import { Heap } from './heap.ts'

it('hands out aligned ranges that do not overlap', () => {
  const heap = new Heap(100)
  expect([heap.allocate(1), heap.allocate(64), heap.allocate(65), heap.allocate(4)]).toEqual([
    128, 192, 256, 384,
  ])
})

it('hands released ranges out again, the lowest first, cut to size', () => {
  const heap = new Heap(0)
  const [a, b] = [heap.allocate(128), heap.allocate(64), heap.allocate(64)]
  heap.release(a, 128)
  expect(heap.allocate(64)).toBe(a)
  expect(heap.allocate(64)).toBe(a + 64)
  heap.release(b, 64)
  expect(heap.allocate(128)).toBe(256)
  expect(heap.allocate(10)).toBe(b)
})

it('joins released neighbours', () => {
  const heap = new Heap(0)
  const ranges = [heap.allocate(64), heap.allocate(64), heap.allocate(64), heap.allocate(64)]
  for (const i of [0, 2, 1]) heap.release(ranges[i], 64)
  expect(heap.allocate(192)).toBe(0)
})
