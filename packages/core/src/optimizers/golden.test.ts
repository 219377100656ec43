import { describe, expect, it } from 'vitest'
import { decodeSafetensors } from '../file/safetensors.ts'
import { expectNear } from '../testing/compare.ts'
import { ENGINES } from '../testing/engines.ts'
import { goldenCases, tensorOf } from '../testing/golden.ts'
import { modelOf } from '../testing/jobs.ts'

// test/conformance compares losses and weights; here is what an optimizer keeps
describe.each(ENGINES)('the slots of optimizers on $name, against Keras', ({ engine }) => {
  it.each(goldenCases('optimizers'))('$name', async ({ job, answer, float32Deviation }) => {
    // Keras keeps no rate beside a schedule; the `variable` is Nadam's running product, here a function of the step
    const { iteration, learning_rate: rate, variable: _, ...slots } = answer.training?.optimizer ?? {}
    const model = await modelOf(job, engine)
    const { x, y, epochs, batchSize } = job
    await model.fit(tensorOf(x), tensorOf(y), { epochs, batchSize, shuffle: false })
    expect(model.position?.step).toBe(iteration.data[0])
    if (rate) expect(model.optimizer?.learningRate).toBeCloseTo(rate.data[0], 12)

    const { tensors } = decodeSafetensors(await model.saveBytes(), 'the model')
    const saved = [...tensors].filter(([name]) => name.startsWith('optimizer/'))
    const names = Object.keys(slots).map((name) => `optimizer/${name}`)
    expect(saved.map(([name]) => name).sort()).toEqual(names.sort())
    for (const [name, { shape, data }] of saved) {
      const slot = slots[name.replace('optimizer/', '')]
      expect(shape).toEqual(slot.shape)
      expectNear(data, slot.data, 2e-6 + 4 * (float32Deviation.training ?? 0), name)
    }
  })
})
