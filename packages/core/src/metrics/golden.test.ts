import { describe, expect, it } from 'vitest'
import { asFloat, camelCase, isObject, type JsonObject, snakeCase } from '../config/keras.ts'
import type { Engine } from '../engines/engine.ts'
import { OptionError } from '../errors.ts'
import { activation } from '../layers/activation.ts'
import { dense } from '../layers/dense.ts'
import { input } from '../layers/input.ts'
import { defineLayer } from '../layers/layer.ts'
import { lstm } from '../layers/lstm.ts'
import { huber } from '../losses/index.ts'
import { Labels } from '../losses/labels.ts'
import { model as functional } from '../model/functional.ts'
import { loadModel } from '../model/load.ts'
import { Sequential } from '../model/sequential.ts'
import { anyNotEqual } from '../ops/masks.ts'
import { Builder } from '../program/builder.ts'
import { BATCH, sizeOf } from '../program/program.ts'
import { expectNear } from '../testing/compare.ts'
import { numbers } from '../testing/data.ts'
import { ENGINES } from '../testing/engines.ts'
import { type GoldenTensor, readGolden, tensorOf } from '../testing/golden.ts'
import { classifier, SAMPLES, stopAfter } from '../testing/models.ts'
import { BatchWeights } from '../training/batchWeights.ts'
import type { History } from '../training/callbacks.ts'
import { emitFigures, planFigures, RunningFigures } from '../training/figures.ts'
import { deserializeMetric } from './deserialize.ts'
import * as metrics from './index.ts'
import { metricName } from './names.ts'
import { resolveMetric, serializeMetric } from './resolve.ts'

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

interface Samples {
  readonly yTrue: GoldenTensor
  readonly yPred: GoldenTensor
  readonly weights: GoldenTensor
  readonly mask?: GoldenTensor
}

/** What a metric comes to over batches of two: plain, and with sample weights; both with the mask where there is one. */
interface Figure {
  readonly metric: { readonly class_name: string; readonly config: JsonObject }
  readonly data: string
  readonly plain: number | readonly number[]
  readonly weighted: number | readonly number[]
}

interface Golden {
  readonly accuracies: readonly Accuracy[]
  readonly evaluated: Evaluated
  readonly data: Readonly<Record<string, Samples>>
  readonly figures: readonly Figure[]
  readonly masked: Readonly<Record<'x' | 'y' | 'weights', GoldenTensor>> & {
    readonly model: readonly GoldenTensor[]
    readonly plain: Readonly<Record<string, number>>
    readonly weighted: Readonly<Record<string, number>>
    readonly history: Readonly<Record<string, readonly number[]>>
  }
  readonly several: Readonly<Record<'x' | 'y' | 'weights', readonly GoldenTensor[]>> & {
    readonly result: Readonly<Record<string, number>>
  }
  readonly weighted: Omit<Samples, 'mask'> & {
    readonly result: Readonly<Record<string, number | readonly number[]>>
  }
}

const { accuracies, evaluated, data, figures, masked, several, weighted } = readGolden<Golden>('metrics')

