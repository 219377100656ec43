import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../config/keras.ts'
import { loadDemanded } from '../config/onDemand.ts'
import type { Engine, Feed } from '../engines/engine.ts'
import { readLayer } from '../model/read.ts'
import { Builder } from '../program/builder.ts'
import { differentiate } from '../program/differentiate.ts'
import { BATCH, type Dim, type Value } from '../program/program.ts'
import { ENGINES } from '../testing/engines.ts'
import { type GoldenTensor, readGolden, tensorOf } from '../testing/golden.ts'
import { LAYER_CLASSES } from './classes.ts'
import type { EmitContext, Layer } from './layer.ts'

interface LayerCase {
  readonly name: string
  readonly layer: { readonly class_name: string; readonly config: JsonObject }
  readonly training: boolean
  readonly inputs: readonly GoldenTensor[]
  readonly masks: readonly (GoldenTensor | null)[]
  readonly weights: Readonly<Record<string, GoldenTensor>>
  readonly seed: GoldenTensor
  readonly output: GoldenTensor
  readonly mask: GoldenTensor | null
  readonly inputGradients: readonly GoldenTensor[]
  readonly weightGradients: Readonly<Record<string, GoldenTensor>>
  readonly updated: Readonly<Record<string, GoldenTensor>>
  /** What Keras's get_config() gives. */
  readonly config: JsonObject
}

const { cases } = readGolden<{ cases: readonly LayerCase[] }>('around')

function layerOf({ layer: { class_name, config } }: Pick<LayerCase, 'layer'>): Layer {
  return readLayer(class_name, config, { layers: LAYER_CLASSES })
}

/** Every number by itself. */
function expectEach(found: ArrayLike<number>, truth: GoldenTensor, what: string): void {
  expect(found.length, `${what}: how many`).toBe(truth.data.length)
  const errors = truth.data.map((value, i) => Math.abs(found[i] - value) / Math.max(1, Math.abs(value)))
  expect(Math.max(...errors), `${what}: the largest deviation`).toBeLessThan(5e-6)
}

/** What one call of the layer gives, by name; open: the steps are counted at run time. */
async function call(engine: Engine, found: LayerCase, open = false) {
  const layer = layerOf(found)
  await loadDemanded()
  const shapes = found.inputs.map(({ shape }) =>
    shape.slice(1).map((dim, i) => (open && i === 0 ? null : dim)),
  )
  const expected = layer.outputShape(...shapes)
  expect(expected.map((dim, i) => dim ?? found.output.shape[i + 1])).toEqual(found.output.shape.slice(1))

  const builder = new Builder(found.name)
  const feeds: Record<string, Feed> = {}
  const wanted: Value[] = []
  const input = (name: string, tensor: GoldenTensor, like?: Value) => {
    const dims: Dim[] = [BATCH, ...tensor.shape.slice(1)]
    if (open && dims.length > 1) dims[1] = 'time'
    feeds[name] = { data: tensorOf(tensor).data }
    return builder.input(name, { shape: like?.shape ?? dims, dtype: tensor.dtype ?? 'float32' })
  }
  const inputs = found.inputs.map((tensor, i) => input(`x${i}`, tensor))
  const masks = found.masks.map((tensor, i) => tensor && input(`mask${i}`, tensor))
  const updates: Record<string, Value> = {}
  const specs = layer.weights(...shapes)
  expect(specs.map(({ name }) => name)).toEqual(Object.keys(found.weights))
  const weights = new Map(
    specs.map(({ name, shape }) => {
      expect(shape).toEqual(found.weights[name].shape)
      return [name, builder.parameter(name, { shape: shape.length === 0 ? [1] : shape, dtype: 'float32' })]
    }),
  )
  const context: EmitContext = {
    builder,
    weight: (name) => weights.get(name) as Value,
    generator: null,
    stream: 0,
    training: found.training,
    streaming: false,
    initialStates: 0,
    mask: (i = 0) => masks[i] ?? null,
    update: (name, change) => {
      updates[name] = change(updates[name] ?? (weights.get(name) as Value))
    },
    penalize: () => {},
    state: () => {
      throw new Error('no states here')
    },
  }
  const output = layer.emit(context, ...inputs) as Value
  builder.output('output', output)
  const mask = layer.mask === true ? context.mask() : (layer.mask?.(context, ...inputs) ?? null)
  expect(mask !== null).toBe(found.mask !== null)
  if (mask) builder.output('mask', mask as Value)
  wanted.push(...inputs.filter(({ dtype }) => dtype === 'float32'))
  const trainable = specs
    .filter((spec) => spec.trainable !== false && layer.trainable)
    .map(({ name }) => name)
  expect(trainable).toEqual(Object.keys(found.weightGradients))
  const parameters = trainable.map((name) => weights.get(name) as Value)
  const gradients = differentiate(builder, new Map([[output, input('seed', found.seed, output)]]), [
    ...wanted,
    ...parameters,
  ])
  for (const [value, gradient] of gradients) builder.output(`d${value.name}`, gradient)
  for (const [name, value] of Object.entries(updates)) builder.output(`updated ${name}`, value)

  const program = builder.finish()
  const machine = await engine.open()
  const counts: Record<string, number> = {
    [BATCH]: found.inputs[0].shape[0],
    ...(open ? { time: found.inputs[0].shape[1] } : {}),
  }
  const executable = await machine.load(program, counts)
  for (const [name, { data }] of Object.entries(found.weights))
    await machine.write(name, Float32Array.from(data))
  const fetches: Record<string, Float32Array> = {}
  for (const name of Object.keys(program.outputs)) fetches[name] = new Float32Array(10_000)
  await executable.run(counts, feeds, fetches)
  const sizes = Object.fromEntries(
    Object.entries(program.outputs).map(([name, id]) => [name, program.values[id]]),
  )
  return { fetches, sizes, layer }
}

