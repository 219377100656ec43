import { describe, expect, it } from 'vitest'
import { camelKeys, type JsonObject } from '../config/keras.ts'
import type { Machine } from '../engines/engine.ts'
import { reference } from '../engines/reference/reference.ts'
import { machineOn } from '../engines/wasm/testing.ts'
import { DataError } from '../errors.ts'
import { add } from '../ops/add.ts'
import { Builder } from '../program/builder.ts'
import { differentiate } from '../program/differentiate.ts'
import { BATCH, type Program, resolveShape, sizeOf, type Value } from '../program/program.ts'
import { type GoldenTensor, readGolden, tensorOf } from '../testing/golden.ts'
import { gru, lstm, simpleRNN } from './index.ts'
import { input } from './input.ts'
import type { EmitContext, Layer, WeightSpec } from './layer.ts'
import { around } from './recurrent.ts'
import type { SymbolicTensor } from './symbolic.ts'

// Masks, states and orders against Keras (test/golden/recurrent_states.py): outputs, masks of the outputs, gradients of
// weights, of the input and of the initial states.

interface StatesCase {
  readonly name: string
  readonly className: 'LSTM' | 'GRU' | 'SimpleRNN'
  readonly config: JsonObject
  readonly masked: boolean
  readonly weights: Readonly<Record<string, GoldenTensor>>
  readonly batches: readonly GoldenTensor[]
  readonly initialState: readonly GoldenTensor[]
  readonly seeds: readonly GoldenTensor[]
  readonly answer: {
    readonly outputs: readonly (readonly GoldenTensor[])[]
    readonly masks: readonly (GoldenTensor | null)[]
    readonly gradients: Readonly<Record<string, GoldenTensor>>
  }
}

const { cases } = readGolden<{ cases: readonly StatesCase[] }>('recurrent-states')
const LAYERS = { LSTM: lstm, GRU: gru, SimpleRNN: simpleRNN } as Record<string, (options: never) => Layer>

describe.each([
  ['reference', () => reference().open(), 1e-7],
  ['wasm', () => machineOn('simd'), 5e-6],
] as const)('%s', (_, open, tolerance) => {
  it.each(cases)('$name', async (golden) => {
    const machine = await open()
    await around.load()
    const layer = LAYERS[golden.className](camelKeys(golden.config) as never)
    const program = emit(golden, layer)
    const answers = await run(machine, golden, layer, program)
    const near = (found: Float32Array, expected: GoldenTensor, what: string) => {
      const worst = Math.max(...expected.data.map((value, i) => Math.abs(value - found[i])))
      expect(worst, what).toBeLessThan(tolerance * Math.max(1, ...expected.data.map(Math.abs)))
    }
    for (const [batch, outputs] of golden.answer.outputs.entries())
      for (const [index, expected] of outputs.entries())
        near(answers[batch][`y${index}`], expected, `output ${index} of batch ${batch}`)
    const last = answers[answers.length - 1]
    for (const [name, expected] of Object.entries(golden.answer.gradients))
      near(gradientOf(last, layer, golden, name), expected, `gradient of ${name}`)
    for (const [index, expected] of golden.answer.masks.entries())
      expect(program.outputs[`mask${index}`] === undefined, `mask ${index}`).toBe(expected === null)
  })
})

describe('recurrent layers', () => {
  it('refuse initial states of another shape or number', () => {
    const x = input({ shape: [5, 2] })
    const [h, wrong] = [input({ shape: [4] }), input({ shape: [3] })]
    const states = (layer: Layer, initialState: SymbolicTensor[]) => () => layer.apply(x, { initialState })
    expect(states(lstm({ units: 4 }), [h, wrong])).toThrow(
      /layers\.lstm: initialState must be h \[batch, 4\] and c \[batch, 4\]; got \[batch, 4\] and \[batch, 3\]/,
    )
    expect(states(lstm({ units: 4 }), [h])).toThrow(DataError)
    expect(states(gru({ units: 4 }), [h, h])).toThrow(/layers\.gru: initialState must be h \[batch, 4\]; got/)
    expect(states(simpleRNN({ units: 4 }), [h])).not.toThrow()
  })
})

function specsOf(layer: Layer, { batches }: StatesCase): readonly WeightSpec[] {
  return layer.weights(batches[0].shape.slice(1))
}

