import type { Machine } from '../engines/engine.ts'
import type { EmitContext, Layer, Mask, WeightSpec } from '../layers/layer.ts'
import { add } from '../ops/add.ts'
import { Builder } from '../program/builder.ts'
import { differentiate } from '../program/differentiate.ts'
import { BATCH, type Program, resolveShape, sizeOf, type Value } from '../program/program.ts'
import { type GoldenTensor, tensorOf } from './golden.ts'

/** A layer alone, on batches that follow one another, what it carries from one to the next included. */
export interface LayerRun {
  readonly layer: Layer
  /** In Keras's order. */
  readonly weights: readonly GoldenTensor[]
  readonly batches: readonly GoldenTensor[]
  /** Are steps whose entries are all zeros masked? */
  readonly masked?: boolean
  readonly initialState?: readonly GoldenTensor[]
  /** The gradients are those of Σ seed ⊙ output over all outputs of the last batch. */
  readonly seeds: readonly GoldenTensor[]
  /** In training: seed and step. */
  readonly generator?: Int32Array
}

export interface LayerAnswer {
  /** By batch. */
  readonly outputs: readonly (readonly Float32Array[])[]
  readonly masks: readonly boolean[]
  /** Of the weights, the input and the initial states. */
  readonly gradients: readonly Float32Array[]
  readonly program: Program
}

export async function runLayer(machine: Machine, run: LayerRun): Promise<LayerAnswer> {
  const { layer, weights, batches, seeds, masked = false, initialState = [], generator } = run
  const specs = layer.weights(batches[0].shape.slice(1))
  const program = emit(run, specs)
  const counts = { [BATCH]: batches[0].shape[0] }
  const executable = await machine.load(program, counts)
  for (const [index, spec] of specs.entries()) {
    const { data } = tensorOf(weights[index])
    const size = data.length / partsOf(spec).length
    for (const [part, name] of partsOf(spec).entries())
      await machine.write(name, data.slice(part * size, (part + 1) * size))
  }
  const room = (id: number) => new Float32Array(sizeOf(resolveShape(program.values[id].shape, counts)))
  const fetchesOf = () =>
    Object.fromEntries(Object.entries(program.outputs).map(([name, id]) => [name, room(id)]))
  const feeds: Record<string, { data: Float32Array | Int32Array }> = {}
  const feed = (prefix: string, tensors: readonly GoldenTensor[]) => {
    for (const [index, tensor] of tensors.entries())
      feeds[`${prefix}${index}`] = { data: tensorOf(tensor).data as Float32Array }
  }
  feed('seed', seeds)
  feed('initialState', initialState)
  if (generator) feeds.generator = { data: generator }
  const carried = Object.keys(program.inputs).filter((name) => name.startsWith('state/'))
  for (const name of carried) feeds[name] = { data: fetchesOf()[name] }
  let fetches: Record<string, Float32Array> = {}
  const outputs: Float32Array[][] = []
  for (const batch of batches) {
    const { data } = tensorOf(batch)
    feeds.x = { data: data as Float32Array | Int32Array }
    if (masked) feeds.mask = { data: maskOf(data as Float32Array, batch.shape) }
    fetches = fetchesOf()
    await executable.run(counts, feeds, fetches)
    for (const name of carried) feeds[name] = { data: fetches[name] }
    outputs.push(seeds.map((_, index) => fetches[`y${index}`]))
  }
  const gradient = (names: readonly string[]) =>
    Float32Array.from(names.flatMap((name) => [...(fetches[`d ${name}`] ?? [])]))
  const inputs = ['x', ...initialState.map((_, index) => `initialState${index}`)]
  return {
    outputs,
    masks: seeds.map((_, index) => `mask${index}` in program.outputs),
    gradients: [...specs.map(partsOf), ...inputs.map((name) => [name])].map(gradient),
    program,
  }
}

function partsOf({ name, rows }: WeightSpec): readonly string[] {
  return rows ?? [name]
}

function emit(
  { layer, batches, masked, initialState = [], seeds, generator }: LayerRun,
  specs: readonly WeightSpec[],
): Program {
  const builder = new Builder('a layer alone')
  const [{ shape, dtype = 'float32' }] = batches
  const x = builder.input('x', { shape: [BATCH, ...shape.slice(1)], dtype })
  const mask: Mask = masked ? builder.input('mask', { shape: [BATCH, shape[1]], dtype: 'int32' }) : null
  const initial = initialState.map(({ shape }, index) =>
    builder.input(`initialState${index}`, { shape: [BATCH, shape[1]], dtype: 'float32' }),
  )
  const weights = new Map<string, Value>()
  for (const spec of specs)
    for (const part of partsOf(spec)) {
      const own = spec.rows ? spec.shape.slice(1) : spec.shape
      weights.set(part, builder.parameter(part, { shape: own, dtype: 'float32', gates: spec.gates }))
    }
  const context: EmitContext = {
    builder,
    weight: (name) => weights.get(name) as Value,
    generator: generator ? builder.input('generator', { shape: [4], dtype: 'int32' }) : null,
    stream: 0,
    training: generator !== undefined,
    streaming: false,
    initialStates: initial.length,
    mask: () => mask,
    update: () => {},
    penalize: () => {},
    state: (name, shape) => ({
      before: builder.input(`state/${name}`, { shape: [BATCH, ...shape], dtype: 'float32' }),
      after: (value) => builder.output(`state/${name}`, value),
    }),
  }
  const outputs = [layer.emit(context, x, ...initial)].flat() as Value[]
  const masks = masksOf(layer, context, x, initial)
  const losses = new Map<Value, Value>()
  for (const [index, output] of outputs.entries()) {
    builder.output(`y${index}`, output)
    // the last output and a state may be one value
    const seed = builder.input(`seed${index}`, output)
    const other = losses.get(output)
    losses.set(output, other ? builder.emit(add, { a: other, b: seed }, {}).y : seed)
    const found = masks[index]
    if (found) builder.output(`mask${index}`, found)
  }
  if (seeds.length !== outputs.length)
    throw new Error(`the layer has ${outputs.length} outputs, the case ${seeds.length}`)
  const wanted = [...weights.values(), ...(dtype === 'float32' ? [x] : []), ...initial]
  for (const [value, found] of differentiate(builder, losses, wanted))
    builder.output(`d ${value.name}`, found)
  return builder.finish()
}

function masksOf(layer: Layer, context: EmitContext, x: Value, initial: readonly Value[]): readonly Mask[] {
  if (typeof layer.mask === 'function') return [layer.mask(context, x, ...initial)].flat()
  return layer.mask ? [context.mask()] : []
}

/** 0 where all entries of a step are zero. */
function maskOf(x: Float32Array, [rows, steps]: readonly number[]): Int32Array {
  const size = x.length / (rows * steps)
  return Int32Array.from({ length: rows * steps }, (_, step) =>
    Number(x.subarray(step * size, (step + 1) * size).some((value) => value !== 0)),
  )
}