function check(found: LayerCase, fetches: Readonly<Record<string, Float32Array>>): void {
  const compare = (name: string, truth: GoldenTensor) => {
    const result = fetches[name]
    const some = truth.data.some((number) => number !== 0)
    if (!result && !some) return
    expect(result, `${name} is there`).toBeDefined()
    expectEach(result.subarray(0, truth.data.length), truth, name)
  }
  compare('output', found.output)
  if (found.mask) compare('mask', found.mask)
  for (const [i, gradient] of found.inputGradients.entries()) compare(`dx${i}`, gradient)
  for (const [name, gradient] of Object.entries(found.weightGradients)) compare(`d${name}`, gradient)
  if (!found.training) return
  for (const [name, value] of Object.entries(found.updated))
    if (fetches[`updated ${name}`]) compare(`updated ${name}`, value)
    else expect(value).toEqual(found.weights[name])
}

describe.each(ENGINES)('layers on $name, against Keras', ({ engine }) => {
  it.each(cases)('$name', async (found) => {
    check(found, (await call(engine, found)).fetches)
  })
})

// those that work whatever the length
const anyLength = cases.filter(
  ({ inputs, layer: { class_name, config } }) =>
    inputs.every(
      ({ shape }) =>
        shape.length >= 2 + Number(class_name !== 'Embedding') && shape[1] === inputs[0].shape[1],
    ) &&
    !/Flatten|Reshape|Permute|Dot|TimeDistributed/.test(class_name) &&
    !(class_name === 'Concatenate' && config.axis === 1) &&
    !(config.padding === 'same' && !class_name.includes('Conv')) &&
    !(config.padding === 'same' && config.strides) &&
    !(class_name === 'PReLU' && !config.shared_axes) &&
    !JSON.stringify(config.axis ?? 0).includes('[1') &&
    !((class_name === 'BatchNormalization' || class_name === 'LayerNormalization') && config.axis === 1),
)

describe.each(ENGINES)('layers on $name, steps counted at run time', ({ engine }) => {
  it.each(anyLength)('$name', async (found) => {
    check(found, (await call(engine, found, true)).fetches)
  })
})

describe('configuration', () => {
  it.each(cases)('$name', (found) => {
    const { config } = layerOf(found)
    const { name: _, dtype: __, trainable: ___, ...theirs } = found.config
    // what has been given is written; defaults that Keras leaves out may be
    expect({ ...config, ...theirs }).toEqual(config)
    expect(layerOf({ layer: { ...found.layer, config } }).config).toEqual(config)
  })
})
