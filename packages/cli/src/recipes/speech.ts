import { speech as tasks } from '@carousel/tasks'
import { Option } from 'commander'
import { option, testShareOption, whole } from '../options.ts'
import { predictSpeech } from '../predicting/speech.ts'
import { shellWord } from '../report/format.ts'
import { fromFiles } from './files.ts'
import type { Recipe } from './recipe.ts'

const examples = `
DATA is a folder with a folder of WAV files for each class (yes/1.wav, no/1.wav), or of WAV files named
class_speaker_index.wav as the Free Spoken Digit Dataset has them, or a .tar.gz of either.

Examples:
  $ npx carousel train speech recordings                          2 × LSTM(128), 30 epochs
  $ npx carousel train speech free-spoken-digit-dataset.tar.gz --seed 1
  $ npx carousel train speech recordings --hold-out-speaker anna  how well it hears somebody new
  $ npx carousel train speech recordings --test-share 0.2 --bands 64
  $ npx carousel train speech --resume recordings-lstm.safetensors`

export const speech: Recipe<tasks.SpeechSettings, tasks.SpeechData> = {
  ...fromFiles(tasks.task, {
    // free-spoken-digit-dataset.tar.gz → free-spoken-digit-dataset
    nameOf: (name) => name.replace(/\.(tar|tar\.gz|tgz)$/i, ''),
  }),
  description: 'train on recordings of words, each of one of a few classes',
  examples,
  argument: ['data', 'a folder of recordings, or a .tar.gz of one'],
  options: [
    option('--layers <n>', 'recurrent layers (default: 2)', whole(1, '--layers 2', 16)),
    option('--bands <n>', 'mel bands of a step (default: 40)', whole(4, '--bands 40', 256)),
    option(
      '--rate <hertz>',
      'samples a second that all are brought to (default: what most recordings have, at most 16000)',
      whole(1000, '--rate 16000', 384_000),
    ),
    new Option(
      '--augment',
      'change recordings a little each time: speed, shift, loudness, noise, masks (default)',
    ),
    new Option('--no-augment', 'learn from the recordings as they are'),
    testShareOption(
      'share of each class that is kept back (default: recordings 0 to 4 of each speaker and class where names tell, else 0.1)',
    ),
    option('--hold-out-speaker <name>', 'keep back all that this speaker says'),
  ],
  predicts: { with: ['stream', 'rate', 'pause', 'quietBelow'], run: predictSpeech },
  next(file) {
    const word = shellWord(file)
    return [
      { command: `npx carousel predict ${word} recording.wav`, does: 'hear a recording of your own' },
      { command: `npx carousel evaluate ${word}`, does: 'measure it again on what was kept back' },
      { command: `npx carousel inspect ${word}`, does: 'see what is in the file' },
    ]
  },
}
