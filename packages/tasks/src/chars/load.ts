import { joined } from '../bytes.ts'
import { decode } from '../encoding.ts'
import { TaskError } from '../errors.ts'
import { checksumOf, type DataFile } from '../files.ts'
import { notesOnLearned, type TaskData, type Trained } from '../job.ts'
import { count, percent } from '../report/format.ts'
import { type CharsSettings, wordsOf } from './settings.ts'
import { splitInOrder } from './split.ts'
import { codePointsOf, type Units } from './units.ts'
import { notesOnFew } from './windows.ts'

/** A text, of which the beginning is learned from and the end is kept back. */
export interface CharsData extends TaskData {
  train: Units
  test: Units
}

/**
 * Reads a text and splits it in its order.
 *
 * @param files read one after the other
 * @param name what people call the data
 * @throws TaskError where there is no text, or in another encoding, or too little to learn and to test
 */
export async function load(
  files: readonly DataFile[],
  name: string,
  settings: CharsSettings,
): Promise<CharsData> {
  const { unit, testShare, limit } = settings
  const many = wordsOf(unit)[1]
  const whole = await read(files, name, settings)
  const { kept, held: test } = splitInOrder(whole, testShare)
  const train = kept.slice(0, limit ?? undefined)
  if (test.length < 2) {
    throw new TaskError(
      `${name}: expected at least two ${many} to test on, received a text of ${count(whole.length)}, of which ${percent(testShare, 0)} are ${test.length}. Take a longer text.`,
    )
  }
  if (train.length < 2) {
    throw new TaskError(
      `${name}: expected at least two ${many} to learn from, received ${train.length}. Take a longer text, or keep back less.`,
    )
  }
  if (train.every((own) => own === train[0])) {
    const same = unit === 'bytes' ? String(train[0]) : String.fromCodePoint(train[0])
    throw new TaskError(
      `${name}: expected a text of several different ${many}, received ${count(train.length)} times the same one, ${JSON.stringify(same)}: nothing can be learned from it.`,
    )
  }
  const unused = kept.length - train.length
  return {
    train,
    test,
    identity: await identityOf(files, name, train, test),
    description: `${count(whole.length)} ${many}, in order: the first ${count(train.length)} to learn from${unused > 0 ? ` (--limit leaves out ${count(unused)})` : ''}, the last ${count(test.length)} to test on`,
    notes: [...notesOnStrangers(train, test, name), ...notesOnFew(train.length, settings)],
  }
}

/**
 * Another text, all of it to test on.
 *
 * @throws TaskError where there are not two characters, or in another encoding
 */
export async function loadNew(
  files: readonly DataFile[],
  name: string,
  { settings, learned }: Trained<CharsSettings, CharsData>,
): Promise<CharsData> {
  const test = await read(files, name, settings)
  const [, many] = wordsOf(settings.unit)
  if (test.length < 2) {
    throw new TaskError(
      `${name}: expected at least two ${many} to test on, received ${test.length}. Take a longer text.`,
    )
  }
  const none = test.slice(0, 0)
  return {
    train: learned?.train ?? none,
    test,
    identity: await identityOf(files, name, none, test),
    description: `${count(test.length)} ${many}, all to test on`,
    notes: notesOnLearned(learned),
  }
}

/** On characters that the first part does not have; bytes are all known. */
function notesOnStrangers(train: Units, test: Units, name: string): string[] {
  if (test instanceof Uint8Array) return []
  const known = new Set(train)
  const strange = [...new Set(test)].filter((own) => !known.has(own))
  if (strange.length === 0) return []
  const shown = strange.slice(0, MOST_SHOWN).map((own) => JSON.stringify(String.fromCodePoint(own)))
  const more = strange.length - shown.length
  return [
    `${name}: ${shown.join(' ')}${more > 0 ? ` and ${count(more)} more` : ''} ${strange.length > 1 ? 'stand' : 'stands'} only in the part that is kept back; the model cannot know them and reads them as unknown.`,
  ]
}

/** A Chinese text has hundreds of characters that come once. */
const MOST_SHOWN = 12

async function read(
  files: readonly DataFile[],
  name: string,
  { unit, encoding }: CharsSettings,
): Promise<Units> {
  const parts: Uint8Array[] = []
  for (const file of files) parts.push(await file.bytes())
  if (parts.every(({ length }) => length === 0)) {
    throw new TaskError(`${name}: expected a text, received nothing: the file is empty.`)
  }
  if (unit === 'bytes') return joined(parts)
  return codePointsOf(parts.map((bytes, index) => decode(bytes, files[index].name, encoding)))
}

async function identityOf(files: readonly DataFile[], name: string, train: Units, test: Units) {
  return {
    name,
    verified: false,
    sha256: [await checksumOf(files)],
    trainSamples: train.length,
    testSamples: test.length,
  }
}