/** A metric over batches of two, as it is and weighted, of predictions that are fed. */
async function measure(
  engine: Engine,
  { metric: json, data: on }: Pick<Figure, 'metric' | 'data'>,
  isPadded = false,
  given: GoldenTensor = data[on].weights,
) {
  const { yTrue, yPred, mask } = data[on]
  const metric = deserializeMetric(json)
  await metric.load?.()
  const [rows, ...axes] = yPred.shape
  expect(metric.check?.(yPred.shape.length, axes.at(-1) ?? 1) ?? null).toBeNull()
  const plans = planFigures([
    { output: '', loss: null, lossWeight: 1, metrics: [metric], weightedMetrics: [metric] },
  ])
  const builder = new Builder('metric')
  const predictions = builder.input('predictions', { shape: [BATCH, ...axes], dtype: 'float32' })
  const isClasses = yTrue.dtype === 'int32'
  const label = builder.input('y', {
    shape: [BATCH, ...(isClasses ? axes.slice(0, -1) : axes)],
    dtype: yTrue.dtype ?? 'float32',
  })
  const labels = new Labels(isClasses ? 'classes' : 'values', label)
  const there = mask && builder.input('mask', { shape: [BATCH, ...axes.slice(0, -1)], dtype: 'int32' })
  emitFigures(builder, plans[0], { predictions, labels, mask: there, lossWeight: predictions })

  const steps = sizeOf(axes.slice(0, -1))
  const batch = new BatchWeights(null, 2 * steps, tensorOf(given))
  batch.isPadded = isPadded
  const running = new RunningFigures(
    plans,
    [batch],
    [{ entries: 2 * steps, columns: axes.at(-1) ?? 1, isMasked: !!mask }],
  )
  const executable = await (await engine.open()).load(builder.finish(), { [BATCH]: 2 })
  for (let first = 0; first < rows; first += 2) {
    const chosen = Int32Array.of(first, first + 1)
    const size = Math.min(2, rows - first)
    const feeds = {
      predictions: { data: tensorOf(yPred).data, rows: chosen },
      y: { data: tensorOf(yTrue).data, rows: chosen },
      ...(mask ? { mask: { data: Int32Array.from(mask.data), rows: chosen } } : {}),
    }
    batch.take(chosen, size, steps)
    await executable.run({ [BATCH]: size }, feeds, running.fetches)
    running.add()
    // what is kept in the middle of an epoch is all there is
    running.state = JSON.parse(JSON.stringify(running.state))
  }
  const { loss: _, ...found } = running.means()
  return { metric, json, found }
}

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

  it.each(figures)('$metric.class_name $metric.config on $data', async (figure) => {
    const { metric, found } = await measure(engine, figure)
    const { name } = metric
    const keys = (key: string, value: number | readonly number[]) =>
      typeof value === 'number' ? [key] : value.map((_, i) => `${key}[${i}]`)
    const second = `weighted${name[0].toUpperCase()}${name.slice(1)}`
    expect(Object.keys(found)).toEqual([...keys(name, figure.plain), ...keys(second, figure.weighted)])
    expectNear(Object.values(found), [figure.plain, figure.weighted].flat(), 2e-6, name)
    const { label_weights: weights, ...given } = figure.metric.config
    // Keras wants a float where JSON would give it an integer
    const rest = typeof given.beta === 'number' ? { ...given, beta: asFloat(given.beta) } : given
    const listed = isObject(weights) && isObject(weights.config) ? weights.config.value : weights
    expect(metric.config).toEqual(weights === undefined ? rest : { ...rest, label_weights: listed })
  })

  it.each(['AUC', 'RootMeanSquaredError', 'MeanSquaredError'])(
    '%s leaves out what is mere padding',
    async (className) => {
      const of = { metric: { class_name: className, config: {} }, data: 'sequencesOfBits' }
      const { weights, mask } = data[of.data]
      if (!mask) throw new Error('these sequences have a mask')
      const both = weights.data.map((weight, i) => weight * mask.data[i])
      const [padded, byMask, byBoth] = [
        await measure(engine, of, true),
        await measure(engine, of, false, mask),
        await measure(engine, of, false, { ...weights, data: both }),
      ].map(({ found }) => Object.values(found))
      expectNear(padded, [byMask[1], byBoth[1]], 1e-12, className)
    },
  )

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

