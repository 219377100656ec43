import { dirname, relative, resolve } from 'node:path'
import type { Engine } from '@carousel/core'
import {
  type DataRecord,
  type EpochRecord,
  isSameData,
  type Job,
  originOf,
  type Provenance,
  type Settings,
  type TaskData,
  TaskError,
} from '@carousel/tasks'
import { Failure, UsageError } from '../errors.ts'
import { defaultName } from '../files/default-name.ts'
import { modelIn } from '../files/model.ts'
import { flagOf } from '../options.ts'
import { recordedPlace } from '../recipes/files.ts'
import { madeBy } from '../recipes/index.ts'
import type { Recipe, Tools } from '../recipes/recipe.ts'
import { several, shellWord } from '../report/format.ts'

/** What a training begins with, or goes on with. */
export interface Prepared {
  job: Job
  history: readonly EpochRecord[]
  /** The model's file. */
  out: string
  /** Where the data lie, as the file has it: relative to it, so that it tells nobody our folders. */
  folder: string | null
}

export interface Wish {
  /** What the command's options say of the settings. */
  given: Partial<Settings>
  /** Where the data are to be found, if that was said. */
  source: string | undefined
  out: string | undefined
}

/** A training from the beginning. */
export async function newJob(
  recipe: Recipe,
  { given, source, out: named }: Wish,
  engine: Engine,
  tools: Tools,
): Promise<Prepared> {
  const settings = settingsOf(recipe, given)
  const data = await recipe.load(source, settings, tools)
  tools.signal?.throwIfAborted()
  const job = await recipe.task.begin(data, settings, engine)
  const out = named ?? (await defaultName(recipe.nameFor(settings, data)))
  return { job, history: [], out, folder: folderFrom(out, recipe.placeOf(source, data)) }
}

/** Whole settings. What the options say may be fine one by one, and mean nothing together. */
function settingsOf({ task }: Recipe, given: Partial<Settings>): Settings {
  try {
    return task.settings(given)
  } catch (error) {
    if (error instanceof TaskError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

/** A training that goes on where its file stands. */
export async function resumedJob(
  recipe: Recipe,
  file: string,
  { given, source, out = file }: Wish,
  engine: Engine,
  tools: Tools,
): Promise<Prepared> {
  const model = await modelIn(file, engine)
  const recorded = originOf(recipe.task, model)
  if (!recorded || !model.position) {
    const maker = madeBy(model)?.recipe.task.name
    throw new UsageError(
      `--resume ${file}: expected a file of 'carousel train ${recipe.task.name}', received ` +
        (maker
          ? `one of 'carousel train ${maker}'. Resume it with: npx carousel train ${maker} --resume ${shellWord(file)}`
          : 'a model of another origin. Resume it with the library: fit(x, y, { resume: true }).'),
    )
  }
  refuseDifferences(given, recorded)
  const arithmetic = await model.arithmetic()
  if (model.loadedArithmetic !== arithmetic) {
    tools.note(
      `${file} was trained in ${model.loadedArithmetic} arithmetic, and this machine's is ${arithmetic}: ` +
        'training goes on soundly, but not with the same bits.',
    )
  }
  const epochs = given.epochs ?? recorded.options.epochs
  if (epochs < model.position.epoch) {
    throw new UsageError(
      `--epochs ${epochs}: expected at least ${model.position.epoch}, which ${file} has done already: --epochs counts all epochs.`,
    )
  }

  if (model.position.epoch >= epochs) {
    tools.note(
      `${file} has done its ${several(epochs, 'epoch')}: with more, such as --epochs ${2 * epochs}, it goes on.`,
    )
  }
  const options = { ...recorded.options, epochs }
  const data = await recipe.loadAgain(source, { ...recorded, options, file }, tools)
  tools.signal?.throwIfAborted()
  const difference = differenceOf(recorded.data, data)
  if (difference !== undefined) {
    const Kind = source === undefined ? Failure : UsageError
    const where = recipe.argument ? `train ${recipe.task.name} DATA --resume …` : '--data DIR'
    throw new Kind(`--resume ${file}: ${difference}. Name a place with the same data: ${where}`)
  }
  const job = await recipe.task.resume(model, data, options)
  const place =
    source === undefined ? recordedPlace({ data: recorded.data, file }) : recipe.placeOf(source, data)
  return { job, history: recorded.history, out, folder: folderFrom(out, place) }
}

/** What the file decides may be repeated on the command line, but not changed. */
function refuseDifferences(given: Partial<Settings>, { options, data }: Provenance): void {
  const inFile: Record<string, unknown> = { ...options, limit: options.limit ?? data.trainSamples }
  const differing = Object.entries(given).filter(
    ([name, value]) => value !== undefined && name !== 'epochs' && String(value) !== String(inFile[name]),
  )
  if (differing.length === 0) return
  const list = differing
    .map(([name, value]) => `${flagOf(name)} ${inFile[name]}, received ${value}`)
    .join('; ')
  throw new UsageError(
    `--resume goes on with what is in the file: expected ${list}. Leave the option out, or train anew without --resume.`,
  )
}

/** What differs between the data a model was trained on and these; undefined where they are the same. */
export function differenceOf(recorded: DataRecord, { identity, description }: TaskData): string | undefined {
  if (isSameData(recorded, identity)) return undefined
  return identity.name === recorded.name
    ? `expected the data the model was trained on, received others (${description})`
    : `expected ${recorded.name}, on which the model was trained, received ${identity.name} (${description})`
}

const folderFrom = (file: string, place: string | null): string | null =>
  place === null ? null : relative(dirname(resolve(file)), resolve(place)) || '.'
