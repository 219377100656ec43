import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { newerNodeNote } from '../benchmark-note.ts'
import { interruptible } from '../interrupts.ts'
import {
  dataOption,
  jsonOption,
  option,
  path,
  positive,
  share,
  threadsOption,
  turboOptions,
  whole,
} from '../options.ts'
import { checkOutput, Keeper } from '../output-file.ts'
import { openConsole } from '../report/console.ts'
import { shellWord } from '../report/format.ts'
import type { TrainingReport } from '../report/training.ts'
import { jsonReport } from '../report/training-json.ts'
import { quietReport, terminalReport } from '../report/training-terminal.ts'
import { openEngine } from '../runtime.ts'
import { samplePicture } from '../sample.ts'
import { mnistDefaults as defaults, scoreMnist, trainMnist } from '../tasks/mnist.ts'
import { newJob, resumedJob, type TrainOptions } from './train-mnist-job.ts'

const examples = `
Examples:
  $ npx carousel train mnist                                  LSTM(128), 10 epochs, as in the tutorial
  $ npx carousel train mnist --epochs 1 --limit 6000          a first look, in seconds
  $ npx carousel train mnist --cell gru --units 64 --seed 1   another cell; the same seed gives the same bits
  $ npx carousel train mnist --data ./data --out my.safetensors
  $ npx carousel train mnist --resume my.safetensors          goes on after a Ctrl-C, as if never stopped
  $ npx carousel train mnist --resume my.safetensors --epochs 20
  $ npx carousel train mnist --json > log.jsonl               for programs: one JSON object a line

Ctrl-C finishes the batch, saves, and says how to go on; once more Ctrl-C quits at once.`

export function addTrainMnist(train: Command): void {
  const command = train
    .command('mnist')
    .description("train on MNIST's handwritten digits, read row by row by a recurrent layer")
    .addOption(
      option(
        '--epochs <n>',
        `epochs in all, before and after a resume (default: ${defaults.epochs})`,
        whole(1, '--epochs 10'),
      ),
    )
    .addOption(
      option(
        '--batch-size <n>',
        `pictures in a batch (default: ${defaults.batchSize})`,
        whole(1, '--batch-size 32'),
      ),
    )
    .addOption(
      option(
        '--units <n>',
        `units of the recurrent layer (default: ${defaults.units})`,
        whole(1, '--units 128'),
      ),
    )
    .addOption(
      new Option('--cell <name>', `recurrent layer (default: ${defaults.cell})`).choices([
        'lstm',
        'gru',
        'rnn',
      ]),
    )
    .addOption(
      new Option('--optimizer <name>', `optimizer (default: ${defaults.optimizer})`).choices([
        'sgd',
        'rmsprop',
        'adam',
        'adamw',
      ]),
    )
    .addOption(
      option(
        '--learning-rate <x>',
        "learning rate (default: 0.001; sgd's is 0.01)",
        positive('--learning-rate 0.001'),
      ),
    )
    .addOption(
      option(
        '--dropout <x>',
        "share of the layer's last output to drop (default: 0)",
        share('--dropout 0.2'),
      ),
    )
    .addOption(
      option(
        '--seed <n>',
        'decides every random choice (default: drawn, and printed)',
        whole(0, '--seed 1', 2 ** 32 - 1),
      ),
    )
    .addOption(option('--limit <n>', 'use only the first n training pictures', whole(1, '--limit 6000')))
    .addOption(dataOption())
    .addOption(
      option(
        '--out <file>',
        'where to save (default: mnist-lstm.safetensors, by data and cell; numbered where that holds a longer training)',
        path('--out my.safetensors'),
      ),
    )
    .addOption(
      option(
        '--resume <file>',
        'go on with a saved training: model, data and settings come from the file',
        path('--resume my.safetensors'),
      ),
    )
    .addOption(threadsOption())
  for (const turbo of turboOptions()) command.addOption(turbo)
  command
    .addOption(jsonOption())
    .option('--quiet', 'print only the outcome')
    .addHelpText('after', examples)
    .action(run)
}

async function run(options: TrainOptions): Promise<void> {
  const report = reportFor(options)
  try {
    await interruptible(
      (signal) => train(options, report, signal),
      () => report.stopping(),
    )
  } finally {
    report.close()
  }
}

function reportFor({ json, quiet }: TrainOptions): TrainingReport {
  if (json) return jsonReport()
  return quiet ? quietReport(openConsole()) : terminalReport(openConsole())
}

async function train(options: TrainOptions, report: TrainingReport, signal: AbortSignal): Promise<void> {
  // Found out now, not after the training.
  const named = options.out ?? options.resume
  if (named !== undefined) await checkOutput(named)

  const engine = openEngine(options)
  const prepare = options.resume === undefined ? newJob : resumedJob
  const { job, out } = await orInterrupted(prepare(options, engine, report, signal), signal, () =>
    report.interrupted({ position: null }),
  )
  const { model, data, settings } = job
  const { replaces } = await checkOutput(out)
  for (const text of data.source.notes) report.note(text)
  const trainSamples = data.train.labels.data.length
  report.start({
    settings,
    data: data.source.name,
    dataDescription: data.source.description,
    trainSamples,
    testSamples: data.test.labels.data.length,
    parameters: model.countParams(),
    engine: (await model.explain({ batchSize: Math.min(settings.batchSize, trainSamples) })).notes,
    out,
    replaces,
    ...(model.position && { resumed: model.position }),
  })

  const isThere = options.resume !== undefined && resolve(out) === resolve(options.resume)
  const keeper = new Keeper(out, report.note, isThere)
  const work = async () => {
    const { history } = await trainMnist(job, {
      signal,
      onBatch: report.batch,
      onEpoch: report.epoch,
      checkpoint: (trained) => keeper.checkpoint(trained),
    })
    await keeper.settle(model)
    signal.throwIfAborted()
    return { history, score: await scoreMnist(model, data.test, signal) }
  }
  const { history, score } = await orInterrupted(work(), signal, () =>
    report.interrupted({
      position: model.position,
      saved: { out, resume: `npx carousel train mnist --resume ${shellWord(out)}` },
    }),
  ).catch((error: unknown) => {
    if (keeper.saved && !signal.aborted)
      report.note(`${out} holds the model as it was after the last whole epoch.`)
    throw error
  })
  report.end({
    data: data.source.name,
    trainSamples: data.train.labels.data.length,
    score,
    history,
    weightsSha256: await model.weightsSha256(),
    out,
    next: nextCommands(out),
    newerNode: newerNodeNote(),
    seed: settings.seed,
  })
}

/** Waits for work that rejects when the signal is aborted, and tells of that before it rejects likewise. */
async function orInterrupted<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
  tell: () => void,
): Promise<Result> {
  try {
    return await work
  } catch (error) {
    const isAbort =
      signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'))
    if (!isAbort) throw error
    tell()
    throw signal.reason
  }
}

function nextCommands(out: string): { command: string; does: string }[] {
  const file = shellWord(out)
  return [
    { command: `npx carousel evaluate ${file}`, does: 'measure it again on the test pictures' },
    {
      command: `npx carousel predict ${file} ${shellWord(samplePicture())}`,
      does: 'read a digit; try a picture of your own',
    },
    { command: `npx carousel inspect ${file}`, does: 'see what is in the file' },
  ]
}
