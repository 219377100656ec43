import { chars as tasks } from '@carousel/tasks'
import { Option } from 'commander'
import { encodingOption, option, testShareOption, whole } from '../options.ts'
import { shellWord } from '../report/format.ts'
import { fromFiles } from './files.ts'
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
  ...fromFiles(tasks.task),
  batchOf: 'stretches of the text, read side by side,',
  description: 'train on a text to write on: the next character is foretold, again and again',
  examples,
  argument: ['file', 'a text file, or a folder whose files are read one after the other'],
  options: [
    new Option('--unit <name>', 'what is read one at a time (default: characters)').choices([
      'characters',
      'bytes',
    ]),
    encodingOption('of the text'),
    option('--layers <n>', 'recurrent layers, one above the other (default: 1)', whole(1, '--layers 2', 16)),
    option('--embedding <n>', "size of a character's vector (default: 64)", whole(1, '--embedding 64')),
    option(
      '--steps <n>',
      'characters of a window, as far back as gradients go (default: 64)',
      whole(1, '--steps 128'),
    ),
    testShareOption('share of the text, its end, kept back to test on (default: 0.1)'),
  ],
  predicts: {
    instead:
      'predict: expected a model that tells classes or numbers, received one that writes texts. Let it write: npx carousel generate MODEL',
  },
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
