import { describe, expect, test } from 'vitest'
import { readJsonSamples } from './json.ts'

const read = (text: string) => readJsonSamples(text, [2, 2], 'stdin').map((sample) => [...sample])

describe('readJsonSamples', () => {
  test('reads one array a line', () => {
    expect(read('[[1,2],[3,4]]\n\n[[5,6],[7,8]]\n')).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ])
  })

  test('reads one sample over several lines', () => {
    expect(read('[\n [1, 2],\n [3, 4]\n]\n')).toEqual([[1, 2, 3, 4]])
  })

  test('reads a batch', () => {
    expect(read('[[[1,2],[3,4]],[[5,6],[7,8]]]')).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ])
  })

  test.each([
    ['[[1,2,3],[4,5,6]]', 'received the shape [2, 3]'],
    ['[[1,2],[3]]', 'expected finite numbers in nested arrays of the shape [2, 2]'],
    ['[[1,2],[3]]', 'received the shape [1] at [1].'],
    ['[[1,2],3]', "received '3' at [1]."],
    ['[[1,2],[3,null]]', "received 'null' at [1][1]."],
    ['[[1,2],["x",4]]', `received '"x"' at [1][0].`],
    ['[[1,2],[3,1e999]]', "received 'Infinity' at [1][1]."],
    ['[[1,2],[[3],4]]', 'received the shape [1] at [1][0].'],
    ['[[1,2],[3,4]]\n[[[1,2],[3,4]],[[5,6],[7]]]', 'stdin, line 2: expected'],
    ['[[[1,2],[3,4]],[[5,6],[7]]]', 'received the shape [1] at [1] in sample 1.'],
    ['7', "received '7'"],
    ['[[1,2],[3,4]]\n[[1,2],[3', "stdin, line 2: expected a nested array in JSON, received '[[1,2],[3'"],
    ['['.repeat(5000) + ']'.repeat(5000), 'expected finite numbers'],
  ])('refuses %.40s', (text, message) => {
    expect(() => read(text)).toThrow(message)
  })
})