describe.each(ENGINES)('metrics of a model on $name', ({ engine }) => {
  it('are named as Keras names them, and weigh rows where they are asked to', async () => {
    const { yTrue, yPred, weights, result } = weighted
    const model = echo(yPred.shape, engine)
    model.compile({
      loss: huber({ delta: 0.2 }),
      metrics: ['mae', metrics.precision({ thresholds: [0.2, 0.6] }), 'mae'],
      weightedMetrics: ['mae', metrics.auc(), metrics.f1Score({ average: 'macro' }), 'mae', 'mse'],
    })
    const sampleWeight = tensorOf(weights)
    const found = await model.evaluate(tensorOf(yPred), tensorOf(yTrue), { batchSize: 2, sampleWeight })
    const expected = Object.entries(result).flatMap(([key, value]) => {
      const name = camelCase(key)
      if (typeof value === 'number') return [[name, value] as const]
      return value.map((entry, i) => [`${name}[${i}]`, entry] as const)
    })
    expect(Object.keys(found).sort()).toEqual(expected.map(([name]) => name).sort())
    for (const [name, value] of expected) expectNear([found[name]], [value], 1e-6, name)
  })

  it('of several outputs: a loss and metrics for each, with weights', async () => {
    const { x, y, weights, result } = several
    const inputs = [input({ shape: [3], name: 'a' }), input({ shape: [2], name: 'b' })]
    const outputs = ['left_one', 'right'].map((name, i) =>
      activation({ activation: 'linear', name }).apply(inputs[i]),
    )
    const echoes = functional({ inputs, outputs, engine })
    echoes.compile({
      loss: { left_one: 'mse', right: huber({ reduction: 'sum' }) },
      lossWeights: { left_one: 0.5, right: 2 },
      metrics: { left_one: ['mae', 'accuracy'], right: ['mae'] },
      weightedMetrics: { left_one: ['mae'], right: [metrics.r2Score()] },
    })
    const found = await echoes.evaluate(x.map(tensorOf), y.map(tensorOf), {
      batchSize: 2,
      sampleWeight: weights.map(tensorOf),
    })
    const expected = Object.entries(result).map(([key, value]) => [camelCase(key), value] as const)
    expect(Object.keys(found).sort()).toEqual(expected.map(([name]) => name).sort())
    for (const [name, value] of expected) expectNear([found[name]], [value], 1e-6, name)
  })

  it('of masked sequences, with weights for their steps: evaluated, then trained', async () => {
    // what is zero in every column is masked
    const masking = defineLayer(
      { inputShape: [5, 2] },
      {
        className: 'Masking',
        outputShape: (input) => input,
        weights: () => [],
        emit: (_, x) => x,
        mask: ({ builder }, x) => builder.emit(anyNotEqual, { x }, { value: 0 }).y,
        config: {},
      },
    )
    const model = new Sequential(
      [
        masking,
        lstm({ units: 3, returnSequences: true }),
        { ...dense({ units: 3, activation: 'softmax' }), mask: true },
      ],
      { engine },
    )
    model.compile({
      optimizer: 'sgd',
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy', metrics.sparseTopKCategoricalAccuracy({ k: 2, name: 'bestTwo' })],
      weightedMetrics: ['accuracy', metrics.sparseCategoricalCrossentropy({ name: 'sce' })],
    })
    await model.setWeights(masked.model.map(tensorOf))
    const [x, y, sampleWeight] = [masked.x, masked.y, masked.weights].map(tensorOf)
    const plain = await model.evaluate(x, y, { batchSize: 3 })
    const weighed = await model.evaluate(x, y, { batchSize: 3, sampleWeight })
    const { history } = await model.fit(x, y, { batchSize: 3, sampleWeight, epochs: 2, shuffle: false })
    for (const key of Object.keys(masked.plain)) {
      const name = camelCase(key)
      expectNear([plain[name]], [masked.plain[key]], 1e-6, name)
      expectNear([weighed[name]], [masked.weighted[key]], 1e-6, `${name}, weighted`)
      expectNear(history[name], masked.history[key], 2e-6, `${name} of the training`)
    }
  })

  it('go on in the middle of an epoch as if it had not been left', async () => {
    const compiled = () => {
      const model = classifier(engine)
      model.compile({
        loss: 'categoricalCrossentropy',
        metrics: [
          metrics.auc(),
          metrics.f1Score({ average: 'macro' }),
          metrics.topKCategoricalAccuracy({ k: 2 }),
        ],
        weightedMetrics: [metrics.recall({ thresholds: [0.2, 0.4] }), 'rootMeanSquaredError'],
      })
      return model
    }
    const { x, y } = SAMPLES
    const options = { epochs: 2, batchSize: 4, sampleWeight: numbers([22], 3) }
    const timeless = ({ history: { seconds: _, samplesPerSecond: __, ...rest } }: History) => rest
    const straight = timeless(await compiled().fit(x, y, options))
    const first = compiled()
    await first.fit(x, y, { ...options, callbacks: [stopAfter(first, 3)] })
    const second = await loadModel(await first.saveBytes(), { engine })
    const after = await second.fit(x, y, { epochs: 2, sampleWeight: options.sampleWeight, resume: true })
    // the reference keeps float64 weights, the file float32 ones
    for (const [name, values] of Object.entries(timeless(after)))
      expectNear(values, straight[name], engine.name === 'reference' ? 1e-6 : 0, name)
    expect(Object.keys(timeless(after))).toEqual(Object.keys(straight))
  })

  it('are refused where the predictions are not what they measure', async () => {
    const model = echo([2, 3, 4], engine)
    model.compile({ loss: 'mse', metrics: [metrics.f1Score()] })
    const samples = numbers([2, 3, 4])
    await expect(model.evaluate(samples, samples)).rejects.toThrow(
      /the metric 'f1Score' needs predictions of the shape \[samples, outputs\], without steps; the model's have/,
    )
    model.compile({ loss: 'mse', metrics: [metrics.precision({ classId: 4 })] })
    await expect(model.evaluate(samples, samples)).rejects.toThrow(/more than 4 outputs, since classId is 4/)
    model.compile({ loss: 'mse', metrics: [metrics.recall({ topK: 5 })] })
    await expect(model.evaluate(samples, samples)).rejects.toThrow(/at least 5 outputs, since topK is 5/)
  })
})

