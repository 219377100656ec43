import { joined } from '../bytes.ts'
import { decode } from '../encoding.ts'
import { TaskError } from '../errors.ts'
import { checksumOf, type DataFile } from '../files.ts'
import { notesOnLearned, type TaskData, type Trained } from '../job.ts'
import { count, percent } from '../report/format.ts'
import { type CharsSettings, wordsOf } from './settings.ts'
import { splitInOrder } from './split.ts'
import { notesOnFew } from './windows.ts'

/** A text in its units: characters (code points), or the numbers of bytes. */
export type Units = readonly string[] | Uint8Array

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
  if (new Set<string | number>(train).size < 2) {
    throw new TaskError(
      `${name}: expected a text of several different ${many}, received ${count(train.length)} times the same one, ${JSON.stringify(String(train[0]))}: nothing can be learned from it.`,
    )
  }
  const strange = strangersIn(train, test)
  const notes =
    strange.size > 0
      ? [
          `${name}: ${[...strange].map((own) => JSON.stringify(own)).join(' ')} stand only in the part that is kept back; the model cannot know them and reads them as unknown.`,
        ]
      : []
  const unused = kept.length - train.length
  return {
    train,
    test,
    identity: await identityOf(files, name, train, test),
    description: `${count(whole.length)} ${many}, in order: the first ${count(train.length)} to learn from${unused > 0 ? ` (--limit leaves out ${count(unused)})` : ''}, the last ${count(test.length)} to test on`,
    notes: [...notes, ...notesOnFew(train.length, settings)],
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

/** Those that the first part does not have; bytes are all known. */
function strangersIn(train: Units, test: Units): Set<string> {
  const known = new Set<unknown>(train)
  return new Set(test instanceof Uint8Array ? [] : test.filter((own): own is string => !known.has(own)))
}

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
  return parts.flatMap((bytes, index) => Array.from(decode(bytes, files[index].name, encoding)))
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
