import { describe, expect, it } from 'vitest'
import type { Json } from '../config/keras.ts'
import type { Engine } from '../engines/engine.ts'
import { DataError, OptionError } from '../errors.ts'
import { Builder } from '../program/builder.ts'
import { differentiate } from '../program/differentiate.ts'
import { BATCH } from '../program/program.ts'
import { expectNear } from '../testing/compare.ts'
import { ENGINES } from '../testing/engines.ts'
import { type GoldenTensor, readGolden, tensorOf } from '../testing/golden.ts'
import { prepareLabels } from '../training/labels.ts'
import { deserializeLoss } from './index.ts'
import { Labels } from './labels.ts'

interface LossCase {
  readonly name: string
  readonly loss: { readonly class_name: string; readonly config: Readonly<Record<string, Json>> }
  readonly yTrue: GoldenTensor
  readonly yPred: GoldenTensor
  readonly float32: Measured
}

/** The loss of every row and step, their mean, and the mean's gradient. */
interface Measured {
  readonly values: GoldenTensor
  readonly value: number
  readonly gradient: GoldenTensor
}

const { cases } = readGolden<{ cases: readonly LossCase[] }>('losses')
const isSmoothed = ({ loss }: LossCase) => loss.config.label_smoothing !== undefined
const isNoDistribution = ({ name }: LossCase) => name.endsWith('labels all zero')

/** The loss on predictions of which nothing is known but their numbers. */
async function measure(engine: Engine, { loss: json, yTrue, yPred }: LossCase) {
  const loss = deserializeLoss(json)
  const labels = prepareLabels(tensorOf(yTrue), yPred.shape, loss)
  const builder = new Builder('loss')
  const [rows, ...axes] = yPred.shape
  const predictions = builder.input('predictions', { shape: [BATCH, ...axes], dtype: 'float32' })
  const dtype = labels.data instanceof Int32Array ? 'int32' : 'float32'
  const y = builder.input('y', { shape: [BATCH, ...labels.shape.slice(1)], dtype })
  const found = loss.emit(builder, predictions, new Labels(loss.labels, y))
  const weight = builder.input('weight', found)
  builder.output('loss', found)
  const gradient = differentiate(builder, new Map([[found, weight]]), [predictions]).get(predictions)
  if (!gradient) throw new Error('a loss depends on its predictions')
  builder.output('gradient', gradient)

  const entries = yPred.shape.slice(0, -1).reduce((product, dim) => product * dim, 1)
  const fetches = { loss: new Float32Array(entries), gradient: new Float32Array(yPred.data.length) }
  const executable = await (await engine.open()).load(builder.finish(), { [BATCH]: rows })
  const feeds = {
    predictions: { data: tensorOf(yPred).data },
    y: { data: labels.data },
    weight: { data: new Float32Array(entries).fill(1 / entries) },
  }
  await executable.run({ [BATCH]: rows }, feeds, fetches)
  return fetches
}

describe.each(ENGINES)('losses on $name, against Keras', ({ engine }) => {
  it.each(cases.filter((found) => !isSmoothed(found) && !isNoDistribution(found)))('$name', async (found) => {
    const { values, value, gradient } = found.float32
    const { loss, gradient: ours } = await measure(engine, found)
    expectNear(loss, values.data, 2e-6, 'values')
    expectNear([loss.reduce((sum, entry) => sum + entry, 0) / loss.length], [value], 2e-6, 'mean')
    expectNear(ours, gradient.data, 2e-6, 'gradient')
  })
})

it.each(cases.filter(isSmoothed))('not yet: $name', ({ loss }) => {
  expect(() => deserializeLoss(loss)).toThrow(OptionError)
  expect(() => deserializeLoss(loss)).toThrow(/'labelSmoothing' is not supported yet; got 0\.[12]/)
})

it.each(cases.filter(isNoDistribution))('refused: $name', ({ loss, yTrue, yPred }) => {
  expect(() => prepareLabels(tensorOf(yTrue), yPred.shape, deserializeLoss(loss))).toThrow(DataError)
})
