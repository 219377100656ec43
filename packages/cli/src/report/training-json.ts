import { note, printJson } from './console.ts'
import type { TrainingReport } from './training.ts'

/** One event a line on standard output; remarks go to standard error. */
export function jsonReport(): TrainingReport {
  return {
    downloading() {},
    note,
    start({ job, engine, out, replaces, resumed }) {
      const { name, trainSamples, testSamples } = job.data.identity
      printJson({
        event: 'start',
        task: job.task,
        ...job.settings,
        data: name,
        dataDescription: job.data.description,
        trainSamples,
        testSamples,
        parameters: job.model.countParams(),
        engine,
        out,
        replaces,
        ...(resumed && { resumed: standing(resumed) }),
      })
    },
    batch() {},
    epoch: (record) => printJson({ event: 'epoch', ...record }),
    sample: (text) => printJson({ event: 'sample', text }),
    stopping() {},
    interrupted({ position, saved }) {
      printJson({ event: 'interrupted', ...(position && standing(position)), ...saved })
    },
    end({ job, outcome, weightsSha256, out }) {
      const { name, trainSamples } = job.data.identity
      const { metrics, baselines, warnings } = outcome
      printJson({
        event: 'end',
        data: name,
        trainSamples,
        ...('accuracy' in metrics && { testAccuracy: metrics.accuracy }),
        metrics,
        baselines,
        warnings,
        weightsSha256,
        out,
      })
    },
    close() {},
  }
}

const standing = ({ epoch, batch }: { epoch: number; batch: number }) => ({
  epochsDone: epoch,
  batchesDone: batch,
})