/** The layer alone, and the gradients of Σ seed ⊙ output. */
function emit(golden: StatesCase, layer: Layer): Program {
  const builder = new Builder(golden.name)
  const [, T, features] = golden.batches[0].shape
  const x = builder.input('x', { shape: [BATCH, T, features], dtype: 'float32' })
  const mask = golden.masked ? builder.input('mask', { shape: [BATCH, T], dtype: 'int32' }) : null
  const initial = golden.initialState.map(({ shape }, index) =>
    builder.input(`initialState${index}`, { shape: [BATCH, shape[1]], dtype: 'float32' }),
  )
  const weights = new Map<string, Value>()
  for (const { name, rows, shape, gates } of specsOf(layer, golden))
    for (const part of rows ?? [name]) {
      const type = { shape: rows ? shape.slice(1) : shape, dtype: 'float32', gates } as const
      weights.set(part, builder.parameter(part, type))
    }
  const context: EmitContext = {
    builder,
    weight: (name) => weights.get(name) as Value,
    generator: null,
    stream: 0,
    training: true,
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
  const masks = typeof layer.mask === 'function' ? [layer.mask(context, x, ...initial)].flat() : []
  const seeds = new Map<Value, Value>()
  for (const [index, output] of outputs.entries()) {
    builder.output(`y${index}`, output)
    // the last output and the state h are one value
    const seed = builder.input(`seed${index}`, output)
    const other = seeds.get(output)
    seeds.set(output, other ? builder.emit(add, { a: other, b: seed }, {}).y : seed)
    if (masks[index]) builder.output(`mask${index}`, masks[index] as Value)
  }
  const wanted: [string, Value][] = [
    ...weights,
    ['x', x],
    ...initial.map((value, index): [string, Value] => [`initialState${index}`, value]),
  ]
  const gradients = differentiate(
    builder,
    seeds,
    wanted.map(([, value]) => value),
  )
  for (const [name, value] of wanted) builder.output(`d ${name}`, gradients.get(value) as Value)
  return builder.finish()
}

/** Batch after batch; what the layer carries is fed again. */
async function run(
  machine: Machine,
  golden: StatesCase,
  layer: Layer,
  program: Program,
): Promise<Record<string, Float32Array>[]> {
  const counts = { [BATCH]: golden.batches[0].shape[0] }
  const executable = await machine.load(program, counts)
  for (const { name, rows } of specsOf(layer, golden)) {
    const data = tensorOf(golden.weights[name]).data
    const parts = rows ?? [name]
    for (const [index, part] of parts.entries()) {
      const size = data.length / parts.length
      await machine.write(part, data.slice(index * size, (index + 1) * size))
    }
  }
  const fetchesOf = () =>
    Object.fromEntries(
      Object.entries(program.outputs).map(([name, id]) => [
        name,
        new Float32Array(sizeOf(resolveShape(program.values[id].shape, counts))),
      ]),
    )
  const feeds: Record<string, { data: Float32Array | Int32Array }> = {}
  for (const [index, seed] of golden.seeds.entries())
    feeds[`seed${index}`] = { data: tensorOf(seed).data as Float32Array }
  for (const [index, state] of golden.initialState.entries())
    feeds[`initialState${index}`] = { data: tensorOf(state).data as Float32Array }
  for (const name of Object.keys(program.inputs))
    if (name.startsWith('state/')) feeds[name] = { data: fetchesOf()[name] }
  const answers: Record<string, Float32Array>[] = []
  for (const batch of golden.batches) {
    const x = tensorOf(batch).data as Float32Array
    feeds.x = { data: x }
    if (golden.masked) feeds.mask = { data: maskOf(x, batch.shape[2]) }
    const fetches = fetchesOf()
    await executable.run(counts, feeds, fetches)
    for (const name of Object.keys(feeds))
      if (name.startsWith('state/')) feeds[name] = { data: fetches[name] }
    answers.push(fetches)
  }
  return answers
}

/** 0 where a vector is all zeros. */
function maskOf(x: Float32Array, features: number): Int32Array {
  return Int32Array.from({ length: x.length / features }, (_, step) =>
    Number(x.subarray(step * features, (step + 1) * features).some((value) => value !== 0)),
  )
}

/** In Keras's form: the rows of one weight together. */
function gradientOf(
  answer: Record<string, Float32Array>,
  layer: Layer,
  golden: StatesCase,
  name: string,
): Float32Array {
  const rows = specsOf(layer, golden).find((spec) => spec.name === name)?.rows ?? [name]
  return Float32Array.from(rows.flatMap((row) => [...answer[`d ${row}`]]))
}
