import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { type DataFile, type DataRecord, type Identity, openFiles, type TaskData } from '@carousel/tasks'
import { Failure } from '../errors.ts'

/** What lies at a place that a user names, and what it is called. */
export async function filesAt(place: string): Promise<[files: readonly DataFile[], name: string]> {
  return [await openFiles(place), basename(resolve(place))]
}

/** A model's data and its file, which tells where they lay, relative to itself. */
interface Earlier {
  data: DataRecord
  file: string
}

/** Where a model's data lay when it was trained; null where they are found without that. */
export const recordedPlace = ({ data, file }: Earlier): string | null =>
  data.folder === null ? null : resolve(dirname(file), data.folder)

/** Where the data of an earlier training lie: where the user says, else where they lay then. */
export async function placeOfEarlier(source: string | undefined, earlier: Earlier): Promise<string> {
  if (source !== undefined) return source
  const { file } = earlier
  const place = recordedPlace(earlier)
  if (place === null) {
    throw new Failure(`${file} does not say where its data lie. Name their place, after the model.`)
  }
  if (await stat(place).catch(() => undefined)) return place
  throw new Failure(
    `${file}: expected the data it was trained on at ${place}, received nothing there. Name their place, after the model.`,
  )
}

/** The data that a model was trained on, where they are still found and still the same; null where they are not. */
export async function learnedBy<Data extends TaskData>(
  recorded: DataRecord,
  loadAgain: () => Promise<Data>,
): Promise<Data | null> {
  const learned = await loadAgain().catch(() => null)
  return String(learned?.identity.sha256) === String(recorded.sha256) ? learned : null
}

/** Of the data's name, reviews.csv, and a cell: reviews-lstm */
export const nameAfter = ({ name }: Identity, cell: string): string =>
  `${name.replace(/(?<=.)\.[^.]*$/, '')}-${cell}`
