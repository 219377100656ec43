import { describe, expect, it } from 'vitest'
import { camelCase, camelKeys, type JsonObject } from '../config/keras.ts'
import { Builder } from '../program/builder.ts'
import { differentiate } from '../program/differentiate.ts'
import { BATCH } from '../program/program.ts'
import { ENGINES } from '../testing/engines.ts'
import { type GoldenTensor, readGolden, tensorOf } from '../testing/golden.ts'
import { ACTIVATION_NAMES, type ActivationName } from './activationOption.ts'
import { type ActivationParameters, emitActivation } from './activations.ts'

interface ActivationCase {
  readonly name: string
  readonly activation: string
  readonly parameters: JsonObject
  readonly x: GoldenTensor
  readonly seed: GoldenTensor
  readonly y: GoldenTensor
  readonly gradient: GoldenTensor
}

const { cases } = readGolden<{ cases: readonly ActivationCase[] }>('activations')

it('has every activation that Keras has by name', () => {
  const named = cases.map(({ activation }) => camelCase(activation))
  expect(ACTIVATION_NAMES.filter((name) => !named.includes(name))).toEqual([])
  expect(named.filter((name) => !ACTIVATION_NAMES.includes(name as ActivationName))).toEqual([])
})

/** Every number by itself, as some are a thousand times as large as others. */
function expectEach(found: ArrayLike<number>, truth: readonly number[], what: string, limit: number): void {
  const errors = truth.map((value, i) => Math.abs(found[i] - value) / Math.max(1, Math.abs(value)))
  expect(Math.max(...errors), `${what}: the largest deviation`).toBeLessThan(limit)
}

describe.each(ENGINES)('activations on $name, against Keras', ({ engine }) => {
  it.each(cases)('$name', async ({ activation, parameters, x, seed, y, gradient }) => {
    const builder = new Builder('activation')
    const type = ({ shape }: GoldenTensor) =>
      ({ shape: [BATCH, ...shape.slice(1)], dtype: 'float32' }) as const
    const [input, cotangent] = [builder.input('x', type(x)), builder.input('seed', type(seed))]
    const name = camelCase(activation) as ActivationName
    const result = emitActivation(builder, name, input, camelKeys(parameters) as ActivationParameters)
    expect(result.shape).toEqual(type(y).shape)
    builder.output('y', result)
    const gradients = differentiate(builder, new Map([[result, cotangent]]), [input])
    builder.output('gradient', gradients.get(input) ?? input)
    const rows = x.shape[0]
    const executable = await (await engine.open()).load(builder.finish(), { [BATCH]: rows })
    const fetches = { y: new Float32Array(y.data.length), gradient: new Float32Array(x.data.length) }
    const feeds = { x: { data: tensorOf(x).data }, seed: { data: tensorOf(seed).data } }
    await executable.run({ [BATCH]: rows }, feeds, fetches)
    // far below 0, Keras's own float32 squareplus is a difference of two large numbers
    const limit = activation === 'squareplus' ? 1e-5 : 2e-6
    expectEach(fetches.y, y.data, 'values', limit)
    expectEach(fetches.gradient, gradient.data, 'gradient', limit)
  })
})
