import { fileURLToPath } from 'node:url'
import { forecast as tasks } from '@carousel/tasks'
import { InvalidArgumentError, Option } from 'commander'
import { encodingOption, option, whole } from '../options.ts'
import { shellWord } from '../report/format.ts'
import { fromFiles } from './files.ts'
import type { Recipe } from './recipe.ts'

const examples = `
Examples:
  $ npx carousel train forecast                               the days' highest temperatures in Seattle, which come along
  $ npx carousel train forecast sales.csv --target sold --horizon 14
  $ npx carousel train forecast ETTh1.csv --target OT --horizon 24 --split informer
  $ npx carousel train forecast data.csv --target a,b --inputs all --calendar hour,weekday
  $ npx carousel train forecast data.csv --target pm2.5 --date year,month,day,hour
  $ npx carousel train forecast --resume sales-lstm.safetensors

DATA is a CSV or TSV file: a row for each date, a column for each series, names in the first row.`

const codes = Object.entries(tasks.dateCodes)
  .map(([code, means]) => `${code} ${means}`)
  .join('; ')

export const forecast: Recipe<tasks.ForecastSettings, tasks.ForecastData> = {
  ...fromFiles(tasks.task, { comesAlong: { place: embeddedSeries, settingsFor: asEmbedded } }),
  description: 'train on series of numbers, to forecast them several steps ahead',
  examples,
  argument: [
    'data',
    'a CSV or TSV file with a row for each date (default: the weather in Seattle, day by day)',
  ],
  draws: true,
  options: [
    list(
      '--target <columns>',
      'columns to forecast, with commas between (default: the only one with numbers)',
    ),
    list('--inputs <columns>', 'further columns to read, or all (default: none)'),
    option('--horizon <n>', 'steps ahead (default: 24)', whole(1, '--horizon 24')),
    option(
      '--window <n>',
      'steps back to forecast from (default: by season and data)',
      whole(1, '--window 336'),
    ),
    option(
      '--patch <n>',
      'steps read together by the recurrent layer (default: by season)',
      whole(1, '--patch 24'),
    ),
    option(
      '--season <n>',
      'steps after which the series repeats itself (default: by the dates)',
      whole(1, '--season 12'),
    ),
    list(
      '--date <columns>',
      'column of the dates, or those of year,month,day,hour; or none (default: looked for)',
    ),
    option(
      '--date-format <text>',
      `how dates are written, as in '%d.%m.%Y %H:%M' (default: 2024-01-31 13:00); codes: ${codes}`,
    ),
    new Option(
      '--calendar <parts>',
      'what of the dates to read: hour, weekday, month (default: nothing)',
    ).argParser(calendarIn),
    new Option('--quantiles <levels>', 'levels between 0 and 1, in order (default: 0.1,0.9)').argParser(
      levelsIn,
    ),
    new Option(
      '--split <parts>',
      'rows or shares to train on, validate and test, or informer: 12, 4 and 4 months of 30 days (default: 0.7,0.1,0.2)',
    ).argParser(splitIn),
    encodingOption('of the file'),
    new Option('--decimal <mark>', 'what stands before decimals (default: .)').choices(['.', ',']),
    option('--delimiter <text>', 'what stands between fields (default: guessed)', delimiterIn),
  ],
  predicts: {
    instead:
      'predict: expected a model that is applied to single samples, received one that forecasts series. ' +
      'Forecast what comes next with: npx carousel forecast MODEL DATA.csv',
  },
  next(file) {
    const word = shellWord(file)
    return [
      { command: `npx carousel forecast ${word} DATA.csv`, does: 'forecast what comes after the last row' },
      { command: `npx carousel evaluate ${word}`, does: 'measure it again on the test part' },
      { command: `npx carousel inspect ${word}`, does: 'see what is in the file' },
    ]
  },
}

/** The weather of Seattle's days, 2012 to 2015, of vega-datasets. */
export function embeddedSeries(): string {
  return fileURLToPath(new URL('../data/seattle-weather.csv', import.meta.resolve('vega-datasets')))
}

function asEmbedded(settings: tasks.ForecastSettings): tasks.ForecastSettings {
  return { ...settings, target: settings.target.length > 0 ? settings.target : ['temp_max'] }
}

function list(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => text.split(',').map((name) => name.trim()))
}

function calendarIn(text: string): tasks.CalendarName[] {
  const names = text.split(',')
  const isName = (name: string): name is tasks.CalendarName =>
    (tasks.calendarNames as readonly string[]).includes(name)
  if (names.every(isName)) return names
  throw new InvalidArgumentError(
    '\nExpected hour, weekday or month, with commas between. For example: --calendar hour,weekday',
  )
}

function delimiterIn(text: string): string {
  if (tasks.isDelimiter(text)) return text
  throw new InvalidArgumentError(
    `\nExpected what stands between fields, and is no quote, received '${text}'. For example: --delimiter ';'`,
  )
}

function levelsIn(text: string): number[] {
  const levels = text.split(',').map(Number)
  if (tasks.areLevels(levels)) return levels
  throw new InvalidArgumentError(
    '\nExpected numbers between 0 and 1, the lower ones first. For example: --quantiles 0.1,0.5,0.9',
  )
}

function splitIn(text: string): number[] | 'informer' {
  if (text === 'informer') return text
  const parts = text.split(',').map(Number)
  if (tasks.isSplit(parts)) return parts
  throw new InvalidArgumentError(
    '\nExpected three shares that are 1 together, three counts of rows, or informer. For example: --split 0.7,0.1,0.2',
  )
}
