import { describe, expect, it } from 'vitest'
import type { KerasObject } from '../config/keras.ts'
import type { Engine } from '../engines/engine.ts'
import { DataError, OptionError } from '../errors.ts'
import * as layers from '../layers/index.ts'
import { loadModel } from '../model/load.ts'
import { sequential } from '../model/sequential.ts'
import * as optimizers from '../optimizers/index.ts'
import { Builder } from '../program/builder.ts'
import { differentiate } from '../program/differentiate.ts'
import { BATCH, sizeOf } from '../program/program.ts'
import { expectNear } from '../testing/compare.ts'
import { numbers } from '../testing/data.ts'
import { ENGINES } from '../testing/engines.ts'
import { type GoldenTensor, readGolden, tensorOf } from '../testing/golden.ts'
import { ctc } from './ctc.ts'
import { deserializeLoss } from './deserialize.ts'
import { Labels } from './labels.ts'
import { serializeLoss } from './resolve.ts'

interface Case {
  readonly name: string
  readonly labels: GoldenTensor
  readonly logits: GoldenTensor
  readonly lengths?: readonly number[]
  readonly values: GoldenTensor
  readonly gradient: GoldenTensor
  readonly keras?: GoldenTensor
}

const { cases, configuration } = readGolden<{
  readonly cases: readonly Case[]
  readonly configuration: KerasObject
}>('ctc')

async function measure(engine: Engine, { labels, logits, lengths }: Case) {
  const [rows, T, C] = logits.shape
  const builder = new Builder('ctc')
  const predictions = builder.input('logits', { shape: [BATCH, T, C], dtype: 'float32' })
  const y = builder.input('y', { shape: [BATCH, labels.shape[1]], dtype: 'int32' })
  const mask = lengths && builder.input('mask', { shape: [BATCH, T], dtype: 'int32' })
  const loss = ctc().emit(builder, predictions, new Labels('sequences', y), mask)
  const ones = builder.input('ones', loss)
  builder.output('loss', loss)
  const gradient = differentiate(builder, new Map([[loss, ones]]), [predictions]).get(predictions)
  if (!gradient) throw new Error('a loss depends on its predictions')
  builder.output('gradient', gradient)
  const machine = await engine.open()
  const executable = await machine.load(builder.finish(), { [BATCH]: rows })
  const fetches = { loss: new Float32Array(rows), gradient: new Float32Array(sizeOf(logits.shape)) }
  const feeds = {
    logits: { data: tensorOf(logits).data },
    y: { data: tensorOf(labels).data },
    ones: { data: new Float32Array(rows).fill(1) },
    mask: {
      data: Int32Array.from({ length: rows * T }, (_, i) =>
        Number(i % T < (lengths?.[Math.floor(i / T)] ?? T)),
      ),
    },
  }
  const { mask: fed, ...others } = feeds
  await executable.run({ [BATCH]: rows }, mask ? { ...others, mask: fed } : others, fetches)
  return fetches
}

describe.each(ENGINES)('ctc on $name', ({ engine }) => {
  it.each(cases)('$name', async (given) => {
    const { loss, gradient } = await measure(engine, given)
    expectNear(loss, given.values.data, 3e-6, 'PyTorch’s values')
    expectNear(gradient, given.gradient.data, 3e-6, 'PyTorch’s gradients')
    if (given.keras) expectNear(loss, given.keras.data, 1e-5, 'Keras’s values')
  })

  const X = [7, 4, 9, 5].map((length, i) => numbers([length, 3], 30 + i))
  const Y = [[1, 2], [3], [2, 2, 1], [0]]
  const made = () => {
    const model = sequential(
      [layers.lstm({ units: 8, returnSequences: true, inputShape: [null, 3] }), layers.dense({ units: 4 })],
      { engine, seed: 5 },
    )
    model.compile({ loss: 'ctc', optimizer: optimizers.adam({ learningRate: 0.02 }) })
    return model
  }

  it('trains on sequences and labels of different lengths, each as if alone, and goes through a file', async () => {
    const model = made()
    const { loss } = await model.evaluate(X, Y, { batchSize: 4 })
    let sum = 0
    for (const [i, { shape, data }] of X.entries()) {
      const alone = await model.evaluate({ shape: [1, ...shape], data }, [Y[i]])
      sum += alone.loss
    }
    expect(loss).toBeCloseTo(sum / X.length, 4)
    const { history } = await model.fit(X, Y, { epochs: 30, batchSize: 2 })
    expect(history.loss[29]).toBeLessThan(history.loss[0] / 2)
    const again = await loadModel(await model.saveBytes(), { engine })
    // files hold float32
    expect((await again.evaluate(X, Y)).loss).toBeCloseTo((await model.evaluate(X, Y)).loss, 6)
    const weighted = await model.evaluate(X, Y, { sampleWeight: [1, 0, 0, 0] })
    expect(weighted.loss).toBeCloseTo((await model.evaluate([X[0]], [Y[0]])).loss / 4, 4)
  })
})

describe('ctc', () => {
  it('goes to Keras and back', () => {
    expect(serializeLoss(ctc())).toEqual(configuration)
    expect(deserializeLoss(configuration)).toMatchObject({ className: 'CTC', labels: 'sequences' })
  })

  const model = (output = layers.dense({ units: 4, inputShape: [5, 3] })) => {
    const found = sequential([output])
    found.compile({ loss: 'ctc' })
    return found
  }
  const x = numbers([2, 5, 3])

  it.each<[string, unknown, RegExp]>([
    [
      'a label that there is not',
      [
        [1, 4],
        [1, 2],
      ],
      /y\[0\]: labels must be whole numbers from 1 to 3/,
    ],
    [
      'a blank between labels',
      [
        [1, 2, 0],
        [1, 0, 2],
      ],
      /y\[1\]: .* entry 1 is 0/,
    ],
    [
      'more labels than steps',
      [
        [1, 2, 3, 1, 2],
        [1, 1, 1, 2, 3],
      ],
      /y\[1\]: its 5 labels need 7 steps, .* the predictions have 5/,
    ],
    [
      'labels of other samples',
      [[1, 2]],
      /expected a sequence of whole labels for each sample, shape \[2, labels\]/,
    ],
  ])('refuses %s', async (_, y, reason) => {
    await expect(model().fit(x, y as number[][])).rejects.toThrow(DataError)
    await expect(model().fit(x, y as number[][])).rejects.toThrow(reason)
  })

  it('refuses metrics, and predictions without steps', async () => {
    const measured = sequential([layers.dense({ units: 4, inputShape: [5, 3] })])
    measured.compile({ loss: 'ctc', metrics: ['accuracy'] })
    await expect(measured.fit(x, [[1], [2]])).rejects.toThrow(OptionError)
    await expect(measured.fit(x, [[1], [2]])).rejects.toThrow(/labels of the loss CTC are sequences/)
    await expect(
      model(layers.dense({ units: 4, inputShape: [3] })).fit(numbers([2, 3]), [[1], [2]]),
    ).rejects.toThrow(/predictions \[samples, time, classes\]/)
  })
})
