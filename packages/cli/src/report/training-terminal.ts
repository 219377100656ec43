import type { BatchProgress, EpochRecord, Settings } from '@carousel/tasks'
import type { Console } from './console.ts'
import { learningCurve } from './curve.ts'
import { epochHead, epochWords, validationOf } from './epochs.ts'
import { figureText, isShare, titleOf } from './figures.ts'
import { bytes, clock, count, decimal, duration, several, wrap } from './format.ts'
import { LiveLine } from './live-line.ts'
import { outcomeText } from './outcome.ts'
import { Pace } from './pace.ts'
import type { TrainingEnd, TrainingInterruption, TrainingReport, TrainingStart } from './training.ts'

/** A training for people: what begins, a moving line, a lasting line an epoch, and how it ended. */
export function terminalReport(console: Console): TrainingReport {
  const live = console.live && new LiveLine(console.live)
  let pace: Pace | undefined
  let epochs = 0
  let figures: readonly string[] = []
  /** A lasting line takes the moving one's place. */
  const print = (text: string) => {
    live?.clear()
    console.print(text)
  }
  const note = (text: string) => {
    live?.clear()
    console.note(text)
  }

  return {
    note,
    downloading(received, total) {
      live?.show({
        done: received / total,
        render: (bar) => `Downloading  ${bar(24)}  ${bytes(received)} of ${bytes(total)}`,
      })
    },
    start(facts) {
      epochs = facts.job.settings.epochs
      figures = facts.job.figures
      pace = new Pace(facts.job.epochSamples, epochs)
      print(headline(facts, console))
      if ((facts.resumed?.epoch ?? 0) < epochs)
        print(console.style('dim', `${epochHead(figures)}       time   samples/s`))
    },
    batch(batch) {
      pace?.batch(batch)
      if (!live || !pace) return
      const line = batchLine(batch, { epochs, figures, pace, room: live.columns })
      live.show({ done: batch.batch / batch.batches, render: line })
    },
    epoch(record) {
      pace?.epochDone()
      print(epochLine(record, epochs, figures))
    },
    sample: (text) => print(console.style('dim', text)),
    stopping: () =>
      note(`${pace ? 'Finishing the batch and saving' : 'Stopping'}. Ctrl-C once more quits at once.`),
    interrupted: (facts) => print(interruptionText(facts)),
    end: (facts) => print(endText(facts, console)),
    close: () => live?.clear(),
  }
}

/** Only the outcome, in one line. */
export function quietReport(console: Console): TrainingReport {
  return {
    downloading() {},
    note: (text) => console.note(text),
    start() {},
    batch() {},
    epoch() {},
    sample() {},
    stopping() {},
    interrupted: (facts) => console.print(interruptionText(facts).trim()),
    end({ job, outcome, out }) {
      console.print(
        `${outcome.headline} (${job.data.identity.name}, seed ${job.settings.seed}, saved to ${out})`,
      )
      for (const warning of outcome.warnings) console.note(warning)
    },
    close() {},
  }
}

function headline(facts: TrainingStart, { style, width }: Console): string {
  const { job, unit, resumed, out, replaces } = facts
  const { name, trainSamples, testSamples } = job.data.identity
  const fact = (name: string, text: string) =>
    wrap(text, width - 13)
      .map((line, index) => `  ${style('dim', (index === 0 ? name : '').padEnd(10))} ${line}`)
      .join('\n')
  return [
    style('bold', `${resumed ? 'Going on with' : 'Training'} ${job.layersInWords}`),
    fact('model', `${count(job.model.countParams())} parameters, reads ${job.inputInWords}`),
    fact('data', `${name}, ${several(trainSamples, ...unit)} to train on, ${count(testSamples)} to test`),
    fact('', job.data.description),
    fact('training', trainingWords(job.settings)),
    ...(job.watchedBy ? [fact('val', `of the ${job.watchedBy}, which decides nothing`)] : []),
    ...facts.engine.map((line, index) => fact(index === 0 ? 'engine' : '', line)),
    fact('saved to', `${out}${replaces ? ' (replaces the file that is there)' : ''}, after every epoch`),
    ...(resumed ? [fact('stands at', positionWords(resumed))] : []),
    '',
  ].join('\n')
}

