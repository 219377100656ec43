import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import {
  type DataFile,
  type DataRecord,
  type FileTask,
  openFiles,
  type Settings,
  type TaskData,
} from '@carousel/tasks'
import { describeError, Failure } from '../errors.ts'
import type { Recipe, Recorded, Tools } from './recipe.ts'

/** What a recipe of files may have beyond what all of them do. */
interface Own<S extends Settings> {
  /** Data that come along, for where none are named. */
  comesAlong?: {
    place(): string
    /** What the settings are for these, where they leave it open. */
    settingsFor(settings: S): S
  }
  /** What people call data at a place of this name. Default: that name. */
  nameOf?(name: string): string
}

/** A recipe's part about data, of a task whose data lie in files. */
export function fromFiles<S extends Settings, Data extends TaskData>(
  task: FileTask<S, Data>,
  { comesAlong, nameOf = (name) => name }: Own<S> = {},
): Pick<Recipe<S, Data>, 'task' | 'comesAlong' | 'load' | 'loadAgain' | 'loadNew' | 'placeOf' | 'nameFor'> {
  const at = async (place: string, { signal }: Tools) => {
    const files = await openFiles(place)
    return [files.map((file) => stoppable(file, signal)), nameOf(basename(resolve(place)))] as const
  }
  const load = async (source: string | undefined, settings: S, tools: Tools): Promise<Data> =>
    source === undefined && comesAlong
      ? task.load(...(await at(comesAlong.place(), tools)), comesAlong.settingsFor(settings))
      : task.load(...(await at(String(source), tools)), settings)
  const loadAgain = async (
    source: string | undefined,
    recorded: Recorded<S>,
    tools: Tools,
  ): Promise<Data> => {
    const place = await placeOfEarlier(source, recorded, comesAlong?.place(), nameOf)
    return load(place === comesAlong?.place() ? undefined : place, recorded.options, tools)
  }
  return {
    task,
    comesAlong: comesAlong !== undefined,
    load,
    loadAgain,
    async loadNew(source, recorded, model, tools) {
      const learned = await learnedBy(recorded, tools, () => loadAgain(undefined, recorded, tools))
      const data = await task.loadNew(...(await at(source, tools)), {
        model,
        settings: recorded.options,
        learned,
      })
      return hasSameBytes(data, recorded) ? (learned ?? loadAgain(source, recorded, tools)) : data
    },
    placeOf: (source) => source ?? null,
    // reviews.csv and a cell: reviews-lstm
    nameFor: ({ cell }, { identity }) => `${identity.name.replace(/(?<=.)\.[^.]*$/, '')}-${cell}`,
  }
}

/** A file that is read no further once the signal says so. */
const stoppable = (file: DataFile, signal: AbortSignal | undefined): DataFile => ({
  name: file.name,
  async bytes() {
    signal?.throwIfAborted()
    return file.bytes()
  },
  async *stream() {
    for await (const piece of file.stream()) {
      signal?.throwIfAborted()
      yield piece
    }
  },
})

/** A model's data and its file, which tells where they lay, relative to itself. */
export interface Earlier {
  data: DataRecord
  file: string
}

/** Where a model's data lay when it was trained; null where they are found without that. */
export const recordedPlace = ({ data, file }: Earlier): string | null =>
  data.folder === null ? null : resolve(dirname(file), data.folder)

/**
 * Where the data of an earlier training lie: where the user says, else where they lay then.
 *
 * @param comesAlong the place of data that come along, where there are such
 * @param nameOf what data at a place of this name are called
 */
export async function placeOfEarlier(
  source: string | undefined,
  earlier: Earlier,
  comesAlong?: string,
  nameOf: (name: string) => string = (name) => name,
): Promise<string> {
  if (source !== undefined) return source
  const { file, data } = earlier
  const place = recordedPlace(earlier)
  if (place === null) {
    if (comesAlong !== undefined && data.name === basename(comesAlong)) return comesAlong
    throw new Failure(
      `${file} does not say where its data lie. Say where: DATA after the model, or in training before --resume.`,
    )
  }
  // a stranger's file may name any folder, but opens nothing that is called otherwise
  if (nameOf(basename(place)) === data.name && (await isThere(place))) return place
  throw new Failure(
    `${file}: expected the data it was trained on at ${place}, received nothing there. Say where they are now: DATA after the model, or in training before --resume.`,
  )
}

const isThere = async (place: string): Promise<boolean> => Boolean(await stat(place).catch(() => undefined))

/** Whether data are those of an earlier training, whatever they are called now. */
export const hasSameBytes = ({ identity }: TaskData, { data }: Earlier): boolean =>
  String(identity.sha256) === String(data.sha256)

/** The data that a model was trained on, where they are still found and still the same; null where they are not. */
async function learnedBy<Data extends TaskData>(
  earlier: Earlier,
  tools: Tools,
  loadAgain: () => Promise<Data>,
): Promise<Data | null> {
  const place = recordedPlace(earlier)
  if (place !== null && !(await isThere(place))) return null
  try {
    const learned = await loadAgain()
    return hasSameBytes(learned, earlier) ? learned : null
  } catch (error) {
    // they have changed since, and are not what is to be measured on
    tools.note(`What the model was trained on is not read: ${describeError(error)}`)
    return null
  }
}
