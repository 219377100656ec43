import { describe, expect, it } from 'vitest'
import type { Json, KerasObject } from '../config/keras.ts'
import type { Engine } from '../engines/engine.ts'
import { DataError } from '../errors.ts'
import { onePerStep } from '../ops/shapes.ts'
import { Builder } from '../program/builder.ts'
import { differentiate } from '../program/differentiate.ts'
import { BATCH, sizeOf } from '../program/program.ts'
import { expectNear } from '../testing/compare.ts'
import { ENGINES } from '../testing/engines.ts'
import { type GoldenTensor, readGolden, tensorOf } from '../testing/golden.ts'
import { BatchWeights } from '../training/batchWeights.ts'
import { emitFigures, planFigures, RunningFigures } from '../training/figures.ts'
import { prepareLabels } from '../training/labels.ts'
import { deserializeLoss } from './deserialize.ts'
import { categoricalFocalCrossentropy, huber } from './index.ts'
import { Labels } from './labels.ts'
import { LOSS_NAMES, resolveLoss, serializeLoss } from './resolve.ts'
import { rest } from './rest.ts'

// as a compiled model would
await rest.load()

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

/** A loss reduced: what is reported of a batch, and its gradient. */
interface Reduced extends Omit<LossCase, 'float32'> {
  readonly weights?: GoldenTensor
  readonly mask?: GoldenTensor
  readonly value: number
  readonly gradient: GoldenTensor
}

interface Golden {
  readonly cases: readonly LossCase[]
  readonly reductions: readonly Reduced[]
  /** As Keras writes losses. */
  readonly configurations: readonly KerasObject[]
}

const { cases, reductions, configurations } = readGolden<Golden>('losses')
const isNoDistribution = ({ name }: LossCase) => name.endsWith('labels all zero')

/** The loss on predictions of which nothing is known but their numbers. */
async function measure(
  engine: Engine,
  { loss: json, yTrue, yPred, weights: given, mask }: Omit<Reduced, 'value' | 'gradient'>,
) {
  const loss = deserializeLoss(json)
  await loss.load?.()
  const labels = prepareLabels(tensorOf(yTrue), yPred.shape, loss)
  const builder = new Builder('loss')
  const [rows, ...axes] = yPred.shape
  const predictions = builder.input('predictions', { shape: [BATCH, ...axes], dtype: 'float32' })
  const dtype = labels.data instanceof Int32Array ? 'int32' : 'float32'
  const y = builder.input('y', { shape: [BATCH, ...labels.shape.slice(1)], dtype })
  const lossWeight = builder.input('lossWeight', onePerStep(predictions))
  const plans = planFigures([{ output: '', loss, lossWeight: 1, metrics: [], weightedMetrics: [] }])
  const found = emitFigures(builder, plans[0], {
    predictions,
    labels: new Labels(loss.labels, y),
    mask: mask && builder.input('mask', { shape: [BATCH, ...axes.slice(0, -1)], dtype: 'int32' }),
    lossWeight,
  })
  if (!found) throw new Error('there is a loss')
  const seeds = new Map([[found.loss, found.weights]])
  const gradient = differentiate(builder, seeds, [predictions]).get(predictions)
  if (!gradient) throw new Error('a loss depends on its predictions')
  builder.output('gradient', gradient)

  const steps = sizeOf(axes.slice(0, -1))
  const weights = new BatchWeights(loss, rows * steps, given ? tensorOf(given) : null, !!mask)
  const size = { entries: rows * steps, columns: axes.at(-1) ?? 1, isMasked: !!mask }
  const figures = new RunningFigures(plans, [weights], [size])
  weights.take(
    Int32Array.from({ length: rows }, (_, row) => row),
    rows,
    steps,
  )
  const own = { gradient: new Float32Array(yPred.data.length) }
  const executable = await (await engine.open()).load(builder.finish(), { [BATCH]: rows })
  const feeds = {
    predictions: { data: tensorOf(yPred).data },
    y: { data: labels.data },
    lossWeight: { data: weights.lossWeight },
    ...(mask ? { mask: { data: Int32Array.from(mask.data) } } : {}),
  }
  await executable.run({ [BATCH]: rows }, feeds, Object.assign(figures.fetches, own))
  figures.add()
  return { values: figures.fetches.loss, value: figures.means().loss, gradient: own.gradient }
}