function trainingWords({ epochs, batchSize, optimizer, learningRate, seed }: Settings): string {
  const length = `${several(epochs, 'epoch')} in batches of ${batchSize}`
  return `${length}, ${optimizer} with a learning rate of ${learningRate}, seed ${seed}`
}

/** Where a training stands, of which that many epochs, and batches of the next, are done. */
function positionWords({ epoch, batch }: { epoch: number; batch: number }): string {
  if (batch > 0) return `epoch ${epoch + 1}, after ${several(batch, 'batch', 'batches')}`
  return epoch > 0 ? `the end of epoch ${epoch}` : 'the beginning'
}

function epochLine(record: EpochRecord, epochs: number, figures: readonly string[]): string {
  return [
    epochWords(record, figures, `${record.epoch}/${epochs}`),
    duration(record.seconds).padStart(11),
    (record.samplesPerSecond === null ? '–' : count(record.samplesPerSecond)).padStart(12),
  ].join('')
}

interface Moment {
  epochs: number
  figures: readonly string[]
  pace: Pace
  /** Columns of the terminal. */
  room: number
}

const short: Readonly<Record<string, string>> = { accuracy: 'acc' }

/** As much as fits: the bar shrinks first, then the words at the end go. */
function batchLine(
  { epoch, batch, batches, ...progress }: BatchProgress,
  { epochs, figures, pace, room }: Moment,
): (bar: (length: number) => string) => string {
  const batchNumber = String(batch).padStart(String(batches).length)
  const { samplesPerSecond, secondsLeft } = pace
  const words = [
    `${batchNumber}/${batches}`,
    `loss ${decimal(progress.loss)}`,
    ...figures.map((figure) => `${short[figure] ?? titleOf(figure)} ${figureText(figure, progress[figure])}`),
    `${samplesPerSecond === undefined ? '–' : count(samplesPerSecond)}/s`,
    batch === batches ? 'validating' : `${secondsLeft === undefined ? '–' : clock(secondsLeft)} left`,
  ]
  const head = `${epoch}/${epochs}`.padStart(7)
  const fits = (taken: readonly string[]) => room - 1 - `${head}    ${taken.join('  ')}`.length
  while (words.length > 1 && fits(words) < 8) words.pop()
  const length = Math.max(4, Math.min(30, fits(words)))
  return (bar) => `${head}  ${bar(length)}  ${words.join('  ')}`
}

function interruptionText({ position, saved }: TrainingInterruption): string {
  if (!position || !saved) return '\nStopped before training began; nothing was saved.'
  return `\nStopped at ${positionWords(position)}; saved to ${saved.out}. Go on with:\n  ${saved.resume}`
}

function endText({ job, outcome, history, out, next, newerNode }: TrainingEnd, console: Console): string {
  return [
    '',
    outcomeText(outcome, console),
    '',
    ...curveText(history, job, console),
    `Saved ${console.style('bold', out)}. Try next:`,
    ...nextText(next, console),
    ...(newerNode ? ['', newerNode] : []),
  ].join('\n')
}

/** What each command does stands behind it where there is room. */
function nextText(next: TrainingEnd['next'], { style, width }: Console): string[] {
  const longest = Math.max(...next.map(({ command }) => command.length))
  const fits = next.every(({ does }) => 2 + longest + 2 + does.length <= width)
  return next.map(({ command, does }) =>
    fits
      ? `  ${style('cyan', command.padEnd(longest))}  ${style('dim', does)}`
      : `  ${style('cyan', command)}`,
  )
}

function curveText(
  history: readonly EpochRecord[],
  { figures: [figure = 'loss'], watchedBy = 'validation' }: TrainingEnd['job'],
  console: Console,
): string[] {
  if (history.length < 2) return []
  const curve = learningCurve(
    {
      epochs: history.map(({ epoch }) => epoch),
      training: history.map((record) => record[figure] ?? Number.NaN),
      validation: history.map((record) => record[validationOf(figure)] ?? Number.NaN),
      format: isShare(figure) ? 'percent' : 'decimal',
    },
    console,
  )
  const title = titleOf(figure)
  const caption = `${title[0].toUpperCase()}${title.slice(1)} by epoch: ━ training, ● ${watchedBy}`
  return [console.style('dim', caption), curve, '']
}
