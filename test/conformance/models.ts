// A drawn model here, and what Keras answers for it.

import {
  type Engine,
  type Float32Tensor,
  type Json,
  modelFromConfig,
  optimizers,
  type Tensor,
} from '@carousel/core'
import { expect } from 'vitest'
import { deviation, type Limits } from './compare.ts'
import type { DrawnModel } from './drawModels.ts'
import type { JsonTensor } from './keras.ts'
import { Peer } from './peer.ts'
import { Random } from './random.ts'

/** What keras_models.py is asked, and what it answers. */
export interface ModelQuestion {
  model: unknown
  weights: JsonTensor[]
  x: readonly JsonTensor[]
  y: readonly JsonTensor[]
  sampleWeight: readonly (JsonTensor | null)[]
  batchSize: number
}
export interface ModelAnswer {
  shapes: number[][]
  outputs: JsonTensor[]
  evaluation: Record<string, number>
  loss: number
  gradients: (JsonTensor | null)[]
  history: Record<string, number>
  weights: JsonTensor[]
  /** What Keras writes for the model. */
  json: Json
  differences: string[]
}

export const startModels = () => Peer.start<ModelQuestion, ModelAnswer>('keras_models.py')

type AnyModel = ReturnType<DrawnModel['make']>

/** Compiled, with weights drawn from the same seed each time. */
async function start(drawn: DrawnModel, engine: Engine, weights: readonly JsonTensor[]): Promise<AnyModel> {
  const model = drawn.make(engine)
  model.compile(drawn.compile())
  await model.setWeights(weights.map(toTensor))
  return model
}

/** Small where many are summed, so that linear and relu cells do not run away; variances are positive. */
export async function drawWeights(drawn: DrawnModel, engine: Engine): Promise<JsonTensor[]> {
  const model = drawn.make(engine)
  const random = new Random(drawn.seed)
  return (await model.getWeights()).map(({ shape }, index) => {
    const isVariance = model.weightNames[index].endsWith('variance')
    const { data } = random.reals(shape, shape.length > 1 ? Math.min(0.5, 1 / Math.sqrt(shape[0])) : 0.5)
    return { shape: [...shape], data: isVariance ? data.map((value) => 1 + value) : data }
  })
}

export function questionOf(drawn: DrawnModel, weights: JsonTensor[], engine: Engine): ModelQuestion {
  const model = drawn.make(engine)
  model.compile(drawn.compile())
  const { x, y, sampleWeight, batchSize } = drawn
  return { model: model.toJson(), weights, x, y, sampleWeight, batchSize }
}

/** Expects what this engine computes to be Keras's. @returns the largest error, relative to the largest number of its tensor */
export async function expectKeras(
  drawn: DrawnModel,
  weights: readonly JsonTensor[],
  keras: ModelAnswer,
  engine: Engine,
  limits: Limits,
): Promise<number> {
  const model = await start(drawn, engine, weights)
  const { batchSize } = drawn
  const [x, y] = [drawn.x, drawn.y].map((tensors) => oneOrAll(tensors.map(toTensor)))
  const given = drawn.sampleWeight.map((tensor) => tensor && toTensor(tensor))
  const sampleWeight = given.length === 0 ? undefined : (oneOrAll(given) as Tensor)
  let worst = 0
  const near = (
    what: string,
    expected: readonly number[],
    found: ArrayLike<number>,
    limit: number,
    least?: number,
  ) => {
    expect(found.length, what).toBe(expected.length)
    const error = deviation(expected, Array.from(found), least)
    expect(error, `${what}, relative to its largest number`).toBeLessThanOrEqual(limit)
    worst = Math.max(worst, error)
  }
  const figures = (
    what: string,
    expected: Record<string, number>,
    found: Record<string, number>,
    limit: number,
  ) => {
    for (const [name, value] of Object.entries(expected))
      near(`${what} ${name}`, [value], [found[camel(name)]], limit, FIGURE)
  }

  expect((await model.getWeights()).map(({ shape }) => [...shape])).toEqual(keras.shapes)
  // the model, and what is read of Keras's own words for it
  const told = modelFromConfig<readonly Float32Tensor[]>(keras.json, { engine })
  await told.setWeights(weights.map(toTensor))
  for (const [what, predicts] of [
    ['output', model],
    ['output, told by Keras', told],
  ] as const) {
    const outputs = [await predicts.predict(x as Tensor)].flat() as Tensor[]
    expect(outputs.length, what).toBe(keras.outputs.length)
    for (const [index, { shape, data }] of keras.outputs.entries()) {
      expect([...outputs[index].shape]).toEqual(shape)
      near(`${what} ${index}`, data, outputs[index].data, limits.forward)
    }
  }
  figures(
    'evaluation',
    keras.evaluation,
    await model.evaluate(x, y as Tensor, { batchSize, sampleWeight }),
    limits.forward,
  )

  // the step by which gradients are seen would be undone
  if (!/_constraint":\{/.test(JSON.stringify(model.getConfig()))) {
    const moved = await start(
      { ...drawn, compile: () => ({ ...drawn.compile(), optimizer: plain }) },
      engine,
      weights,
    )
    const { history } = await moved.fit(x, y as Tensor, { batchSize: 1000, shuffle: false, sampleWeight })
    near('loss', [keras.loss], history.loss, limits.forward, FIGURE)
    // what a normalization takes off again has no gradient but rounding
    const largest = keras.gradients.flatMap((gradient) => gradient?.data ?? []).map(Math.abs)
    const least = 1e-2 * Math.max(...largest)
    for (const [index, after] of (await moved.getWeights()).entries()) {
      const gradient = keras.gradients[index]
      if (!gradient) continue
      const found = Array.from(
        after.data,
        (value, i) => (Math.fround(weights[index].data[i]) - value) / HUGE_RATE,
      )
      near(`gradient of ${model.weightNames[index]}`, gradient.data, found, limits.gradients, least)
    }
  }

  const { history } = await model.fit(x, y as Tensor, { batchSize, shuffle: false, sampleWeight })
  const last = Object.fromEntries(Object.entries(history).map(([name, epochs]) => [name, epochs[0]]))
  figures('history', keras.history, last, limits.training)
  for (const [index, { data }] of (await model.getWeights()).entries())
    near(`trained ${model.weightNames[index]}`, keras.weights[index].data, data, limits.training)
  return worst
}

/** Keras's `dense_3_accuracy` of the output `dense_3` is our `dense3Accuracy`. */
const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

/** Figures are means of what may cancel, of one by and large; smaller ones are compared as if they were this. */
const FIGURE = 0.25

/** A power of two, so that dividing by it is exact, and so large that the weight it moves from is lost in rounding. */
const HUGE_RATE = 2 ** 60
const plain = optimizers.sgd({ learningRate: HUGE_RATE })

const oneOrAll = <T>(list: readonly T[]): T | readonly T[] => (list.length === 1 ? list[0] : list)

function toTensor({ shape, dtype, data }: JsonTensor): Tensor {
  return { shape, data: dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data) }
}
