import { describe, expect, it } from 'vitest'
import type { Json } from '../config/keras.ts'
import type { Float32Tensor, Tensor } from '../data/tensor.ts'
import type { Engine } from '../engines/engine.ts'
import { type ReferenceMachine, reference } from '../engines/reference/reference.ts'
import { dense } from '../layers/dense.ts'
import { CLASSES } from '../model/classes.ts'
import type { Functional } from '../model/functional.ts'
import { loadModel } from '../model/load.ts'
import { readModelJson } from '../model/read.ts'
import { Generator } from '../random/generator.ts'
import { predictionShapes } from '../training/inputs.ts'
import { deviation, expectNear } from './compare.ts'
import { numbers } from './data.ts'
import { ENGINES, WASM_ENGINES } from './engines.ts'
import { type LayerCase, modelOf, networkOf } from './layerCase.ts'
import { maskName, Pass, samplesFor } from './layerPass.ts'
import { record } from './record.ts'

// What must hold of any layer, whatever it computes.

const FULL = { rows: 5, steps: 6 }
const SHORT = { rows: 2, steps: 4 }
/** Central differences in float64 are off by STEP² of a third derivative, and by 1e-16 / STEP. */
const STEP = 1e-5
const SLOPE = 1e-7
/** float32 beside float64, relative to the largest number: some dozen roundings of 6e-8 each, one after the other. */
const FLOAT32 = 5e-6
/** What is smaller in float64 is 0, roundings aside. */
const STILL = 1e-12

/** Tests that a layer's shapes, configuration, gradients, training, masks and files are right, on every engine. */
export function checkLayer(className: string, testCase: LayerCase): void {
  // a mask tells of steps, which a vector has none of
  const [first] = testCase.inputs
  const hasSteps = first.length > 1 || (first.length === 1 && testCase.layer().takesIds !== undefined)
  // given states, a recurrent layer heeds no mask (as in Keras)
  const isTold = testCase.initialStates === 0 && !testCase.ownMask
  const isMasked = testCase.layer().mask !== undefined && hasSteps && isTold
  const feature = `layers.${className}`
  describe(`${className} ${testCase.name}`, () => {
    it.each(ENGINES)('has the shapes it says, $name', ({ engine }) => checkShapes(testCase, engine))
    it('comes back from its configuration', () => checkConfiguration(testCase))
    it('has the gradients that finite differences show', async () => {
      const error = await checkGradients(testCase)
      record({ feature, against: 'finite differences' }, error)
    })
    it.each(WASM_ENGINES)('trains as in float64, $name', async ({ engine }) => {
      const error = await checkTraining(testCase, engine)
      record({ feature, against: 'own float64' }, error)
    })
    it.each(ENGINES)('is saved and loaded, $name', ({ engine }) => checkFile(testCase, engine))
    if (isMasked)
      it.each(ENGINES)('does not see what is masked, $name', ({ engine }) => checkMasks(testCase, engine))
  })
}

/** What comes out has the shape that was promised; so has a batch that fills its plan only in part, with the same numbers. */
async function checkShapes(testCase: LayerCase, engine: Engine): Promise<void> {
  const network = networkOf(testCase)
  const model = modelOf(network, { engine })
  const samples = samplesFor(network, FULL)
  const shapes = (await predict(model, samples)).map(({ shape }) => shape)
  expect(shapes).toEqual(
    network.outputs.map(({ shape }) => [FULL.rows, ...shape.map((dim) => dim ?? FULL.steps)]),
  )
  const few = samplesFor(network, SHORT)
  const again = await predict(model, few)
  const alone = await predict(modelOf(networkOf(testCase), { engine }), few)
  for (const [index, { shape, data }] of again.entries()) {
    expect(shape).toEqual(predictionShapes(network, few)[index])
    expectNear(data, alone[index].data, 1e-6, 'a short batch')
  }
}

async function checkConfiguration(testCase: LayerCase): Promise<void> {
  const network = networkOf(testCase)
  const model = modelOf(network, { engine: reference() })
  const json = plain(model.toJson())
  const read = readModelJson(json, CLASSES, { engine: reference() }).model as Functional
  expect(plain(read.toJson())).toEqual(json)
  expect(read.weightNames).toEqual(model.weightNames)
  await read.setWeights(await model.getWeights())
  const samples = samplesFor(network, FULL)
  expect(await predict(read, samples)).toEqual(await predict(model, samples))
}

const plain = (json: Json): Json => JSON.parse(JSON.stringify(json))

/** @returns the largest error of a slope, relative to the slope where that is above 1 */
async function checkGradients(testCase: LayerCase): Promise<number> {
  const network = networkOf(testCase)
  const pass = await Pass.open(network, reference(), FULL, { training: true, masked: false })
  const machine = pass.machine as ReferenceMachine
  const outputs = network.outputs.map((_, index) => [`y${index}`, `seed${index}`])
  const found = await pass.run()
  const loss = async () => {
    const values = await pass.run()
    return outputs.reduce((sum, [y, seed]) => sum + dot(values[y], pass.feeds[seed].data), 0)
  }
  let worst = 0
  for (const output of pass.outputs.filter((name) => name.startsWith('d '))) {
    const name = output.slice(2)
    const isInput = name in pass.feeds
    const start = isInput ? Float64Array.from(pass.feeds[name].data) : await machine.read64(name)
    const move = async (distance: number, along: Float64Array) => {
      const moved = start.map((value, i) => value + distance * along[i])
      if (isInput) pass.feeds[name] = { data: moved }
      else await machine.write(name, moved)
    }
    for (const along of directions(start.length)) {
      await move(STEP, along)
      const above = await loss()
      await move(-STEP, along)
      const expected = (above - (await loss())) / (2 * STEP)
      await move(0, along)
      const error = Math.abs(dot(found[output], along) - expected) / Math.max(1, Math.abs(expected))
      expect(error, `${output}: finite differences give ${expected}`).toBeLessThan(SLOPE)
      worst = Math.max(worst, error)
    }
  }
  return worst
}

