import { expect, test } from 'vitest'
import { generator } from '../random.ts'
import { countRepeated } from './repeated.ts'

function noise(seed: number, length = 16_000): Float32Array {
  const random = generator(seed)
  // as of 16 bits
  return Float32Array.from({ length }, () => Math.round(65_535 * (random() - 0.5)) / 32_768)
}

test('sounds are found again sample for sample, wherever in memory they lie', () => {
  const others = [1, 2, 3].map((seed) => noise(seed))
  const within = new Float32Array(20_000)
  within.set(others[1], 7)
  expect(countRepeated([noise(2), noise(4), within.subarray(7, 16_007)], others)).toBe(2)
  expect(countRepeated([noise(1, 15_999)], others)).toBe(0)
  expect(countRepeated([noise(1)], [])).toBe(0)
})

test('one sample that differs, whichever, makes another sound', () => {
  const sound = noise(1)
  const changed = [0, 1, 2, 3, 31, 32, 33, 7_777, 15_999].map((at) => sound.with(at, 0.99))
  expect(countRepeated(changed, [sound])).toBe(0)
})

test('very many of one length that begin alike are told apart in a moment', () => {
  const sounds = Array.from({ length: 40_000 }, (_, n) =>
    Float32Array.from({ length: 32 }, (_, at) =>
      at < 16 ? 0 : ((n * 7919 + at * 104_729) % 65_536) / 65_536,
    ),
  )
  expect(countRepeated(sounds.slice(20_000), sounds.slice(0, 20_000))).toBe(0)
  expect(countRepeated(sounds.slice(10_000), sounds.slice(0, 20_000))).toBe(10_000)
})
