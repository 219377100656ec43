import { expect, test } from 'vitest'
import { atRate, notesOnRate, usualRate } from './rate.ts'
import { tone } from './testing.ts'

const of = (rate: number) => ({
  name: 'a.wav',
  label: 'a',
  speaker: null,
  index: null,
  sound: { rate, samples: tone(300, 0.2, rate) },
})

test('the usual rate is what most have, the lower of equally common ones, at most 16,000', () => {
  expect(usualRate([8000, 11025, 11025].map(of))).toBe(11025)
  expect(usualRate([11025, 8000].map(of))).toBe(8000)
  expect(usualRate([48000].map(of))).toBe(16000)
})

test('all are brought to it, and that is told', () => {
  const some = [8000, 16000].map(of)
  const [same, other] = atRate(some, 8000)
  expect(same.sound.samples).toBe(some[0].sound.samples)
  expect([other.sound.rate, other.sound.samples.length]).toEqual([8000, 1600])
  expect(notesOnRate(some, 8000)).toEqual(['1 recording of another rate: brought to 8,000 samples a second.'])
  expect(notesOnRate(some.slice(0, 1), 8000)).toEqual([])
})
