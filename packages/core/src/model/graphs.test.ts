import { describe, expect, it } from 'vitest'
import type { Json } from '../config/keras.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import { reference } from '../engines/reference/reference.ts'
import { OptionError } from '../errors.ts'
import * as layers from '../layers/index.ts'
import { input } from '../layers/input.ts'
import { type GoldenTensor, readGolden, tensorOf } from '../testing/golden.ts'
import { model } from './functional.ts'
import { modelFromConfig } from './serialize.ts'

interface Graphs {
  readonly models: Readonly<Record<string, Graph>>
  readonly refused: Readonly<Record<string, Json>>
}
interface Graph {
  readonly json: Json
  readonly weights: readonly GoldenTensor[]
  readonly x: readonly GoldenTensor[]
  readonly outputs: readonly GoldenTensor[]
}

const { models, refused } = readGolden<Graphs>('graphs')
const engine = reference()

const read = (json: Json) => modelFromConfig<readonly Float32Tensor[]>(json, { engine })

/** Keras predicts in float32. */
async function expectOutputs(model: ReturnType<typeof read>, { weights, x, outputs }: Graph): Promise<void> {
  await model.setWeights(weights.map(tensorOf))
  const [first, ...more] = x.map(tensorOf)
  const found = [await model.predict(more.length === 0 ? first : [first, ...more])].flat()
  expect(found.map(({ shape }) => shape)).toEqual(outputs.map(({ shape }) => shape))
  for (const [index, { data }] of outputs.entries())
    expect(Math.max(...data.map((value, i) => Math.abs(value - found[index].data[i])))).toBeLessThan(2e-6)
}

describe('a graph that Keras wrote computes the same', () => {
  it.each(Object.entries(models))('%s', async (_, graph) => {
    await expectOutputs(read(graph.json), graph)
  })
})

describe('and goes through our own JSON', () => {
  it.each(Object.entries(models))('%s', async (_, graph) => {
    const json = read(graph.json).toJson()
    const again = read(json)
    expect(again.toJson()).toEqual(json)
    await expectOutputs(again, graph)
  })
})

it('masks put layers in another order here, too', async () => {
  const graph = models['masks that make layers deeper']
  const starts = ['a', 'b', 'c'].map((name) => input({ shape: [4], dtype: 'int32', name }))
  const embedded = ['one', 'two', 'three'].map((name, i) =>
    layers.embedding({ inputDim: 6, outputDim: 2, maskZero: true, name }).apply(starts[i]),
  )
  const both = layers.concatenate({ axis: 1, name: 'both' }).apply(embedded.slice(0, 2))
  const read = layers.lstm({ units: 2, returnSequences: true, name: 'read' }).apply(embedded[2])
  const outputs = [
    layers.globalAveragePooling1d({ name: 'mean' }).apply(read),
    layers.gru({ units: 2, name: 'last' }).apply(both),
  ]
  const made = model({ inputs: starts, outputs, engine })
  expect(made.layers.map(({ name }) => name)).toEqual(['one', 'two', 'three', 'read', 'both', 'mean', 'last'])
  await expectOutputs(made as never, graph)
})

it('outputs in an object have the names of its keys, in losses, metrics and labels', async () => {
  const { json, x, outputs } = models['objects of inputs and outputs']
  const [level, topic] = outputs.map(tensorOf)
  const figures = await read(json).evaluate(x.map(tensorOf), { topic, level })
  expect(Object.keys(figures)).toEqual(['loss', 'levelLoss', 'topicLoss', 'levelMae'])
})

describe('what would compute something else is refused by name', () => {
  const ownMask = /is called with a mask of its own/
  it.each<[string, RegExp]>([
    ['a mask given as an input', ownMask],
    ['a mask of other sequences', ownMask],
    ['a mask for softmax', ownMask],
    ['a model with masks, joined', ownMask],
    ['a + 1', /expected tensors in its call; got 1/],
    ["attention's scores", /return_attention_scores true, is not supported/],
    ['causal at times', /called both with use_causal_mask and without/],
  ])('%s', (name, reason) => {
    expect(() => read(refused[name])).toThrow(OptionError)
    expect(() => read(refused[name])).toThrow(reason)
  })
})
