import type { Command } from 'commander'
import { Failure, UsageError } from '../errors.ts'
import { openModel } from '../model-file.ts'
import { dataOption, jsonOption, picturesOption, threadsOption, turboOptions } from '../options.ts'
import { openPictures, writePictures } from '../picture-file.ts'
import { madeBy } from '../recipes/index.ts'
import { mnist } from '../recipes/mnist.ts'
import type { Tools } from '../recipes/recipe.ts'
import { openConsole, printJson } from '../report/console.ts'
import { figureText, titleOf } from '../report/figures.ts'
import { count, shellWord } from '../report/format.ts'
import { outcomeText } from '../report/outcome.ts'
import { openEngine } from '../runtime.ts'
import { differenceOf } from '../training-job.ts'

const examples = `
Examples:
  $ npx carousel evaluate mnist-lstm.safetensors              on the test pictures of the data it was trained on
  $ npx carousel evaluate mnist-lstm.safetensors --data DIR   on the test pictures in that folder
  $ npx carousel evaluate mnist-lstm.safetensors --json`

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
  const tools: Tools = { engine: openEngine(options), note: console.note, downloading() {} }
  const source = named ?? options.data
  const made = madeBy(model)
  // A model of unknown origin may be one that reads MNIST's pictures.
  if (!made && String(model.inputShape) !== '28,28') {
    const shape = model.inputShape?.map((size) => size ?? 'any').join(', ')
    throw new UsageError(
      `${file}: expected a model made by 'carousel train', or one that reads MNIST's pictures, [28, 28], received one of another origin that reads [${shape}]. ` +
        'Measure it in a program: loadModel(path), then model.evaluate(x, y).',
    )
  }
  const recipe = made?.recipe ?? mnist
  if (options.pictures !== undefined) {
    if (!recipe.draws) {
      throw new UsageError(
        `--pictures: expected a model whose task draws, received one of ${recipe.task.name}.`,
      )
    }
    await openPictures(options.pictures)
  }
  const recorded = made && { ...made.origin, file }
  const data = recorded
    ? await (source === undefined
        ? recipe.loadAgain(undefined, recorded, tools)
        : recipe.loadNew(source, recorded, model, tools))
    : await mnist.load(source, mnist.task.settings({ limit: 1 }), tools)
  const difference = made && differenceOf(made.origin.data, data)
  if (difference !== undefined) {
    // Split anew, they would be tested on what was learned from.
    if (source === undefined) {
      throw new Failure(
        `${file}: ${difference}. What was kept back for the test can no longer be told from what was learned. ` +
          `If all of them are new to the model, measure it on all: npx carousel evaluate ${shellWord(file)} ${recipe.argument ? 'DATA' : '--data DIR'}`,
      )
    }
    console.note(`Other data than in training: ${difference}.`)
  }
  const outcome = await recipe.task.score(model, data)
  const broken = Object.entries(outcome.metrics).find(
    ([, value]) => value !== null && !Number.isFinite(value),
  )
  if (broken) {
    throw new Failure(
      `${file}: expected a finite ${titleOf(broken[0])}, received ${broken[1]}. The model's weights are damaged.`,
    )
  }

  if (options.pictures !== undefined) {
    const files = await writePictures(options.pictures, outcome.pictures ?? [])
    console.note(`Drawn: ${files.join(', ')}`)
  }
  const { metrics, baselines, sections, samples } = outcome
  if (options.json) {
    const confusion = sections.find((section) => section.kind === 'confusion')?.matrix
    printJson({
      event: 'evaluation',
      model: file,
      data: data.identity.name,
      samples,
      ...metrics,
      ...(confusion && { confusion }),
      baselines,
    })
    return
  }
  const { print, style } = console
  const [one, many] = recipe.task.unit
  print(`${style('bold', file)} on ${count(samples)} ${samples === 1 ? one : many} of ${data.identity.name}`)
  print(`  ${style('dim', data.description)}`)
  print()
  const width = Math.max(...Object.keys(metrics).map((name) => titleOf(name).length), 8)
  for (const [name, value] of Object.entries(metrics)) {
    print(`  ${titleOf(name).padEnd(width)}  ${style('bold', figureText(name, value))}`)
  }
  print()
  print(outcomeText(outcome, console))
}
