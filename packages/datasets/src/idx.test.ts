import { expect, test } from 'vitest'
import { DatasetError } from './error.ts'
import { readIdx } from './idx.ts'
import { idx } from './testing.ts'

const labels = idx([0, 0, 8, 1], [3], [7, 0, 255])

test('reads unsigned bytes as they are', () => {
  expect(readIdx(labels)).toEqual({ shape: [3], data: Uint8Array.of(7, 0, 255) })
  const images = idx([0, 0, 8, 3], [1, 2, 3], [1, 2, 3, 4, 5, 6])
  expect(readIdx(images)).toEqual({ shape: [1, 2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) })
})

test('reads the wider types, big-endian and signed', () => {
  expect(readIdx(idx([0, 0, 9, 1], [2], [0x7f, 0x80])).data).toEqual(Int32Array.of(127, -128))
  expect(readIdx(idx([0, 0, 11, 1], [2], [1, 2, 0xff, 0xfe])).data).toEqual(Int32Array.of(258, -2))
  expect(readIdx(idx([0, 0, 12, 1], [1], [0xff, 0xff, 0xff, 0xfd])).data).toEqual(Int32Array.of(-3))
  expect(readIdx(idx([0, 0, 13, 1], [1], [0x3f, 0xc0, 0, 0])).data).toEqual(Float32Array.of(1.5))
})

test('reads from the middle of a larger buffer', () => {
  const larger = new Uint8Array(labels.length + 5)
  larger.set(labels, 3)
  expect(readIdx(larger.subarray(3, 3 + labels.length)).data).toEqual(Uint8Array.of(7, 0, 255))
})

const overflowing = [0xffffffff, 0xffffffff, 0xffffffff]

test.each([
  ['nothing', new Uint8Array(), 'an IDX header', '0 bytes'],
  ['a wrong magic number', idx([1, 0, 8, 1], [1], [0]), 'an IDX magic number', '0x1000801'],
  ['text', new TextEncoder().encode('<!DOCTYPE html>'), 'an IDX magic number', '0x3c21444f'],
  ['float64', idx([0, 0, 14, 1], [1], [0, 0, 0, 0, 0, 0, 0, 0]), 'element type', '0x0e'],
  ['an unknown type', idx([0, 0, 10, 1], [1], [0]), 'element type', '0x0a'],
  ['no dimension', idx([0, 0, 8, 0], [], [1]), 'at least one dimension', 'none'],
  ['a cut header', idx([0, 0, 8, 3], [1, 2], []), 'a header of 16 bytes', '12 bytes'],
  ['an empty set', idx([0, 0, 8, 2], [0, 28], []), 'at least one element', 'the shape [0,28]'],
  ['a cut body', labels.subarray(0, -1), '11 bytes for the shape [3]', '10 bytes'],
  ['bytes after the end', idx([0, 0, 8, 1], [2], [1, 2, 3]), '10 bytes', '11 bytes'],
  ['dimensions that overflow', idx([0, 0, 8, 3], overflowing, [1]), 'bytes for the shape', '17 bytes'],
  ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0, 0), 'IDX data', 'gzipped data'],
])('refuses %s', (_, bytes, expected, received) => {
  const read = () => readIdx(bytes, 'digits')
  expect(read).toThrow(DatasetError)
  expect(read).toThrow(expected)
  expect(read).toThrow(`received ${received}`)
  expect(read).toThrow(/^digits: /)
})
