import { text as tasks } from '@carousel/tasks'
import { Option } from 'commander'
import { encodingOption, option, path, share, testShareOption, whole } from '../options.ts'
import { predictTexts } from '../predicting/texts.ts'
import { shellWord } from '../report/format.ts'
import { fromFiles } from './files.ts'
import type { Recipe } from './recipe.ts'

const examples = `
Examples:
  $ npx carousel train text reviews.csv                          a table: the columns are guessed, and told
  $ npx carousel train text reviews.tsv --text-column body --label-column stars
  $ npx carousel train text reviews.jsonl                        an object a line: {"text": "…", "label": "…"}
  $ npx carousel train text reviews/                             a folder for each class with a file for each text,
                                                                 or a file for each class with a text a line
  $ npx carousel train text reviews/ --encoding latin1           not in UTF-8
  $ npx carousel train text reviews.csv --level character        for short texts, or many spellings
  $ npx carousel train text reviews.csv --cell lstm,gru,rnn      three models, compared
  $ npx carousel train text --resume reviews-lstm.safetensors    goes on after a Ctrl-C, as if never stopped`

const named = (flags: string, description: string, example: string) =>
  option(flags, description, path(example))

export const text: Recipe<tasks.TextSettings, tasks.TextData> = {
  ...fromFiles(tasks.task),
  description: 'train on texts of several classes: reviews, messages, headlines',
  examples,
  argument: ['data', 'a table (.csv, .tsv), JSON lines (.jsonl), or a folder with the classes'],
  options: [
    named(
      '--text-column <name>',
      'column with the texts (default: guessed, and told)',
      '--text-column review',
    ),
    named(
      '--label-column <name>',
      'column with their classes (default: guessed, and told)',
      '--label-column sentiment',
    ),
    encodingOption('of the files'),
    new Option('--level <name>', 'what a text is cut into (default: word)').choices(['word', 'character']),
    option(
      '--min-count <n>',
      'how often a word must occur in the training part to be known (default: 2)',
      whole(1, '--min-count 2'),
    ),
    option(
      '--vocabulary <n>',
      'at most so many known words (default: 50000)',
      whole(1, '--vocabulary 20000'),
    ),
    option(
      '--max-length <n>',
      'words of a text that are read (default: as many as 99 in 100 texts have, at most 512)',
      whole(1, '--max-length 100', 10_000),
    ),
    option('--embedding <n>', "size of a word's vector (default: 64)", whole(1, '--embedding 64')),
    new Option(
      '--class-weights <name>',
      'whether rare classes count as much as frequent ones (default: balanced)',
    ).choices(['balanced', 'none']),
    testShareOption('share of each class kept back to test on (default: 0.1)'),
    option(
      '--validation-share <x>',
      'share of the rest that only watches the training (default: 0.05)',
      share('--validation-share 0.05'),
    ),
  ],
  predicts: { with: ['text', 'textColumn', 'encoding'], run: predictTexts },
  next(file) {
    const word = shellWord(file)
    return [
      { command: `npx carousel predict ${word} --text '…'`, does: 'tell the class of a text of your own' },
      { command: `npx carousel evaluate ${word}`, does: 'measure it again on the texts that were kept back' },
      { command: `npx carousel inspect ${word}`, does: 'see what is in the file' },
    ]
  },
}
