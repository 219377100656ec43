import { note, printJson } from './console.ts'
import type { TrainingReport } from './training.ts'

/** One event a line on standard output; remarks go to standard error. */
export function jsonReport(): TrainingReport {
  return {
    downloading() {},
    note,
    start({ settings, resumed, ...facts }) {
      printJson({
        event: 'start',
        task: 'mnist',
        ...settings,
        ...facts,
        ...(resumed && { resumed: standing(resumed) }),
      })
    },
    batch() {},
    epoch({ epoch, loss, accuracy, valLoss, valAccuracy, seconds, samplesPerSecond }) {
      printJson({ event: 'epoch', epoch, loss, accuracy, valLoss, valAccuracy, seconds, samplesPerSecond })
    },
    stopping() {},
    interrupted({ position, saved }) {
      printJson({ event: 'interrupted', ...(position && standing(position)), ...saved })
    },
    end({ data, trainSamples, score, weightsSha256, out }) {
      printJson({ event: 'end', data, trainSamples, testAccuracy: score.accuracy, weightsSha256, out })
    },
    close() {},
  }
}

const standing = ({ epoch, batch }: { epoch: number; batch: number }) => ({
  epochsDone: epoch,
  batchesDone: batch,
})
