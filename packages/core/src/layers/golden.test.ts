import { describe, expect, it } from 'vitest'
import { expectNear } from '../testing/compare.ts'
import { ENGINES } from '../testing/engines.ts'
import { type GoldenCase, goldenCases, type Part, tensorOf } from '../testing/golden.ts'
import { gradientsOf, modelOf, train } from '../testing/jobs.ts'

const CASES = goldenCases('lstm', 'gru', 'gru-reset-before', 'simple-rnn', 'recurrent-options', 'layers')

/**
 * Keras's own float32 answers deviate from its float64 ones by `float32Deviation`; another order of the same sums may
 * deviate a few times as far. 2e-6 is for what float32 does to numbers on their way in and out.
 */
const tolerance = ({ float32Deviation }: GoldenCase, part: Part): number =>
  2e-6 + 4 * (float32Deviation[part] ?? 0)

/** Twenty updates by Adam, which divides each gradient by its own size, magnify what is rounded. */
const TRAINED = 1e-5

describe.each(ENGINES)('layers on $name, against Keras', ({ engine }) => {
  it.each(CASES)('$name', async (found) => {
    const { job, answer } = found
    const model = await modelOf(job, engine)
    expect(model.weightNames).toEqual(answer.weightNames)
    const [x, y] = [tensorOf(job.x), tensorOf(job.y)]

    if (answer.outputs) {
      const outputs = await model.predict(x)
      expect(outputs.shape).toEqual(answer.outputs.shape)
      expectNear(outputs.data, answer.outputs.data, tolerance(found, 'outputs'), 'outputs')
    }
    if (answer.evaluation) {
      const figures = await model.evaluate(x, y, { batchSize: 4 })
      for (const [name, value] of Object.entries(answer.evaluation)) {
        expectNear([figures[name]], [value], tolerance(found, 'evaluation'), name)
      }
    }
    if (answer.gradients) {
      const { loss, weights, input } = await gradientsOf(job, engine)
      const near = tolerance(found, 'gradients')
      expectNear([loss], [answer.gradients.loss], near, 'loss')
      expect(Object.keys(weights)).toEqual(Object.keys(answer.gradients.weights))
      for (const [name, truth] of Object.entries(answer.gradients.weights))
        expectNear(weights[name], truth.data, near, `d ${name}`)
      if (answer.gradients.input) expectNear(input, answer.gradients.input.data, near, 'd input')
    }
    if (answer.training) {
      const { losses, history } = await train(model, job)
      expectNear(losses, answer.training.losses, TRAINED, 'losses')
      for (const [name, truth] of Object.entries(answer.training.history))
        expectNear(history[name], truth, TRAINED, `history.${name}`)
      const ended = await model.getWeights()
      for (const [index, name] of model.weightNames.entries()) {
        expectNear(ended[index].data, answer.training.weights[name].data, TRAINED, `${name} after training`)
      }
    }
  })
})
