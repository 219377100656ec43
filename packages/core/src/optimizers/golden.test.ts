import { describe, expect, it } from 'vitest'
import { decodeSafetensors } from '../file/safetensors.ts'
import { expectNear } from '../testing/compare.ts'
import { ENGINES } from '../testing/engines.ts'
import { goldenCases } from '../testing/golden.ts'
import { modelOf, train } from '../testing/jobs.ts'

describe.each(ENGINES)('optimizers on $name, against Keras', ({ engine }) => {
  it.each(goldenCases('optimizers'))('$name', async ({ job, answer, float32Deviation }) => {
    const { training: truth } = answer
    if (!truth?.optimizer) throw new Error('the case tells nothing of the optimizer')
    const near = 2e-6 + 4 * (float32Deviation.training ?? 0)
    const model = await modelOf(job, engine)
    const { losses, history } = await train(model, job)
    expectNear(losses, truth.losses, near, 'losses')
    expectNear(history.loss, truth.history.loss, near, 'history.loss')
    const weights = await model.getWeights()
    for (const [index, name] of model.weightNames.entries())
      expectNear(weights[index].data, truth.weights[name].data, near, name)

    const { iteration, learning_rate: rate, ...slots } = truth.optimizer
    expect(model.position?.step).toBe(iteration.data[0])
    expect(model.optimizer?.learningRate).toBeCloseTo(rate.data[0], 12)
    const { tensors } = decodeSafetensors(await model.saveBytes(), 'the model')
    const saved = [...tensors].filter(([name]) => name.startsWith('optimizer/'))
    expect(saved.map(([name]) => name).sort()).toEqual(
      Object.keys(slots)
        .map((name) => `optimizer/${name}`)
        .sort(),
    )
    for (const [name, { shape, data }] of saved) {
      const slot = slots[name.replace('optimizer/', '')]
      expect(shape).toEqual(slot.shape)
      expectNear(data, slot.data, near, name)
    }
  })
})
