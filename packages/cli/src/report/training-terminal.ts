import type { MnistBatch } from '../tasks/mnist.ts'
import type { EpochRecord, MnistSettings } from '../tasks/mnist-provenance.ts'
import { confusionTable } from './confusion.ts'
import type { Console } from './console.ts'
import { learningCurve } from './curve.ts'
import { bytes, clock, count, decimal, duration, percent, several, wrap } from './format.ts'
import { LiveLine } from './live-line.ts'
import { Pace } from './pace.ts'
import type { TrainingEnd, TrainingInterruption, TrainingReport, TrainingStart } from './training.ts'

/** A training for people: what begins, a moving line, a lasting line an epoch, and how it ended. */
export function terminalReport(console: Console): TrainingReport {
  const live = console.live && new LiveLine(console.live)
  let pace: Pace | undefined
  let epochs = 0
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
        render: (bar) => `Downloading MNIST  ${bar(24)}  ${bytes(received)} of ${bytes(total)}`,
      })
    },
    start(facts) {
      epochs = facts.settings.epochs
      pace = new Pace(facts.trainSamples, epochs)
      print(headline(facts, console))
      if ((facts.resumed?.epoch ?? 0) < epochs) print(console.style('dim', tableHead))
    },
    batch(batch) {
      pace?.batch(batch)
      if (!live || !pace) return
      const line = batchLine(batch, epochs, pace, live.columns)
      live.show({ done: batch.batch / batch.batches, render: line })
    },
    epoch(record) {
      pace?.epochDone()
      print(epochLine(record, epochs))
    },
    stopping: () => note('Finishing the batch and saving. Ctrl-C once more quits at once.'),
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
    stopping() {},
    interrupted: (facts) => console.print(interruptionText(facts).trim()),
    end: ({ score, data, seed, out }) =>
      console.print(
        `${percent(score.accuracy)} right on the test set of ${data}, seed ${seed}, saved to ${out}`,
      ),
    close() {},
  }
}

const cellNames = { lstm: 'LSTM', gru: 'GRU', rnn: 'SimpleRNN' }

function headline(facts: TrainingStart, { style, width }: Console): string {
  const { settings, resumed, trainSamples, testSamples, out, replaces } = facts
  const fact = (name: string, text: string) =>
    wrap(text, width - 13)
      .map((line, index) => `  ${style('dim', (index === 0 ? name : '').padEnd(10))} ${line}`)
      .join('\n')
  return [
    style('bold', `${resumed ? 'Going on with' : 'Training'} ${modelWords(settings)}`),
    fact('model', `${count(facts.parameters)} parameters, reads a picture as 28 rows of 28 pixels`),
    fact('data', `${facts.data}, ${count(trainSamples)} pictures to train on, ${count(testSamples)} to test`),
    fact('', facts.dataDescription),
    fact('training', trainingWords(settings)),
    ...facts.engine.map((line, index) => fact(index === 0 ? 'engine' : '', line)),
    fact('saved to', `${out}${replaces ? ' (replaces the file that is there)' : ''}, after every epoch`),
    ...(resumed ? [fact('stands at', positionWords(resumed))] : []),
    '',
  ].join('\n')
}

function modelWords({ cell, units, dropout }: MnistSettings): string {
  return `${cellNames[cell]}(${units})${dropout > 0 ? ` → Dropout(${dropout})` : ''} → Dense(10, softmax)`
}

function trainingWords({ epochs, batchSize, optimizer, learningRate, seed }: MnistSettings): string {
  const length = `${several(epochs, 'epoch')} in batches of ${batchSize}`
  return `${length}, ${optimizer} with a learning rate of ${learningRate}, seed ${seed}`
}

/** Where a training stands, of which that many epochs, and batches of the next, are done. */
function positionWords({ epoch, batch }: { epoch: number; batch: number }): string {
  if (batch > 0) return `epoch ${epoch + 1}, after ${several(batch, 'batch', 'batches')}`
  return epoch > 0 ? `the end of epoch ${epoch}` : 'the beginning'
}

const tableHead = '  epoch     loss   accuracy   val loss   val accuracy       time   samples/s'

function epochLine(record: EpochRecord, epochs: number): string {
  const { epoch, loss, accuracy, valLoss, valAccuracy, seconds, samplesPerSecond } = record
  return [
    `${epoch}/${epochs}`.padStart(7),
    decimal(loss).padStart(9),
    percent(accuracy).padStart(11),
    decimal(valLoss).padStart(11),
    percent(valAccuracy).padStart(15),
    duration(seconds).padStart(11),
    count(samplesPerSecond).padStart(12),
  ].join('')
}

/** As much as fits: the bar shrinks first, then the words at the end go. */
function batchLine(
  { epoch, batch, batches, loss, accuracy }: MnistBatch,
  epochs: number,
  pace: Pace,
  columns: number,
): (bar: (length: number) => string) => string {
  const batchNumber = String(batch).padStart(String(batches).length)
  const { samplesPerSecond, secondsLeft } = pace
  const words = [
    `${batchNumber}/${batches}`,
    `loss ${decimal(loss)}`,
    `acc ${percent(accuracy)}`,
    `${samplesPerSecond === undefined ? '–' : count(samplesPerSecond)}/s`,
    batch === batches ? 'validating' : `${secondsLeft === undefined ? '–' : clock(secondsLeft)} left`,
  ]
  const head = `${epoch}/${epochs}`.padStart(7)
  const fits = (taken: readonly string[]) => columns - 1 - `${head}    ${taken.join('  ')}`.length
  while (words.length > 1 && fits(words) < 8) words.pop()
  const length = Math.max(4, Math.min(30, fits(words)))
  return (bar) => `${head}  ${bar(length)}  ${words.join('  ')}`
}

function interruptionText({ position, saved }: TrainingInterruption): string {
  if (!position || !saved) return '\nStopped before training began; nothing was saved.'
  return `\nStopped at ${positionWords(position)}; saved to ${saved.out}. Go on with:\n  ${saved.resume}`
}

function endText(
  { score, history, data, trainSamples, out, next, newerNode }: TrainingEnd,
  console: Console,
): string {
  const { style } = console
  const digits = score.confusion.map((_, digit) => String(digit))
  const accuracy = style('bold', percent(score.accuracy))
  return [
    '',
    `Test accuracy ${accuracy}: ${count(score.accuracy * score.samples)} of ${count(score.samples)} pictures read right`,
    ...(data === 'mnist-embedded'
      ? [
          style(
            'yellow',
            `Trained on the ${count(trainSamples)} embedded pictures: these are not the full MNIST's figures.`,
          ),
        ]
      : []),
    '',
    confusionTable(score.confusion, digits, console),
    '',
    ...curveText(history, console),
    `Saved ${style('bold', out)}. Try next:`,
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

function curveText(history: readonly EpochRecord[], console: Console): string[] {
  if (history.length < 2) return []
  const curve = learningCurve(
    {
      epochs: history.map(({ epoch }) => epoch),
      training: history.map(({ accuracy }) => accuracy),
      validation: history.map(({ valAccuracy }) => valAccuracy),
    },
    console,
  )
  return [console.style('dim', 'Accuracy by epoch: ━ training, ● test'), curve, '']
}
