import { count, several } from '../report/format.ts'
import type { Recording } from './recordings.ts'
import { resample } from './resample.ts'

/** Sound of more than this is told in no more detail, where nothing else is asked for: speech has little above 8 kHz. */
const ENOUGH = 16_000

/** The rate that most of these have, the lower of equally common ones; at most 16,000 samples a second. */
export function usualRate(recordings: readonly Recording[]): number {
  const counts = new Map<number, number>()
  for (const { sound } of recordings) counts.set(sound.rate, (counts.get(sound.rate) ?? 0) + 1)
  const [[rate]] = [...counts].sort(([one, many], [other, others]) => others - many || one - other)
  return Math.min(ENOUGH, rate)
}

/** All at one rate, in samples a second. */
export const atRate = (recordings: readonly Recording[], rate: number): Recording[] =>
  recordings.map((recording) => {
    const { samples, rate: own } = recording.sound
    return { ...recording, sound: { rate, samples: resample(samples, own, rate) } }
  })

/** What is told of those that have another rate. */
export function notesOnRate(recordings: readonly Recording[], rate: number): string[] {
  const others = recordings.filter(({ sound }) => sound.rate !== rate).length
  return others > 0
    ? [`${several(others, 'recording')} of another rate: brought to ${count(rate)} samples a second.`]
    : []
}
