import { resolve } from 'node:path'
import type { Model } from '@carousel/core'
import { isSameData, type Outcome, type Provenance, type Settings, type TaskData } from '@carousel/tasks'
import type { Command } from 'commander'
import { Failure, UsageError } from '../errors.ts'
import { openModel } from '../files/model.ts'
import { openPictures, writePictures } from '../files/picture.ts'
import { dataOption, jsonOption, picturesOption, threadsOption, turboOptions } from '../options.ts'
import { hasSameBytes, recordedPlace } from '../recipes/files.ts'
import { madeBy } from '../recipes/index.ts'
import { mnist } from '../recipes/mnist.ts'
import type { Recipe, Recorded, Tools } from '../recipes/recipe.ts'
import { type Console, openConsole, printJson } from '../report/console.ts'
import { figureText, titleOf } from '../report/figures.ts'
import { several, shellWord } from '../report/format.ts'
import { outcomeText } from '../report/outcome.ts'
import { differenceOf } from '../training/job.ts'

const examples = `
Examples:
  $ npx carousel evaluate mnist-lstm.safetensors              on the test pictures of the data it was trained on
  $ npx carousel evaluate mnist-lstm.safetensors --data DIR   on the test pictures in that folder
  $ npx carousel evaluate mnist-lstm.safetensors --json
  $ npx carousel evaluate reviews-lstm.safetensors            on the part of the training's data that was kept back
  $ npx carousel evaluate reviews-lstm.safetensors new.csv    on other data, with columns of the same names`

interface EvaluateOptions {
  data?: string
  pictures?: string
  threads?: number
  turbo?: boolean
  json?: boolean
}

export function addEvaluate(carousel: Command): void {
  const command = carousel
    .command('evaluate')
    .description('measure a model on data that it has not learned from, beside what it has to beat')
    .argument('<model>', 'the file of a trained model')
    .argument('[data]', 'other data than it was trained on (default: the part of those that was kept back)')
    .addOption(dataOption())
    .addOption(picturesOption())
    .addOption(threadsOption())
  for (const turbo of turboOptions()) command.addOption(turbo)
  command.addOption(jsonOption()).addHelpText('after', examples).action(run)
}

async function run(file: string, named: string | undefined, options: EvaluateOptions): Promise<void> {
  if (named !== undefined && options.data !== undefined) {
    throw new UsageError(
      `expected one place with data, received two: ${named} and --data ${options.data}. Leave one out.`,
    )
  }
  const model = await openModel(file, options)
  const console = openConsole()
  const measured = subjectOf(file, model)
  if (options.data !== undefined && measured.recipe.argument) {
    throw new UsageError(
      `--data: expected a model of MNIST's pictures, received one of ${measured.recipe.task.name}. Name the data after it: npx carousel evaluate ${shellWord(file)} DATA`,
    )
  }
  await checkPictures(options, measured.recipe)
  const tools: Tools = { note: console.note, downloading() {} }
  const data = await dataFor(measured, named ?? options.data, tools)
  for (const text of data.notes) console.note(text)
  const outcome = await measured.recipe.task.score(model, data)
  refuseBroken(file, outcome)
  if (options.pictures !== undefined) {
    const files = await writePictures(options.pictures, outcome.pictures ?? [])
    console.note(`Drawn: ${files.join(', ')}`)
  }
  if (options.json) tellJson(file, data, outcome)
  else tell(file, measured.recipe, data, outcome, console)
}

/** A model that can be measured. */
interface Subject {
  file: string
  model: Model
  recipe: Recipe
  /** What its file says of its training; undefined where it is of another origin. */
  origin?: Provenance
}

/** A model of unknown origin may be one that reads MNIST's pictures. */
function subjectOf(file: string, model: Model): Subject {
  const made = madeBy(model)
  if (made) return { file, model, ...made }
  if (String(model.inputShape) === '28,28') return { file, model, recipe: mnist }
  const shape = model.inputShape?.map((size) => size ?? 'any').join(', ')
  throw new UsageError(
    `${file}: expected a model made by 'carousel train', or one that reads MNIST's pictures, [28, 28], received one of another origin that reads [${shape}]. ` +
      'Measure it in a program: loadModel(path), then model.evaluate(x, y).',
  )
}

