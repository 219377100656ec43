import { describe, expect, it } from 'vitest'
import type { Engine } from '../engines/engine.ts'
import { activation } from '../layers/activation.ts'
import { Sequential } from '../model/sequential.ts'
import { expectNear } from '../testing/compare.ts'
import { ENGINES } from '../testing/engines.ts'
import { type GoldenTensor, readGolden, tensorOf } from '../testing/golden.ts'

interface Accuracy {
  readonly name: string
  readonly yTrue: GoldenTensor
  readonly yPred: GoldenTensor
  /** The class that Keras takes for 'accuracy'. */
  readonly chosen: 'BinaryAccuracy' | 'CategoricalAccuracy' | 'SparseCategoricalAccuracy'
  readonly value: number
}

interface Evaluated {
  readonly yTrue: GoldenTensor
  readonly yPred: GoldenTensor
  readonly batchSize: number
  readonly result: Readonly<Record<string, number>>
}

const { accuracies, evaluated } = readGolden<{ accuracies: readonly Accuracy[]; evaluated: Evaluated }>(
  'metrics',
)

/** A model that hands its input on. */
function echo(shape: readonly number[], engine: Engine): Sequential {
  return new Sequential([activation({ activation: 'linear', inputShape: shape.slice(1) })], { engine })
}

describe.each(ENGINES)('metrics on $name, against Keras', ({ engine }) => {
  it.each(accuracies)("'accuracy': $name", async ({ yTrue, yPred, chosen, value }) => {
    const isSparse = chosen === 'SparseCategoricalAccuracy'
    const loss = isSparse ? 'sparseCategoricalCrossentropy' : 'meanSquaredError'
    const named = (
      {
        BinaryAccuracy: 'binaryAccuracy',
        CategoricalAccuracy: 'categoricalAccuracy',
        SparseCategoricalAccuracy: 'sparseCategoricalAccuracy',
      } as const
    )[chosen]
    const model = echo(yPred.shape, engine)
    model.compile({ loss, metrics: ['accuracy', 'acc', named] })
    for (const batchSize of [32, 2]) {
      const figures = await model.evaluate(tensorOf(yPred), tensorOf(yTrue), { batchSize })
      for (const name of ['accuracy', 'acc', named])
        expectNear([figures[name]], [value], 1e-7, `${name} in batches of ${batchSize}`)
    }
  })

  it('reports losses as metrics, under the names it was given', async () => {
    const { yTrue, yPred, batchSize, result } = evaluated
    const model = echo(yPred.shape, engine)
    model.compile({
      loss: 'meanSquaredError',
      metrics: ['accuracy', 'acc', 'mse', 'meanAbsoluteError', 'categoricalCrossentropy'],
    })
    const figures = await model.evaluate(tensorOf(yPred), tensorOf(yTrue), { batchSize })
    const {
      loss,
      accuracy,
      acc,
      mse,
      mean_absolute_error: meanAbsoluteError,
      categorical_crossentropy: categoricalCrossentropy,
    } = result
    const expected = { loss, accuracy, acc, mse, meanAbsoluteError, categoricalCrossentropy }
    expect(Object.keys(figures)).toEqual(Object.keys(expected))
    for (const [name, value] of Object.entries(expected)) expectNear([figures[name]], [value], 1e-6, name)
  })
})
