import { expect, test } from 'vitest'
import type { Recording } from './recordings.ts'
import { classesOf, split } from './split.ts'

const recording = (label: string, speaker: string | null, index: number | null): Recording => ({
  name: `${label}_${speaker}_${index}.wav`,
  label,
  speaker,
  index,
  sound: { rate: 8000, samples: new Float32Array(1) },
})
const all = ['yes', 'no'].flatMap((label) =>
  ['ann', 'bob'].flatMap((speaker) => Array.from({ length: 20 }, (_, n) => recording(label, speaker, n))),
)
const options = { testShare: null, holdOutSpeaker: null, seed: 1 }
const names = (some: readonly Recording[]) => some.map(({ name }) => name).sort()

test('by the names: recordings 0 to 4 of each speaker and class are the test', () => {
  const { train, test: kept, how } = split(all, options)
  expect(kept).toHaveLength(20)
  expect(kept.every(({ index }) => Number(index) < 5)).toBe(true)
  expect(train.every(({ index }) => Number(index) >= 5)).toBe(true)
  expect(how).toMatchObject({ by: 'index', words: expect.stringContaining('recordings 0 to 4') })
})

test.each([
  ['a share that is asked for', all, { ...options, testShare: 0.25 }, 20],
  ['names without numbers', all.map((one) => ({ ...one, index: null })), options, 8],
  [
    'numbers that would leave a class empty',
    all.filter(({ index, label }) => label === 'no' || Number(index) < 5),
    options,
    5,
  ],
])('by share: %s', (_, recordings, given, size) => {
  const { train, test: kept, how } = split(recordings, given)
  expect([kept.length, how.by]).toEqual([size, 'share'])
  expect(names([...train, ...kept])).toEqual(names(recordings))
  expect(split(recordings, given).test).toEqual(kept)
  expect(names(split(recordings, { ...given, seed: 2 }).test)).not.toEqual(names(kept))
  for (const label of ['yes', 'no']) {
    const own = kept.filter((one) => one.label === label).length
    const of = recordings.filter((one) => one.label === label).length
    expect(Math.abs(own / of - (given.testShare ?? 0.1))).toBeLessThan(0.06)
  }
})

test('by speaker: nothing of one that is held out is learned from', () => {
  const { train, test: kept, how } = split(all, { ...options, holdOutSpeaker: 'bob' })
  expect(how.by).toBe('speaker')
  expect(new Set(train.map(({ speaker }) => speaker))).toEqual(new Set(['ann']))
  expect(kept).toHaveLength(40)
})

test('one who alone says all words cannot be held out; words that only one says are no class of others', () => {
  const own = [...all.filter(({ speaker }) => speaker === 'ann'), recording('maybe', 'bob', 0)]
  expect(() => split(own, { ...options, holdOutSpeaker: 'bob' })).toThrow(
    /expected one who says words that others say, too, received one who alone says maybe/,
  )
})

test.each([
  [all, 'eve', /--hold-out-speaker eve: expected one of several speakers, received recordings of ann, bob/],
  [all.map((one) => ({ ...one, speaker: null })), 'ann', /whose names tell no speaker/],
])('refuses a speaker that is not there', (recordings, holdOutSpeaker, message) => {
  expect(() => split(recordings, { ...options, holdOutSpeaker })).toThrow(message)
})

test('a class of one recording cannot be split', () => {
  const few = [...all.map((one) => ({ ...one, index: null })), recording('maybe', null, null)]
  expect(() => split(few, options)).toThrow(/class 'maybe': expected at least 2 recordings/)
})

test('classes are in the order of people, and there must be two', () => {
  const of = (...labels: string[]) => classesOf(labels.map((label) => recording(label, null, null)))
  expect(of('10', '9', 'b', 'a', '9')).toEqual(['9', '10', 'a', 'b'])
  expect(() => of('yes', 'yes')).toThrow(/at least 2 classes.*2 recordings of one: 'yes'/)
})
