import { expect, it } from 'vitest'
import { philox } from './philox.ts'

// Known answers of the Random123 distribution (kat_vectors, philox4x32 10): counter, key, result.
const VECTORS = [
  [
    [0x00000000, 0x00000000, 0x00000000, 0x00000000],
    [0x00000000, 0x00000000],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
]

it.each(VECTORS)('philox4x32-10 gives the published answers (%#)', (counter, key, answer) => {
  const out = new Uint32Array(4)
  philox(Uint32Array.from(counter), Uint32Array.from(key), out)
  expect([...out]).toEqual(answer)
})

it('may write over its counter', () => {
  const words = new Uint32Array(4)
  philox(words, new Uint32Array(2), words)
  expect([...words]).toEqual(VECTORS[0][2])
})