/** Three unit vectors, and one that takes in all entries. */
function directions(size: number): Float64Array[] {
  const generator = new Generator(size, 1)
  return [
    ...[...generator.permutation(size)].slice(0, 3).map((at) => new Float64Array(size).fill(1, at, at + 1)),
    Float64Array.from({ length: size }, () => generator.normal() / Math.sqrt(size)),
  ]
}

/** One step of a model in which the layer stands behind another one. @returns the largest deviation of a weight */
async function checkTraining(testCase: LayerCase, engine: Engine): Promise<number> {
  const truth = await trained(testCase, reference())
  const found = await trained(testCase, engine)
  let worst = 0
  for (const [index, { data }] of found.weights.entries()) {
    // a bias in front of a layer that takes means away stays where it is, but for roundings
    const isStill = truth.weights[index].data.every((value) => Math.abs(value) < STILL)
    const [ours, theirs] = [data, truth.weights[index].data].map((values) =>
      isStill ? [1, ...values] : values,
    )
    expectNear(ours, theirs, FLOAT32, found.names[index])
    worst = Math.max(worst, deviation(ours, theirs))
  }
  return worst
}

async function trained(testCase: LayerCase, engine: Engine) {
  const { model, names } = await trainedModel(testCase, engine)
  return { names, weights: await model.getWeights() }
}

async function trainedModel(testCase: LayerCase, engine: Engine) {
  const network = networkOf(testCase, (units) => dense({ units }))
  const model = modelOf(network, { engine })
  model.compile({ optimizer: 'sgd', loss: 'mse' })
  const samples = samplesFor(network, FULL)
  const targets = predictionShapes(network, samples).map((shape, index) => numbers(shape, 30 + index))
  await model.fit(oneOrAll(samples), oneOrAll(targets), { batchSize: FULL.rows, shuffle: false })
  return { model, names: model.weightNames, samples }
}

/** A file gives back the same weights, the same bits of predictions, and the same layer. */
async function checkFile(testCase: LayerCase, engine: Engine): Promise<void> {
  const { model, samples } = await trainedModel(testCase, engine)
  // a file holds float32s, of which the reference's weights are no longer after a step
  await model.setWeights(await model.getWeights())
  const loaded = (await loadModel(await model.saveBytes(), { engine })) as unknown as Functional
  expect(await loaded.weightsSha256()).toBe(await model.weightsSha256())
  expect(plain(loaded.getConfig())).toEqual(plain(model.getConfig()))
  expect(await predict(loaded, samples)).toEqual(await predict(model, samples))
}

/** Other numbers in masked steps change no output, in training neither, but for those that are masked themselves. */
async function checkMasks(testCase: LayerCase, engine: Engine): Promise<void> {
  for (const training of [false, true]) {
    const pass = await Pass.open(networkOf(testCase), engine, FULL, { training, masked: true })
    const steps = testCase.inputs.map(([dim]) => dim ?? FULL.steps)
    const masks = steps.map((T) => Int32Array.from({ length: FULL.rows * T }, (_, i) => Number(isKept(i, T))))
    for (const [index, data] of masks.entries()) pass.feeds[maskName(index)] = { data }
    const before = await pass.run()
    for (const [index, { feed }] of networkOf(testCase).inputs.entries()) {
      if (testCase.inputs[index].length === 0 || index >= testCase.inputs.length - testCase.initialStates)
        continue
      const { data } = pass.feeds[feed]
      const width = data.length / masks[index].length
      pass.feeds[feed] = {
        data: data.map((value, i) => (masks[index][Math.floor(i / width)] ? value : otherThan(value))),
      }
    }
    const after = await pass.run()
    for (const name of pass.outputs.filter((output) => output.startsWith('y'))) {
      const mask = before[name.replace('y', 'mask')]
      const width = before[name].length / (mask?.length ?? 1)
      const isSeen = (_: number, i: number) => !mask || mask[Math.floor(i / width)] === 1
      expect(after[name].filter(isSeen)).toEqual(before[name].filter(isSeen))
    }
  }
}

/** Rows end early, begin late, have a gap, or are whole. */
function isKept(index: number, steps: number): boolean {
  const [row, step] = [Math.floor(index / steps), index % steps]
  return [step < 2, step > 0, step !== 1, true, step > 0 && step < 3][row % 5]
}

const otherThan = (value: number) => (Number.isInteger(value) ? (value === 0 ? 1 : value - 1) : 1 - value)

async function predict(model: Functional, samples: readonly Tensor[]): Promise<readonly Float32Tensor[]> {
  const found = await model.predict(oneOrAll(samples))
  return Array.isArray(found) ? found : [found as Float32Tensor]
}

const oneOrAll = <T>(list: readonly T[]): T | readonly T[] => (list.length === 1 ? list[0] : list)

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