async function checkPictures({ pictures }: EvaluateOptions, { draws, task }: Recipe): Promise<void> {
  if (pictures === undefined) return
  if (!draws) {
    throw new UsageError(`--pictures: expected a model whose task draws, received one of ${task.name}.`)
  }
  await openPictures(pictures)
}

/** What to measure on: other data, all of them, or of those that the model was trained on the part that was kept back. */
async function dataFor(
  { file, model, recipe, origin }: Subject,
  source: string | undefined,
  tools: Tools,
): Promise<TaskData> {
  if (!origin) return mnist.load(source, mnist.task.settings({ limit: 1 }), tools)
  const recorded = { ...origin, file }
  if (source === undefined) return keptBack(recipe, recorded, tools)
  const data = await recipe.loadNew(source, recorded, model, tools)
  if (isSameData(origin.data, data.identity) || hasSameBytes(data, recorded)) {
    tools.note(
      'These are the data that the model was trained on: it is measured on the part that was kept back.',
    )
    return withoutNotes(data)
  }
  const isSamePlace = recordedPlace(recorded) === resolve(source)
  tools.note(
    isSamePlace
      ? `${origin.data.name} has changed since the model was trained on it: what it has learned from cannot be told from what is new, and figures may flatter.`
      : `Other data than those that the model was trained on, ${origin.data.name}.`,
  )
  return data
}

/** Split anew, other data would be tested on what was learned from. */
async function keptBack(recipe: Recipe, recorded: Recorded<Settings>, tools: Tools): Promise<TaskData> {
  const data = await recipe.loadAgain(undefined, recorded, tools)
  const difference = differenceOf(recorded.data, data)
  if (difference === undefined) return withoutNotes(data)
  const { file } = recorded
  throw new Failure(
    `${file}: ${difference}. What was kept back for the test can no longer be told from what was learned. ` +
      `If all of them are new to the model, measure it on all: npx carousel evaluate ${shellWord(file)} ${recipe.argument ? 'DATA' : '--data DIR'}`,
  )
}

/** What there is to say of these data was said when the model was trained. */
const withoutNotes = (data: TaskData): TaskData => ({ ...data, notes: [] })

function refuseBroken(file: string, { metrics }: Outcome): void {
  const broken = Object.entries(metrics).find(([, value]) => value !== null && !Number.isFinite(value))
  if (!broken) return
  throw new Failure(
    `${file}: expected a finite ${titleOf(broken[0])}, received ${broken[1]}. The model's weights are damaged.`,
  )
}

function tellJson(file: string, { identity, notes }: TaskData, outcome: Outcome): void {
  const { samples, metrics, baselines, warnings, sections } = outcome
  const confusion = sections.find((section) => section.kind === 'confusion')
  printJson({
    event: 'evaluation',
    model: file,
    data: identity.name,
    samples,
    ...metrics,
    ...(confusion && { labels: confusion.labels, confusion: confusion.matrix }),
    baselines,
    warnings,
    notes,
  })
}

function tell(
  file: string,
  { task }: Recipe,
  { identity, description }: TaskData,
  outcome: Outcome,
  console: Console,
): void {
  const { print, style } = console
  const { metrics, samples } = outcome
  print(`${style('bold', file)} on ${several(samples, ...task.unit)} of ${identity.name}`)
  print(`  ${style('dim', description)}`)
  print()
  const width = Math.max(...Object.keys(metrics).map((name) => titleOf(name).length), 8)
  for (const [name, value] of Object.entries(metrics)) {
    print(`  ${titleOf(name).padEnd(width)}  ${style('bold', figureText(name, value))}`)
  }
  print()
  print(outcomeText(outcome, console))
}
