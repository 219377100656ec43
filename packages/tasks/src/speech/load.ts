import { inOrder, listed } from '../classes.ts'
import { TaskError } from '../errors.ts'
import { notesOnFewUpdates } from '../few-updates.ts'
import type { DataFile } from '../files.ts'
import { notesOnLearned, type TaskData, type Trained } from '../job.ts'
import { generator, seedOf, shuffled } from '../random.ts'
import { count, several } from '../report/format.ts'
import { preparationOf } from './preparation.ts'
import { atRate, notesOnRate, usualRate } from './rate.ts'
import { type Recording, readRecordings } from './recordings.ts'
import { defaults, type SpeechSettings } from './settings.ts'
import { classesOf, type HowSplit, labelsOf, split } from './split.ts'

/** Recordings, split. */
export interface SpeechData extends TaskData {
  train: readonly Recording[]
  test: readonly Recording[]
  /** The classes of what is learned from. */
  labels: readonly string[]
  /** Samples a second of all. */
  rate: number
  how: HowSplit
}

/**
 * Recordings to train on and to test, of files in a folder or an archive.
 *
 * @param name what people call them
 * @throws TaskError that names what cannot be used
 */
export async function load(
  files: readonly DataFile[],
  name: string,
  settings: SpeechSettings,
): Promise<SpeechData> {
  const { recordings, sha256, notes } = await readRecordings(files)
  classesOf(recordings)
  const { train: all, test: held, how } = split(recordings, settings)
  const labels = classesOf(all)
  const isLearned = ({ label }: Recording) => labels.includes(label)
  const [train, test] = [limited(all, labels, settings), held.filter(isLearned)]
  // the test has no say in it
  const rate = settings.rate ?? usualRate(all)
  return {
    train: atRate(train, rate),
    test: atRate(test, rate),
    labels,
    rate,
    how,
    identity: {
      name,
      verified: false,
      sha256: [sha256],
      trainSamples: train.length,
      testSamples: test.length,
    },
    description: `${several(recordings.length, 'recording')} of ${labels.length} classes, ${speakersInWords(recordings)}${durationInWords(recordings)}; ${how.words}`,
    notes: [
      ...notes,
      ...notesOnRate(recordings, rate),
      ...notesOnFewUpdates(train.length, ['recording', 'recordings'], settings, defaults),
      ...notesOnUnlearned(held.filter((recording) => !isLearned(recording))),
    ],
  }
}

/** Of words that nobody else says nothing can be learned. */
function notesOnUnlearned(unlearned: readonly Recording[]): string[] {
  if (unlearned.length === 0) return []
  const labels = listed(inOrder(labelsOf(unlearned), 'recordings'))
  return [
    `${several(unlearned.length, 'recording')} left out of the test: ${labels}, which only ${unlearned[0].speaker} says, cannot be learned from others.`,
  ]
}

/** Recordings to measure a model on: all of them are the test. */
export async function loadNew(
  files: readonly DataFile[],
  name: string,
  { model, learned }: Trained<SpeechSettings, SpeechData>,
): Promise<SpeechData> {
  const { rate } = preparationOf(model).features
  const labels = model.labels ?? []
  const { recordings, sha256, notes } = await readRecordings(files, labels)
  const stranger = recordings.find(({ label }) => !labels.includes(label))
  if (stranger) {
    throw new TaskError(
      `${stranger.name}: expected one of the classes that the model knows (${listed(labels)}), received '${stranger.label}'. Leave those out, or train on all.`,
    )
  }
  return {
    train: learned?.train ?? [],
    test: atRate(recordings, rate),
    labels,
    rate,
    how: { by: 'none', words: 'all are the test' },
    identity: { name, verified: false, sha256: [sha256], trainSamples: 0, testSamples: recordings.length },
    description: `${several(recordings.length, 'recording')}, ${speakersInWords(recordings)}${durationInWords(recordings)}`,
    notes: [...notes, ...notesOnRate(recordings, rate), ...notesOnLearned(learned)],
  }
}

/** The first so many, in an order in which classes are mixed. */
function limited(
  train: readonly Recording[],
  labels: readonly string[],
  { limit, seed }: Pick<SpeechSettings, 'limit' | 'seed'>,
): readonly Recording[] {
  if (limit === null || limit >= train.length) return train
  const some = shuffled(train, generator(seedOf(seed, labels.length))).slice(0, limit)
  const missing = labels.find((label) => !some.some((recording) => recording.label === label))
  if (missing === undefined) return some
  throw new TaskError(
    `--limit ${limit}: expected enough recordings for all ${labels.length} classes, received none of '${missing}' among them. Take more.`,
  )
}

function speakersInWords(recordings: readonly Recording[]): string {
  const speakers = new Set(recordings.map(({ speaker }) => speaker))
  return speakers.has(null) ? '' : `${several(speakers.size, 'speaker')}, `
}

function durationInWords(recordings: readonly Recording[]): string {
  const seconds = recordings.reduce((sum, { sound }) => sum + sound.samples.length / sound.rate, 0)
  return seconds < 120 ? `${seconds.toFixed(0)} s` : `${count(seconds / 60)} minutes`
}
