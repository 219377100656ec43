import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { UsageError } from '../errors.ts'
import { openModel } from '../files/model.ts'
import {
  encodingOption,
  flagOf,
  jsonOption,
  option,
  path,
  positive,
  threadsOption,
  turboOptions,
  whole,
} from '../options.ts'
import { OWN, type PredictOptions } from '../predicting/options.ts'
import { madeBy } from '../recipes/index.ts'
import { mnist } from '../recipes/mnist.ts'
import { shellWord } from '../report/format.ts'

const examples = `
Examples:
  $ npx carousel predict mnist-lstm.safetensors digit.png
  $ npx carousel predict mnist-lstm.safetensors *.png --json
  $ npx carousel predict mnist-lstm.safetensors t10k-images-idx3-ubyte.gz --limit 20
  $ npx carousel predict mnist-lstm.safetensors < samples.jsonl     one nested array a line, 28 rows of 28 numbers
  $ npx carousel predict reviews-lstm.safetensors --text 'a film to remember'
  $ npx carousel predict reviews-lstm.safetensors < reviews.txt     one text a line
  $ npx carousel predict reviews-lstm.safetensors new.csv --json    the texts of a table's column
  $ npx carousel predict words-lstm.safetensors *.wav --json

Pictures may be of any size and colour: they are made grey, and the drawing is fitted and centred as MNIST's digits are.
MNIST is light ink on a dark ground; a picture with a light ground is inverted. --invert and --no-invert decide instead.`

export function addPredict(carousel: Command): void {
  const command = carousel
    .command('predict')
    .description(
      'apply a model to pictures (PNG), texts, recordings (WAV), an IDX file, or JSON on standard input',
    )
    .argument('<model>', 'the file of a trained model')
    .argument(
      '[inputs...]',
      'PNG pictures, IDX files (gzipped or not), JSON files, texts (one a line, or a table), WAV files; - or none: standard input',
    )
    .option('--invert', 'exchange light and dark')
    .option('--no-invert', 'take light and dark as they are')
    .option('--text <texts...>', 'texts to tell the classes of')
    .addOption(
      option(
        '--text-column <name>',
        'of tables and JSON lines: the column with the texts (default: as in training)',
        path('--text-column review'),
      ),
    )
    .addOption(encodingOption('of files with texts'))
    .option(
      '--stream',
      'speech: listen to standard input, a WAV file or bare 16-bit samples, and say what is heard',
    )
    .addOption(
      option(
        '--rate <hertz>',
        "of bare samples (default: the model's)",
        whole(1000, '--rate 16000', 384_000),
      ),
    )
    .addOption(
      option('--pause <s>', 'seconds of quiet that end a word (default: 0.5)', positive('--pause 0.5')),
    )
    .addOption(
      option(
        '--quiet-below <dB>',
        'what is no word: so many decibels below the loudest sound there is (default: 60)',
        positive('--quiet-below 50'),
      ),
    )
    .addOption(option('--limit <n>', 'only the first n', whole(1, '--limit 20')))
    .addOption(threadsOption())
  for (const turbo of turboOptions()) command.addOption(turbo)
  command.addOption(jsonOption()).addHelpText('after', examples).action(run)
}

async function run(file: string, inputs: readonly string[], options: PredictOptions): Promise<void> {
  for (const input of inputs) await refuseFolder(input)
  const model = await openModel(file, options)
  const made = madeBy(model)?.recipe
  const { predicts } = made ?? mnist
  if ('instead' in predicts) throw new UsageError(predicts.instead)
  const strange = OWN.find((name) => options[name] !== undefined && !predicts.with.includes(name))
  if (strange) {
    throw new UsageError(
      `${flagOf(strange)}: expected a model that this means something to, received ${made ? `one of ${made.task.name}` : 'one of unknown origin'}.`,
    )
  }
  await predicts.run(model, inputs, options, file)
}

async function refuseFolder(input: string): Promise<void> {
  const found = await stat(input).catch(() => undefined)
  if (!found?.isDirectory()) return
  throw new UsageError(
    `${input}: expected a file, received a folder. Name the files in it, such as ${shellWord(join(input, '*'))}; a folder with classes is measured by: npx carousel evaluate MODEL ${shellWord(input)}`,
  )
}