describe.each(ENGINES)('losses on $name, against Keras', ({ engine }) => {
  it.each(cases.filter((found) => !isNoDistribution(found)))('$name', async (found) => {
    const { values, value, gradient } = found.float32
    const ours = await measure(engine, found)
    expectNear(ours.values, values.data, 2e-6, 'values')
    expectNear([ours.value], [value], 2e-6, 'mean')
    expectNear(ours.gradient, gradient.data, 2e-6, 'gradient')
  })

  it.each(reductions)('reduced: $name', async (found) => {
    const ours = await measure(engine, found)
    expectNear([ours.value], [found.value], 2e-6, 'value')
    expectNear(ours.gradient, found.gradient.data, 2e-6, 'gradient')
  })
})

it.each(configurations)("Keras's JSON is read and written: $class_name", async (json) => {
  const loss = deserializeLoss(json)
  const { reduction } = loss
  await loss.load?.()
  expect(serializeLoss(loss)).toEqual(json)
  expect(loss.reduction).toBe(reduction)
})

it('what Keras forgets to write is written, so that it is not lost', async () => {
  const json = serializeLoss(huber({ delta: 0.5 }))
  const config = { name: 'huber_loss', reduction: 'sum_over_batch_size', delta: 0.5 }
  expect(json).toMatchObject({ class_name: 'Huber', config })
  const read = deserializeLoss(json)
  await read.load?.()
  expect(serializeLoss(read)).toEqual(json)
})

it('names, short, long, in capitals and in snake case, mean the same', async () => {
  for (const [name, className] of Object.entries({
    mse: 'MeanSquaredError',
    MAPE: 'MeanAbsolutePercentageError',
    kld: 'KLDivergence',
    logCosh: 'LogCosh',
    huber: 'Huber',
  })) {
    const loss = resolveLoss(name, 'test')
    await loss.load?.()
    expect(loss.className).toBe(className)
  }
  for (const name of ['kl_divergence', 'KLDivergence'])
    expect(deserializeLoss(name).className).toBe('KLDivergence')
  expect(deserializeLoss('binary_focal_crossentropy').className).toBe('BinaryFocalCrossentropy')
})

it('every loss has a name, and every name a loss', async () => {
  const { LOSS_CLASSES } = await import('./classes.ts')
  for (const [className, make] of LOSS_CLASSES) {
    const made = make({} as never)
    const named = deserializeLoss(className)
    expect(named.labels, className).toBe(made.labels)
    await named.load?.()
    expect(named.config).toEqual(made.config)
    // what was given by name is written by name, where Keras knows the name
    const name = serializeLoss(named)
    expect(typeof name).toBe(/Generalized|Quantile/.test(className) ? 'object' : 'string')
    expect(serializeLoss(deserializeLoss(name))).toEqual(name)
  }
  const names = new Set(LOSS_NAMES.map((name) => resolveLoss(name, 'test').className))
  expect(names).toEqual(new Set(LOSS_CLASSES.keys()))
})

it('a list of weights has one for each class', () => {
  const loss = categoricalFocalCrossentropy({ alpha: [0.5, 1] })
  const builder = new Builder('test')
  const [p, y] = ['p', 'y'].map((name) => builder.input(name, { shape: [BATCH, 3], dtype: 'float32' }))
  expect(() => loss.emit(builder, p, new Labels('values', y))).toThrow(
    /alpha holds 2 weights, the predictions 3 classes/,
  )
  expect(() => categoricalFocalCrossentropy({ alpha: [0.5, -1] })).toThrow(
    /or a list of a number for each class/,
  )
})

it.each(cases.filter(isNoDistribution))('refused: $name', ({ loss, yTrue, yPred }) => {
  expect(() => prepareLabels(tensorOf(yTrue), yPred.shape, deserializeLoss(loss))).toThrow(DataError)
})