it('every metric has a name, and every name a metric', async () => {
  const { METRIC_CLASSES } = await import('./classes.ts')
  const needed: Readonly<Record<string, object>> = {
    IoU: { numClasses: 2, targetClassIds: [0] },
    OneHotIoU: { numClasses: 2, targetClassIds: [0] },
    MeanIoU: { numClasses: 2 },
    OneHotMeanIoU: { numClasses: 2 },
    SensitivityAtSpecificity: { specificity: 0.5 },
    SpecificityAtSensitivity: { sensitivity: 0.5 },
    PrecisionAtRecall: { recall: 0.5 },
    RecallAtPrecision: { precision: 0.5 },
  }
  for (const [className, make] of METRIC_CLASSES) {
    const made = make((needed[className] ?? {}) as never)
    const json = serializeMetric(made)
    const read = deserializeMetric(json)
    expect(read.name, className).toBe(made.name)
    await read.load?.()
    expect(serializeMetric(read)).toEqual(json)
    expect(() => resolveMetric(made, 'test')).not.toThrow()
    if (className in needed) {
      await expect(resolveMetric(metricName(className), 'test').load?.()).rejects.toThrow(/is missing/)
      continue
    }
    const named = resolveMetric(metricName(className), 'test')
    await named.load?.()
    expect(named.name).toBe(metricName(className))
    expect(serializeMetric(named)).toBe(snakeCase(metricName(className)))
  }
})

it.each<[() => unknown, RegExp]>([
  [
    () => metrics.precision({ thresholds: 1.5 }),
    /'thresholds' must be a number from 0 to 1, or a list of such/,
  ],
  [() => metrics.recall({ topK: 0 }), /'topK' must be a whole number greater than 0; got 0/],
  [() => metrics.auc({ curve: 'roc' } as object), /'curve' must be one of 'ROC', 'PR', 'PRGAIN'; got 'roc'/],
  [() => metrics.auc({ numThresholds: 1 }), /'numThresholds' must be a whole number greater than 1; got 1/],
  [() => metrics.auc({ numLabels: 2 }), /numLabels goes with multiLabel: true/],
  [() => metrics.f1Score({ beta: 2 } as object), /metrics\.f1Score: there is no option 'beta'/],
  [() => metrics.fBetaScore({ beta: 0 }), /'beta' must be a number greater than 0; got 0/],
  [() => metrics.meanIoU({} as { numClasses: number }), /metrics\.meanIoU: option 'numClasses' is missing/],
  [
    () => metrics.iou({ numClasses: 2, targetClassIds: [2] }),
    /targetClassIds holds 2; the classes are 0 to 1/,
  ],
  [() => resolveMetric('mean', 'test'), /'mean' is not supported: it takes values/],
  [() => resolveMetric('presicion', 'test'), /no metric 'presicion'\. Did you mean 'precision'\?/],
])('refused, case %#', (call, reason) => {
  expect(call).toThrow(OptionError)
  expect(call).toThrow(reason)
})
