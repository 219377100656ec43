import { describe, expect, it } from 'vitest'
import { expectNear } from '../testing/compare.ts'
import { ENGINES } from '../testing/engines.ts'
import { goldenCases } from '../testing/golden.ts'
import { gradientsOf } from '../testing/jobs.ts'

const FILES = ['lstm', 'gru', 'gru-reset-before', 'simple-rnn', 'recurrent-options', 'layers']
const CASES = goldenCases(...FILES).filter(({ answer }) => answer.gradients)

// test/conformance compares all else that a model computes; the gradient of the input is not to be seen from outside
describe.each(ENGINES)(
  'loss and gradients of every weight and of the input, on $name, against Keras',
  ({ engine }) => {
    it.each(CASES)('$name', async ({ job, answer, float32Deviation }) => {
      // another order of the same float32 sums may deviate a few times as far as Keras's own
      const limit = 1e-6 + 4 * (float32Deviation.gradients ?? 0)
      const { loss, weights, input } = await gradientsOf(job, engine)
      expectNear([loss], [answer.gradients?.loss ?? Number.NaN], limit, 'loss')
      const truth = answer.gradients?.weights ?? {}
      expect(Object.keys(weights)).toEqual(Object.keys(truth))
      for (const [name, { data }] of Object.entries(truth))
        expectNear(weights[name], data, limit, `d ${name}`)
      if (answer.gradients?.input) expectNear(input, answer.gradients.input.data, limit, 'd input')
    })
  },
)
