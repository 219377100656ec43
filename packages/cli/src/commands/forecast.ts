import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Model } from '@carousel/core'
import { openFiles, forecast as tasks } from '@carousel/tasks'
import type { Command } from 'commander'
import { UsageError } from '../errors.ts'
import { openModel } from '../files/model.ts'
import { checkOutput, refuseInputs, refuseSame } from '../files/output.ts'
import { checkPicture, writePicture } from '../files/picture.ts'
import { jsonOption, option, path, threadsOption, turboOptions, whole } from '../options.ts'
import { placeOfEarlier } from '../recipes/files.ts'
import { embeddedSeries } from '../recipes/forecast.ts'
import { type Made, madeBy } from '../recipes/index.ts'
import { openConsole, printJson } from '../report/console.ts'

const examples = `
Examples:
  $ npx carousel forecast sales-lstm.safetensors sales.csv                      CSV on standard output
  $ npx carousel forecast sales-lstm.safetensors sales.csv --out next.csv --picture next.png
  $ npx carousel forecast sales-lstm.safetensors sales.csv --from 400           as if only the rows before were known

DATA has the columns that the model was trained on; it goes on from the last row.`

interface ForecastOptions {
  out?: string
  picture?: string
  from?: number
  threads?: number
  turbo?: boolean
  json?: boolean
}

export function addForecast(carousel: Command): void {
  const command = carousel
    .command('forecast')
    .description('forecast what comes after the last row of a series, as CSV')
    .argument('<model>', "the file of a model made by 'carousel train forecast'")
    .argument(
      '[data]',
      'a CSV or TSV file that the forecast goes on from (default: the one that the model was trained on)',
    )
    .addOption(
      option('--out <file>', 'where to write the CSV (default: standard output)', path('--out next.csv')),
    )
    .addOption(
      option('--picture <file>', 'draw it too, into a file .svg or .png', path('--picture next.svg')),
    )
    .addOption(
      option(
        '--from <row>',
        'the first row of the series to forecast, from 1, missing ones filled in (default: the one after the last)',
        whole(1, '--from 400'),
      ),
    )
    .addOption(threadsOption())
  for (const turbo of turboOptions()) command.addOption(turbo)
  command.addOption(jsonOption()).addHelpText('after', examples).action(run)
}

async function run(file: string, source: string | undefined, options: ForecastOptions): Promise<void> {
  await checkOutputs(options)
  const model = await openModel(file, options)
  const made = madeBy(model)
  const preparation = preparationOf(file, model, made)
  const place = source ?? (await placeOfTraining(file, made))
  const files = await openFiles(place)
  await refuseOutputsAmong([file, place, ...files.map(({ name }) => join(place, name))], options)
  const { series } = await tasks.seriesFor(files, preparation, formatOf(made))
  const first = firstOf(options, preparation.window, series)
  const found = await tasks.forecastFrom(model, series, preparation, first)
  const console = openConsole()
  for (const text of series.notes) console.note(text)
  if (options.picture !== undefined)
    await writePicture(options.picture, tasks.pictureOf(found, series, first))
  if (options.json) printForecasts(found)
  if (options.out !== undefined) await writeFile(options.out, tasks.csvOf(found, preparation))
  else if (!options.json) process.stdout.write(tasks.csvOf(found, preparation))
  const written = outputsOf(options).map(([, place]) => place)
  if (written.length > 0) console.note(`Written: ${written.join(', ')}`)
}

/** The options that name files to write, and these. */
const outputsOf = ({ out, picture }: ForecastOptions) =>
  Object.entries({ '--out': out, '--picture': picture }).filter(
    (each): each is [string, string] => each[1] !== undefined,
  )

async function checkOutputs(options: ForecastOptions): Promise<void> {
  if (options.picture !== undefined) checkPicture(options.picture)
  for (const [, place] of outputsOf(options)) await checkOutput(place)
  await refuseSame(outputsOf(options))
}

async function refuseOutputsAmong(inputs: readonly string[], options: ForecastOptions): Promise<void> {
  for (const [option, place] of outputsOf(options)) await refuseInputs(option, place, inputs)
}

/** Where the data lie that the model was trained on. */
async function placeOfTraining(file: string, made: Made | undefined): Promise<string> {
  if (made) return placeOfEarlier(undefined, { data: made.origin.data, file }, embeddedSeries())
  throw new UsageError(
    `expected a table to go on from, received none, and ${file} names none. Name it after the model.`,
  )
}

/** How the table is written: as the one that the model was trained on. */
function formatOf(
  made: Made | undefined,
): Pick<tasks.ForecastSettings, 'encoding' | 'delimiter' | 'decimal'> {
  const settings = made?.origin.options as tasks.ForecastSettings | undefined
  const { encoding = null, delimiter = null, decimal = '.' } = settings ?? {}
  return { encoding, delimiter, decimal }
}

function printForecasts(forecasts: readonly tasks.Forecast[]): void {
  for (const { target, labels, point, quantiles } of forecasts) {
    const rows = quantiles.map(({ level, values }) => [String(level), values])
    printJson({ event: 'forecast', target, labels, point, quantiles: Object.fromEntries(rows) })
  }
}

/** The row to forecast first, from 0. */
function firstOf({ from }: ForecastOptions, window: number, { rows, name }: tasks.Series): number {
  const first = from === undefined ? rows : from - 1
  if (first >= window && first <= rows) return first
  throw new UsageError(
    `--from ${from}: expected a row from ${window + 1}, after the ${window} the model looks at, to ${rows + 1}, as ${name} has ${rows} rows, missing ones filled in.`,
  )
}

function preparationOf(file: string, model: Model, made: Made | undefined): tasks.ForecastPreparation {
  const task = made?.recipe.task.name ?? 'forecast'
  if (task !== 'forecast') {
    throw new UsageError(
      `${file}: expected a model made by 'carousel train forecast', received one of 'carousel train ${task}'. Apply that with: npx carousel predict`,
    )
  }
  return tasks.preparationOf(model)
}
