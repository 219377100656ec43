import { describe, expect, it } from 'vitest'
import type { Feed } from '../engines/engine.ts'
import { activation } from '../ops/activation.ts'
import { add } from '../ops/add.ts'
import { dense } from '../ops/dense.ts'
import { lstm } from '../ops/lstm.ts'
import { multiply } from '../ops/multiply.ts'
import { rnn } from '../ops/rnn.ts'
import { expectNear } from '../testing/compare.ts'
import { numbers } from '../testing/data.ts'
import { ENGINES } from '../testing/engines.ts'
import { Builder } from './builder.ts'
import { differentiate } from './differentiate.ts'
import { emitScan, type Step } from './emitScan.ts'
import { type Program, resolveShape, sizeOf, type Value } from './program.ts'

// What is written down step by step gives what the fused operations give, forward and back.

const B = 5
const T = 6
const I = 4
const H = 18
const BOUNDS = { batch: B + 2, time: T + 1 }
const COUNTS = { batch: B, time: T }

interface Recurrent {
  readonly h: Value
  readonly last: readonly Value[]
}

type Emit = (builder: Builder, reverse: boolean) => Recurrent

const float = (...shape: (string | number)[]) => ({ shape, dtype: 'float32' as const })

function operandsOf(builder: Builder, gates: number) {
  const blocks = (...shape: number[]) => ({ ...float(...shape), gates })
  return {
    x: builder.input('x', float('batch', 'time', I)),
    kernel: builder.parameter('kernel', blocks(I, gates * H)),
    recurrentKernel: builder.parameter('recurrentKernel', blocks(H, gates * H)),
    bias: builder.parameter('bias', blocks(gates * H)),
    h0: builder.input('h0', float('batch', H)),
  }
}

const fusedRnn: Emit = (builder, reverse) => {
  const { h, hLast } = builder.emit(rnn, operandsOf(builder, 1), { activation: 'tanh', reverse })
  return { h, last: [hLast] }
}

const scannedRnn: Emit = (builder, reverse) => {
  const { x, h0, kernel, recurrentKernel, bias } = operandsOf(builder, 1)
  const { outputs, states } = emitScan(
    builder,
    { sequences: [x], states: [h0], reverse, why: 'a test' },
    (step) => {
      const fromX = step.builder.emit(
        dense,
        { x: step.x[0], kernel: step.given(kernel), bias: step.given(bias) },
        {},
      ).y
      const fromH = step.builder.emit(dense, { x: step.states[0], kernel: step.given(recurrentKernel) }, {}).y
      const z = step.builder.emit(add, { a: fromX, b: fromH }, {}).y
      const h = step.builder.emit(activation, { x: z }, { kind: 'tanh' }).y
      return { outputs: [h], states: [h] }
    },
  )
  return { h: outputs[0], last: states }
}

/** An LSTM whose gates have kernels of their own, so that the two ways take their weights from different places. */
const GATES = ['i', 'f', 'c', 'o'] as const

function gateWeights(builder: Builder) {
  return GATES.map((gate) => ({
    kernel: builder.parameter(`kernel ${gate}`, float(I, H)),
    recurrentKernel: builder.parameter(`recurrentKernel ${gate}`, float(H, H)),
    bias: builder.parameter(`bias ${gate}`, float(H)),
  }))
}

const scannedLstm: Emit = (builder, reverse) => {
  const x = builder.input('x', float('batch', 'time', I))
  const h0 = builder.input('h0', float('batch', H))
  const c0 = float('batch', H)
  const weights = gateWeights(builder)
  const { outputs, states } = emitScan(
    builder,
    { sequences: [x], states: [h0, c0], reverse, why: 'a test' },
    ({ builder: step, x: [now], states: [h, c], given }: Step) => {
      const [i, f, g, o] = weights.map(({ kernel, recurrentKernel, bias }, gate) => {
        const fromX = step.emit(dense, { x: now, kernel: given(kernel), bias: given(bias) }, {}).y
        const fromH = step.emit(dense, { x: h, kernel: given(recurrentKernel) }, {}).y
        const z = step.emit(add, { a: fromX, b: fromH }, {}).y
        return step.emit(activation, { x: z }, { kind: gate === 2 ? 'tanh' : 'sigmoid' }).y
      })
      const times = (a: Value, b: Value) => step.emit(multiply, { a, b }, {}).y
      const cell = step.emit(add, { a: times(f, c), b: times(i, g) }, {}).y
      const out = times(o, step.emit(activation, { x: cell }, { kind: 'tanh' }).y)
      return { outputs: [out], states: [out, cell] }
    },
  )
  return { h: outputs[0], last: states }
}

const fusedLstm: Emit = (builder, reverse) => {
  const attributes = { activation: 'tanh', recurrentActivation: 'sigmoid', reverse } as const
  const { h, hLast, cLast } = builder.emit(lstm, operandsOf(builder, 4), attributes)
  return { h, last: [hLast, cLast] }
}

/** Results, and gradients of a loss that weighs all of them. */
function programOf(emit: Emit, reverse: boolean): Program {
  const builder = new Builder('both ways')
  const { h, last } = emit(builder, reverse)
  const results = { h, ...Object.fromEntries(last.map((value, i) => [`last ${i}`, value])) }
  const seeds = new Map<Value, Value>()
  for (const [name, value] of Object.entries(results)) {
    builder.output(name, value)
    seeds.set(value, builder.input(`seed of ${name}`, value))
  }
  const wanted = builder.values.filter(
    ({ role, name }) => role === 'parameter' || (role === 'input' && !name.startsWith('seed')),
  )
  for (const [value, gradient] of differentiate(builder, seeds, wanted))
    builder.output(`d ${value.name}`, gradient)
  return builder.finish()
}

