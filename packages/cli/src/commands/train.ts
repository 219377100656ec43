import { join } from 'node:path'
import type { Settings } from '@carousel/tasks'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { UsageError } from '../errors.ts'
import {
  jsonOption,
  option,
  path,
  picturesOption,
  positive,
  share,
  threadsOption,
  turboOptions,
  whole,
} from '../options.ts'
import { recipes } from '../recipes/index.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { showComparison } from '../report/comparison.ts'
import { note } from '../report/console.ts'
import { compareModels } from '../training/comparison.ts'
import { type TrainOptions, trainOne } from '../training/train.ts'

/** Several cells are trained one after the other, and compared. */
type Options = Omit<TrainOptions, 'cell'> & { cell?: Settings['cell'][] }

const afterwards = `
Ctrl-C finishes the batch, saves, and says how to go on; once more Ctrl-C quits at once.`

export function addTrain(carousel: Command): void {
  const train = carousel.command('train').description('train a model by a recipe')
  for (const recipe of recipes) addRecipe(train, recipe)
}

function addRecipe(train: Command, recipe: Recipe): void {
  const { task, argument } = recipe
  const command = train.command(task.name).description(recipe.description)
  // Where training goes on, the file knows the data.
  if (argument) command.argument(`[${argument[0]}]`, argument[1])
  for (const shared of sharedOptions(recipe)) command.addOption(shared)
  for (const own of recipe.options) command.addOption(own)
  for (const told of outputOptions(recipe)) command.addOption(told)
  command.addHelpText('after', `${recipe.examples}\n${afterwards}`).action((...received: unknown[]) => {
    const source = argument ? (received[0] as string | undefined) : undefined
    return run(recipe, source, received[argument ? 1 : 0] as Options)
  })
}

function sharedOptions({ task, batchOf }: Recipe): Option[] {
  const defaults = task.settings({ seed: 0 })
  const [, many] = task.unit
  return [
    option(
      '--epochs <n>',
      `epochs in all, before and after a resume (default: ${defaults.epochs})`,
      whole(1, '--epochs 10'),
    ),
    option(
      '--batch-size <n>',
      `${batchOf ?? many} in a batch (default: ${defaults.batchSize})`,
      whole(1, '--batch-size 32'),
    ),
    option('--units <n>', `units of a recurrent layer (default: ${defaults.units})`, whole(1, '--units 128')),
    new Option(
      '--cell <names>',
      `recurrent layer: lstm, gru or rnn, or several with commas between, to compare them (default: ${defaults.cell})`,
    ).argParser(cellsIn),
    new Option('--optimizer <name>', `optimizer (default: ${defaults.optimizer})`).choices([
      'sgd',
      'rmsprop',
      'adam',
      'adamw',
    ]),
    option(
      '--learning-rate <x>',
      `learning rate (default: ${learningRates(task.settings)})`,
      positive('--learning-rate 0.001'),
    ),
    option('--dropout <x>', `share to drop (default: ${defaults.dropout})`, share('--dropout 0.2')),
    option(
      '--seed <n>',
      'decides every random choice (default: drawn, and printed)',
      whole(0, '--seed 1', 2 ** 32 - 1),
    ),
    option('--limit <n>', `use only the first n ${many} to train on`, whole(1, '--limit 6000')),
    option(
      '--resume <file>',
      'go on with a saved training: model, data and settings come from the file',
      path('--resume my.safetensors'),
    ),
  ]
}

/** One, or one and those of the optimizers that have another. */
function learningRates(settings: Recipe['task']['settings']): string {
  const usual = settings({ seed: 0 })
  const others = (['sgd', 'rmsprop', 'adam', 'adamw'] as const)
    .map((optimizer) => settings({ optimizer, seed: 0 }))
    .filter(({ learningRate }) => learningRate !== usual.learningRate)
    .map(({ optimizer, learningRate }) => `; ${optimizer}'s is ${learningRate}`)
  return `${usual.learningRate}${others.join('')}`
}

function outputOptions({ task, draws }: Recipe): Option[] {
  return [
    option(
      '--out <file>',
      `where to save (default: ${task.name}-lstm.safetensors, by data and cell; numbered where there is such a file)`,
      path('--out my.safetensors'),
    ),
    ...(draws ? [picturesOption()] : []),
    threadsOption(),
    ...turboOptions(),
    jsonOption(),
    new Option('--quiet', 'print only the outcome'),
  ]
}

function cellsIn(text: string): Settings['cell'][] {
  const names = text.split(',')
  const isCell = (name: string): name is Settings['cell'] => ['lstm', 'gru', 'rnn'].includes(name)
  if (names.every(isCell) && new Set(names).size === names.length) return names
  throw new InvalidArgumentError(
    '\nAllowed choices are lstm, gru, rnn, or several of them with commas between. For example: --cell lstm,gru',
  )
}

async function run(recipe: Recipe, source: string | undefined, options: Options): Promise<void> {
  const { cell: cells = [undefined], ...rest } = options
  const of = (cell: Settings['cell'] | undefined) => ({ ...rest, ...(cell && { cell }) })
  if (source === undefined && recipe.argument && !recipe.comesAlong && options.resume === undefined) {
    throw new UsageError(
      `train ${recipe.task.name}: expected ${recipe.argument[0].toUpperCase()}, ${recipe.argument[1]}, received none. ` +
        `See: npx carousel train ${recipe.task.name} --help`,
    )
  }
  if (cells.length === 1) {
    await trainOne(recipe, source, of(cells[0]))
    return
  }
  const single = (['out', 'resume'] as const).find((name) => options[name] !== undefined)
  if (single) {
    throw new UsageError(
      `--${single} names one file, and --cell ${cells.join()} makes ${cells.length}: give one cell, or leave --${single} out.`,
    )
  }
  // One seed for all, so that they differ in nothing else.
  const { seed } = recipe.task.settings({ seed: rest.seed })
  const files: string[] = []
  for (const cell of cells) {
    // a folder of its own for each, as they draw the same pictures
    const pictures = options.pictures && join(options.pictures, String(cell))
    files.push(
      await trainOne(recipe, source, { ...of(cell), seed, pictures }).catch((error: unknown) => {
        const left = cells.slice(files.length + 1)
        if (left.length > 0)
          note(
            `Not begun: ${left.join(', ')}. Once all are trained, compare them: npx carousel compare FILES`,
          )
        throw error
      }),
    )
  }
  showComparison(await compareModels(files, options), options)
}
