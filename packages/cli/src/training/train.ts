import { resolve } from 'node:path'
import {
  type EpochRecord,
  isUntrained,
  keepMeasured,
  type Outcome,
  type Settings,
  train as trainJob,
} from '@carousel/tasks'
import { timeOf } from '../files/model.ts'
import { checkModelOutput, checkOutput, markOf } from '../files/output.ts'
import { openPictures, writePictures } from '../files/picture.ts'
import { interruptible } from '../interrupts.ts'
import type { Recipe, Tools } from '../recipes/recipe.ts'
import { openConsole } from '../report/console.ts'
import { shellWord } from '../report/format.ts'
import { newerNodeNote } from '../report/newer-node.ts'
import type { TrainingReport } from '../report/training.ts'
import { jsonReport } from '../report/training-json.ts'
import { quietReport, terminalReport } from '../report/training-terminal.ts'
import { openEngine } from '../runtime.ts'
import { versions } from '../version.ts'
import { newJob, type Prepared, resumedJob } from './job.ts'
import { Keeper } from './keeper.ts'

/** Besides these, what was given of the recipe's settings, by their names. */
export interface TrainOptions {
  cell?: Settings['cell']
  seed?: number
  data?: string
  out?: string
  pictures?: string
  resume?: string
  threads?: number
  turbo?: boolean
  json?: boolean
  quiet?: boolean
}

/** Trains one model by a recipe, from its beginning or on from a file, and returns its file. */
export async function trainOne(
  recipe: Recipe,
  source: string | undefined,
  options: TrainOptions,
): Promise<string> {
  const report = reportFor(options)
  try {
    return await interruptible(
      (signal) => train(recipe, source, options, report, signal),
      () => report.stopping(),
    )
  } finally {
    report.close()
  }
}

function reportFor({ json, quiet }: TrainOptions): TrainingReport {
  if (json) return jsonReport()
  return quiet ? quietReport(openConsole()) : terminalReport(openConsole())
}

async function train(
  recipe: Recipe,
  source: string | undefined,
  options: TrainOptions,
  report: TrainingReport,
  signal: AbortSignal,
): Promise<string> {
  await checkPlaces(options)
  const { data: folder, out: named, pictures, resume, threads, turbo, json: _, quiet: __, ...given } = options
  const { note, downloading } = report
  const engine = openEngine({ threads, turbo })
  const place = named ?? resume
  // before anything is read from it
  const mark = place === undefined ? undefined : await markOf(place)
  const tools: Tools = { signal, note, downloading }
  const wish = { given, source: source ?? folder, out: named }
  const begun = await orInterrupted(
    resume === undefined
      ? newJob(recipe, wish, engine, tools)
      : resumedJob(recipe, resume, wish, engine, tools),
    signal,
    () => report.interrupted({ position: null }),
  )
  const { job, out } = begun
  await tellStart(recipe, begun, report)
  const isThere = resume !== undefined && resolve(out) === resolve(resume)
  const keeper = new Keeper(out, note, isThere, mark)
  const { history, outcome } = await work(recipe, begun, keeper, report, signal)
  report.end({
    job,
    outcome,
    history,
    weightsSha256: await job.model.weightsSha256(),
    out: keeper.path,
    next: recipe.next(keeper.path),
    ...(recipe.task.name === 'mnist' && { newerNode: newerNodeNote() }),
  })
  if (pictures !== undefined) {
    const files = await writePictures(pictures, outcome.pictures ?? [])
    note(`Drawn: ${files.join(', ')}`)
  }
  return keeper.path
}

/** What cannot be written is found out now, not after the training. */
async function checkPlaces({ out, resume, pictures }: TrainOptions): Promise<void> {
  if (out !== undefined) await checkModelOutput(out)
  else if (resume !== undefined) await checkOutput(resume)
  if (pictures !== undefined) await openPictures(pictures)
}

async function tellStart(recipe: Recipe, { job, out }: Prepared, report: TrainingReport): Promise<void> {
  const { model, settings, data } = job
  const { replaces } = await checkOutput(out)
  for (const text of data.notes) report.note(text)
  const batchSize = Math.min(settings.batchSize, job.epochSamples)
  report.start({
    job,
    unit: recipe.task.unit,
    engine: (await model.explain({ batchSize, ...timeOf(model) })).notes,
    out,
    replaces,
    ...(model.position && { resumed: model.position }),
  })
}

/** Trains, measures, and keeps the model in its file. */
async function work(
  recipe: Recipe,
  { job, history: earlier, folder }: Prepared,
  keeper: Keeper,
  report: TrainingReport,
  signal: AbortSignal,
): Promise<{ history: readonly EpochRecord[]; outcome: Outcome }> {
  const { model } = job
  const before = JSON.stringify(model.provenance)
  const whole = async () => {
    const { history } = await trainJob(job, {
      history: earlier,
      folder,
      versions,
      signal,
      onBatch: report.batch,
      onEpoch: report.epoch,
      onSample: report.sample,
      checkpoint: (trained) => keeper.checkpoint(trained),
    })
    if (isUntrained(model)) signal.throwIfAborted()
    await keeper.settle(model)
    signal.throwIfAborted()
    const { epochs } = job.settings
    if (job.endsEarly && history.length > earlier.length && history.length < epochs) {
      report.note(`Ended after epoch ${history.length} of ${epochs}: ${job.endsEarly}.`)
    }
    const outcome = await job.score(signal)
    keepMeasured(model, outcome)
    if (!keeper.wasThere || JSON.stringify(model.provenance) !== before) await keeper.keep(model)
    return { history, outcome }
  }
  const tellInterrupted = () => {
    if (isUntrained(model)) return report.interrupted({ position: null })
    const out = keeper.path
    const resume = `npx carousel train ${recipe.task.name} --resume ${shellWord(out)}`
    report.interrupted({ position: model.position, saved: { out, resume } })
  }
  return orInterrupted(whole(), signal, tellInterrupted).catch((error: unknown) => {
    if (keeper.saved && !signal.aborted)
      report.note(`${keeper.path} holds the model as it was after the last whole epoch.`)
    throw error
  })
}

/** What stopped the work may have been taken for a flaw of what it was reading. */
const isAbort = (error: unknown, { reason }: AbortSignal): boolean =>
  error === reason || (error instanceof Error && (error.name === 'AbortError' || error.cause === reason))

/** Waits for work that rejects when the signal is aborted, and tells of that before it rejects likewise. */
async function orInterrupted<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
  tell: () => void,
): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (!signal.aborted || !isAbort(error, signal)) throw error
    tell()
    throw signal.reason
  }
}
