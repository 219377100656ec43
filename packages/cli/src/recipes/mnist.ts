import { stat } from 'node:fs/promises'
import { mnist as digits } from '@carousel/datasets'
import { type Settings, mnist as tasks } from '@carousel/tasks'
import { samplePicture } from '../files/sample-picture.ts'
import { dataOption } from '../options.ts'
import { predictSamples } from '../predicting/samples.ts'
import { shellWord } from '../report/format.ts'
import { recordedPlace } from './files.ts'
import type { Recipe, Tools } from './recipe.ts'

const examples = `
Examples:
  $ npx carousel train mnist                                  LSTM(128), 10 epochs, as in the tutorial
  $ npx carousel train mnist --epochs 1 --limit 6000          a first look, in seconds
  $ npx carousel train mnist --cell gru --units 64 --seed 1   another cell; the same seed gives the same bits
  $ npx carousel train mnist --cell lstm,gru,rnn --epochs 2   three of them, compared
  $ npx carousel train mnist --data ./data --out my.safetensors
  $ npx carousel train mnist --resume my.safetensors          goes on after a Ctrl-C, as if never stopped
  $ npx carousel train mnist --resume my.safetensors --epochs 20
  $ npx carousel train mnist --json > log.jsonl               for programs: one JSON object a line`

/** Of models of unknown origin, too: they read pictures as MNIST's, or numbers. */
export const mnist: Recipe<Settings, tasks.MnistData> = {
  task: tasks.task,
  description: "train on MNIST's handwritten digits, read row by row by a recurrent layer",
  examples,
  options: [dataOption()],
  load: (data, { limit }, tools) => load({ data, limit: limit ?? undefined }, tools),
  async loadAgain(data, recorded, tools) {
    const { options } = recorded
    const limit = options.limit ?? undefined
    if (data !== undefined) return load({ data, limit }, tools)
    if (recorded.data.name === 'mnist-embedded') return load({ embedded: true, limit }, tools)
    const folder = recordedPlace(recorded)
    return load({ limit, ...(folder && (await isFolder(folder)) && { data: folder }) }, tools)
  },
  loadNew: (data, _, __, tools) => load({ data, limit: 1 }, tools),
  placeOf: (_, { source }) => (source.kind === 'directory' ? source.location : null),
  nameFor: ({ cell }, { source }) => `${source.name}-${cell}`,
  predicts: { with: ['invert'], run: predictSamples },
  next(file) {
    const word = shellWord(file)
    return [
      { command: `npx carousel evaluate ${word}`, does: 'measure it again on the test pictures' },
      {
        command: `npx carousel predict ${word} ${shellWord(samplePicture())}`,
        does: 'read a digit; try a picture of your own',
      },
      { command: `npx carousel inspect ${word}`, does: 'see what is in the file' },
    ]
  },
}

const load = async (options: digits.MnistOptions, { signal, downloading }: Tools) =>
  tasks.withSource(
    await digits.load({
      ...options,
      signal,
      onProgress: ({ received, total }) => downloading(received, total),
    }),
  )

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}
