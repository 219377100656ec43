import { inOrder, listed } from '../classes.ts'
import { TaskError } from '../errors.ts'
import { percent, several } from '../report/format.ts'
import { stratifiedSplit } from '../stratified.ts'
import type { Recording } from './recordings.ts'

export interface SplitOptions {
  /** The share of each class that is kept back; null: by the names, where they tell. */
  testShare: number | null
  /** All that this speaker says is kept back. */
  holdOutSpeaker: string | null
  seed: number
}

// A type, not an interface, so that it counts as JSON.

/** How recordings were split. */
export type HowSplit = {
  /** A speaker held out; the names' numbers; a share of each class, drawn by the seed; not at all. */
  by: SplitBy
  /** For people. */
  words: string
}

export const SPLITS_BY = ['speaker', 'index', 'share', 'none'] as const
export type SplitBy = (typeof SPLITS_BY)[number]

export interface Split {
  train: Recording[]
  test: Recording[]
  how: HowSplit
}

/** Where neither names nor options tell. */
const USUAL_SHARE = 0.1
/** Free Spoken Digit Dataset: recordings 0 to 4 of each speaker and class are the test. */
const OFFICIAL = 5

/** What is learned from, and what is kept back. */
export function split(recordings: readonly Recording[], options: SplitOptions): Split {
  const { holdOutSpeaker, testShare } = options
  if (holdOutSpeaker !== null) return bySpeaker(recordings, holdOutSpeaker)
  const named = testShare === null ? byIndex(recordings) : null
  return named ?? byShare(recordings, testShare ?? USUAL_SHARE, options.seed)
}

function bySpeaker(recordings: readonly Recording[], speaker: string): Split {
  const speakers = [...new Set(recordings.map((recording) => recording.speaker))]
  const isHeldOut = (recording: Recording) => recording.speaker === speaker
  if (!recordings.some(isHeldOut) || speakers.length < 2) {
    const known = speakers.filter((name) => name !== null)
    const advice =
      known.length > 1
        ? 'Choose one of these.'
        : 'Name the files class_speaker_index.wav, of at least two speakers.'
    throw new TaskError(
      `--hold-out-speaker ${speaker}: expected one of several speakers, received ${known.length > 0 ? `recordings of ${known.join(', ')}` : 'recordings whose names tell no speaker'}. ${advice}`,
    )
  }
  const parts = parted(recordings, isHeldOut, {
    by: 'speaker',
    words: `all that ${speaker} says is kept back`,
  })
  const learned = labelsOf(parts.train)
  if (parts.test.some(({ label }) => learned.includes(label))) return parts
  throw new TaskError(
    `--hold-out-speaker ${speaker}: expected one who says words that others say, too, received one who alone says ${listed(labelsOf(parts.test))}. Choose another.`,
  )
}

/** Null where the names have no numbers, or would leave a class with nothing to learn from. */
function byIndex(recordings: readonly Recording[]): Split | null {
  if (recordings.some(({ index }) => index === null)) return null
  const isTest = ({ index }: Recording) => Number(index) < OFFICIAL
  const learned = new Set(recordings.filter((recording) => !isTest(recording)).map(({ label }) => label))
  const isFine = recordings.some(isTest) && recordings.every(({ label }) => learned.has(label))
  return isFine
    ? parted(recordings, isTest, {
        by: 'index',
        words: `recordings 0 to ${OFFICIAL - 1} of each speaker and class are kept back`,
      })
    : null
}

/** The share of each class, drawn by the seed; at least one of each. */
function byShare(recordings: readonly Recording[], share: number, seed: number): Split {
  const labels = labelsOf(recordings)
  for (const label of labels) {
    const own = recordings.filter((recording) => recording.label === label).length
    if (own > 1) continue
    throw new TaskError(
      `class '${label}': expected at least 2 recordings, one to learn from and one to test, received 1. Record more of it.`,
    )
  }
  const numbers = recordings.map(({ label }) => labels.indexOf(label))
  const held = new Set(stratifiedSplit(numbers, share, seed).held)
  return parted(recordings, (_, row) => held.has(row), {
    by: 'share',
    words: `${percent(share, 0)} of each class is kept back, drawn by the seed`,
  })
}

function parted(
  recordings: readonly Recording[],
  isTest: (recording: Recording, row: number) => boolean,
  how: HowSplit,
): Split {
  const train = recordings.filter((recording, row) => !isTest(recording, row))
  return { train, test: recordings.filter(isTest), how }
}

export const labelsOf = (recordings: readonly Recording[]): string[] => [
  ...new Set(recordings.map(({ label }) => label)),
]

/** The classes of recordings, in order; there must be several. */
export function classesOf(recordings: readonly Recording[]): string[] {
  const classes = inOrder(labelsOf(recordings), 'recordings')
  if (classes.length > 1) return classes
  throw new TaskError(
    `expected recordings of at least 2 classes to tell apart, received ${several(recordings.length, 'recording')} of ${classes.length === 0 ? 'none' : `one: '${classes[0]}'`}. ` +
      'Add a folder with recordings of something else.',
  )
}
