import { expect, it } from 'vitest'
import * as layers from '../layers/index.ts'
import { sequential } from '../model/sequential.ts'
import { ENGINES } from '../testing/engines.ts'

it.each(ENGINES)(
  'a weight whose initializer fails is never taken for filled, on $name',
  async ({ engine }) => {
    const model = sequential([layers.dense({ units: 2, inputShape: [3], biasInitializer: 'orthogonal' })], {
      engine,
    })
    for (const ask of [() => model.getWeights(), () => model.predict([[1, 2, 3]])])
      await expect(ask()).rejects.toThrow(/orthogonal/)
  },
)
