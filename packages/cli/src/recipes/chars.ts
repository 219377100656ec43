import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { isEncoding, openFiles, chars as tasks } from '@carousel/tasks'
import { InvalidArgumentError, Option } from 'commander'
import { Failure, UsageError } from '../errors.ts'
import { option, share, whole } from '../options.ts'
import { shellWord } from '../report/format.ts'
import type { Recipe } from './recipe.ts'

const examples = `
Examples:
  $ npx carousel train chars shakespeare.txt                     about 15 minutes for a million characters
  $ npx carousel train chars poem.txt --batch-size 8 --steps 32  a short text
  $ npx carousel train chars book.txt --units 128 --epochs 5     small and quick
  $ npx carousel train chars book.txt --unit bytes               any language, any file
  $ npx carousel train chars book.txt --encoding latin1          not in UTF-8
  $ npx carousel train chars book.txt --cell lstm,gru,rnn        three models, compared
  $ npx carousel train chars --resume book-lstm.safetensors      goes on after a Ctrl-C, as if never stopped`

export const chars: Recipe<tasks.CharsSettings, tasks.CharsData> = {
  task: tasks.task,
  description: 'train on a text to write on: the next character is foretold, again and again',
  examples,
  argument: ['file', 'a text file, or a folder whose files are read one after the other'],
  options: [
    new Option('--unit <name>', 'what is read one at a time (default: characters)').choices([
      'characters',
      'bytes',
    ]),
    option('--encoding <name>', 'of the text (default: utf-8)', encoding),
    option('--layers <n>', 'recurrent layers, one above the other (default: 1)', whole(1, '--layers 2', 16)),
    option('--embedding <n>', "size of a character's vector (default: 64)", whole(1, '--embedding 64')),
    option(
      '--steps <n>',
      'characters of a window, as far back as gradients go (default: 64)',
      whole(1, '--steps 128'),
    ),
    option('--test-share <x>', 'share of the text, its end, kept back to test on (default: 0.1)', testShare),
  ],
  load: async (source, settings) => tasks.load(...(await open(String(source))), settings),
  async loadAgain(source, { data, options, file }) {
    const place = source ?? (data.folder && resolve(dirname(file), data.folder))
    if (place === null) throw new Failure(`${file} does not say where its text lies. Name it.`)
    if (source === undefined && !(await stat(place).catch(() => undefined))) {
      throw new Failure(
        `${file}: expected the text it was trained on at ${place}, received nothing there. Name its place, after the model.`,
      )
    }
    return tasks.load(...(await open(place)), options)
  },
  async loadNew(source, recorded, _, tools) {
    const data = await tasks.loadNew(...(await open(source)), recorded.options)
    // Where the text that the model learned from is still there, the count of its pieces can learn from it, too.
    const learned = await chars.loadAgain(undefined, recorded, tools).catch(() => undefined)
    const isSame = String(learned?.identity.sha256) === String(recorded.data.sha256)
    return learned && isSame ? { ...data, train: learned.train } : data
  },
  placeOf: (source) => source ?? null,
  nameFor: ({ cell }, { identity }) => `${identity.name.replace(/(?<=.)\.[^.]*$/, '')}-${cell}`,
  async predict() {
    throw new UsageError(
      'predict: expected a model that tells classes or numbers, received one that writes texts. Let it write: npx carousel generate MODEL',
    )
  },
  predictsWith: [],
  next(file) {
    const word = shellWord(file)
    return [
      {
        command: `npx carousel generate ${word}`,
        does: 'let it write; see --help for prompt and temperature',
      },
      { command: `npx carousel evaluate ${word} other.txt`, does: 'measure it on another text' },
      { command: `npx carousel inspect ${word}`, does: 'see what is in the file' },
    ]
  },
}

const open = async (source: string) => [await openFiles(source), basename(resolve(source))] as const

function encoding(name: string): string {
  if (isEncoding(name)) return name
  throw new InvalidArgumentError(
    `\nExpected an encoding, such as utf-8, latin1, utf-16le, gb18030 or shift_jis, received '${name}'. For example: --encoding latin1`,
  )
}

function testShare(given: string): number {
  const value = share('--test-share 0.1')(given)
  if (value > 0) return value
  throw new InvalidArgumentError(
    '\nExpected a number above 0 and below 1, for a model has to be tested. For example: --test-share 0.1',
  )
}