/** Column blocks of a matrix [rows, 4H], each a matrix [rows, H]. */
function blocks(data: Float32Array, rows: number): Float32Array[] {
  return GATES.map((_, gate) =>
    Float32Array.from({ length: rows * H }, (_, i) => data[Math.floor(i / H) * 4 * H + gate * H + (i % H)]),
  )
}

it('a recurrent operation in a step has no way back', () => {
  const builder = new Builder('nested')
  const x = builder.input('x', float('batch', 'time', 3, I))
  const kernel = builder.parameter('kernel', float(I, H))
  const recurrentKernel = builder.parameter('recurrentKernel', float(H, H))
  const { outputs } = emitScan(
    builder,
    { sequences: [x], states: [], reverse: false, why: 'a test' },
    ({ builder: step, x: [now], given }) => {
      const operands = { x: now, kernel: given(kernel), recurrentKernel: given(recurrentKernel) }
      const { hLast } = step.emit(rnn, operands, { activation: 'tanh', reverse: false })
      return { outputs: [hLast], states: [] }
    },
  )
  const seeds = new Map([[outputs[0], builder.input('seed', outputs[0])]])
  expect(() => differentiate(builder, seeds, [kernel, recurrentKernel])).toThrow(
    /'weightGradient' in its gradient looks from step to step, so its step can hold no recurrent operation/,
  )
})

describe.each(ENGINES)('on $name', ({ engine }) => {
  async function run(emit: Emit, reverse: boolean, weights: Readonly<Record<string, Float32Array>>) {
    const machine = await engine.open()
    const program = programOf(emit, reverse)
    const executable = await machine.load(program, BOUNDS)
    for (const [name, data] of Object.entries(weights)) await machine.write(name, data)
    const sizeAt = (id: number) => resolveShape(program.values[id].shape, COUNTS)
    const feeds: Record<string, Feed> = Object.fromEntries(
      Object.entries(program.inputs).map(([name, id]) => [
        name,
        { data: numbers(sizeAt(id), name.length).data },
      ]),
    )
    const fetches = Object.fromEntries(
      Object.entries(program.outputs).map(([name, id]) => [name, new Float32Array(sizeOf(sizeAt(id)))]),
    )
    await executable.run(COUNTS, feeds, fetches)
    return { fetches, explanation: await executable.explain() }
  }

  it.each([false, true])('a simple RNN, reverse: %s', async (reverse) => {
    const weights = {
      kernel: numbers([I, H], 1).data,
      recurrentKernel: numbers([H, H], 2).data.map((w) => w / 4),
      bias: numbers([H], 3).data,
    }
    const fused = await run(fusedRnn, reverse, weights)
    const scanned = await run(scannedRnn, reverse, weights)
    expect(Object.keys(scanned.fetches).sort()).toEqual(Object.keys(fused.fetches).sort())
    for (const [name, data] of Object.entries(fused.fetches))
      expectNear(scanned.fetches[name], data, 1e-5, name)
  })

  it.each([false, true])('an LSTM, reverse: %s', async (reverse) => {
    const kernel = numbers([I, 4 * H], 1).data
    const recurrentKernel = numbers([H, 4 * H], 2).data.map((w) => w / 4)
    const bias = numbers([4 * H], 3).data
    const apart = Object.fromEntries(
      GATES.flatMap((gate, i) => [
        [`kernel ${gate}`, blocks(kernel, I)[i]],
        [`recurrentKernel ${gate}`, blocks(recurrentKernel, H)[i]],
        [`bias ${gate}`, blocks(bias, 1)[i]],
      ]),
    )
    const fused = await run(fusedLstm, reverse, { kernel, recurrentKernel, bias })
    const scanned = await run(scannedLstm, reverse, apart)
    for (const name of ['h', 'last 0', 'last 1', 'd x', 'd h0'])
      expectNear(scanned.fetches[name], fused.fetches[name], 1e-5, name)
    for (const [i, gate] of GATES.entries()) {
      for (const [name, rows] of Object.entries({ kernel: I, recurrentKernel: H, bias: 1 })) {
        const expected = blocks(fused.fetches[`d ${name}`], rows)[i]
        expectNear(scanned.fetches[`d ${name} ${gate}`], expected, 1e-5, `d ${name} ${gate}`)
      }
    }
  })

  it('does products of the sequence for all steps at once, and tells what a step does', async () => {
    const { explanation } = await run(scannedLstm, false, {})
    const [there, back] = explanation.instructions.filter(({ op }) => op === 'scan')
    expect(there.step?.map(({ op }) => op).filter((op) => op === 'dense')).toHaveLength(4)
    expect(back.step?.filter(({ op }) => op === 'dense')).toHaveLength(4)
    // one product with each recurrent kernel, and little else
    const products = BOUNDS.time * BOUNDS.batch * 2 * H * 4 * H
    for (const { flops } of [there, back]) {
      expect(flops).toBeGreaterThan(products)
      expect(flops).toBeLessThan(1.5 * products)
    }
    const outside = explanation.instructions.map(({ op }) => op)
    // nobody transposes or sums at every step
    expect(outside.filter((op) => op === 'transpose')).toHaveLength(8)
    expect(outside.filter((op) => op === 'weightGradient')).toHaveLength(8)
  })
})
