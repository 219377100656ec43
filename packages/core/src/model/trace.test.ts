import { describe, expect, it } from 'vitest'
import { camelKeys, type JsonObject } from '../config/keras.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import { OptionError } from '../errors.ts'
import { gradientFlow, layers, model, sequential } from '../index.ts'
import { input } from '../layers/input.ts'
import { Generator } from '../random/generator.ts'
import { ENGINES } from '../testing/engines.ts'
import { type GoldenTensor, readGolden, tensorOf } from '../testing/golden.ts'

interface TraceCase {
  readonly name: string
  readonly className: 'LSTM' | 'GRU' | 'SimpleRNN'
  readonly config: JsonObject
  readonly weights: readonly GoldenTensor[]
  readonly x: GoldenTensor
  readonly y: GoldenTensor
  readonly loss: number
  readonly values: Readonly<Record<string, GoldenTensor>>
  readonly gradients: Readonly<Record<string, GoldenTensor>>
}

const { cases } = readGolden<{ cases: readonly TraceCase[] }>('trace')
const LAYERS = { LSTM: layers.lstm, GRU: layers.gru, SimpleRNN: layers.simpleRNN }

const numbers = (seed: number, ...shape: number[]) => {
  const generator = new Generator(seed)
  const size = shape.reduce((a, b) => a * b)
  return { shape, data: Float32Array.from({ length: size }, () => 2 * generator.uniform() - 1) }
}

describe.each(ENGINES)('model.trace on $name', ({ engine }) => {
  it.each(cases)("shows what PyTorch's autograd sees: $name", async (golden) => {
    const options = { ...camelKeys(golden.config), inputShape: golden.x.shape.slice(1) }
    const net = sequential([LAYERS[golden.className](options as never), layers.dense({ units: 1 })], {
      engine,
    })
    await net.setWeights(golden.weights.map(tensorOf))
    const found = await net.trace(tensorOf(golden.x), { y: tensorOf(golden.y), loss: 'meanSquaredError' })
    expect(found.loss).toBeCloseTo(golden.loss, 6)
    const [layer] = found.layers
    expect([layer.kind, layer.backwards]).toEqual([golden.className, golden.config.go_backwards])
    for (const [what, expected] of [
      [layer, golden.values],
      [layer.gradients, golden.gradients],
    ] as const) {
      const all: Record<string, { data: ArrayLike<number> } | null | undefined> = {
        h: what?.h,
        c: what?.c,
        ...what?.gates,
      }
      for (const [name, { data }] of Object.entries(expected))
        for (const [i, value] of data.entries())
          expect(all[name]?.data[i], `${name} ${i}`).toBeCloseTo(value, 6)
    }
    const [flow] = gradientFlow(found)
    const { data } = golden.gradients.h
    const [rows, steps, units] = golden.gradients.h.shape
    for (let t = 0; t < steps; t++) {
      const step = data.filter((_, i) => Math.floor(i / units) % steps === t)
      expect(step).toHaveLength(rows * units)
      expect(flow.h[t]).toBeCloseTo(Math.hypot(...step), 6)
    }
  })

  it('agrees with the gradient of an initial state, in the middle of a sequence cut in two', async () => {
    const [x, y] = [numbers(1, 3, 6, 2), numbers(2, 3, 1)]
    const lstm = layers.lstm({ units: 4, inputShape: [6, 2] })
    const head = layers.dense({ units: 1 })
    const whole = sequential([lstm, head], { seed: 5, engine })
    const found = await whole.trace(x, { y, loss: 'meanSquaredError' })
    // the second half, with the states in the middle as inputs
    const [rest, h0, c0] = [input({ shape: [3, 2] }), input({ shape: [4] }), input({ shape: [4] })]
    const half = model({
      inputs: [rest, h0, c0],
      outputs: head.apply(lstm.apply(rest, { initialState: [h0, c0] })),
      engine,
    })
    await half.setWeights(await whole.getWeights())
    half.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    const { h, c, gates, gradients } = found.layers[0]
    const middle = (of: Float32Array) =>
      Float32Array.from({ length: 12 }, (_, i) => of[(Math.floor(i / 4) * 6 + 2) * 4 + (i % 4)])
    const second = Float32Array.from({ length: 18 }, (_, i) => x.data[Math.floor(i / 6) * 12 + 6 + (i % 6)])
    const lossAt = async (states: [Float32Array, Float32Array]) => {
      const inputs = [{ shape: [3, 3, 2], data: second }, ...states.map((data) => ({ shape: [3, 4], data }))]
      const { data } = await half.predict(inputs)
      return data.reduce((sum, p, i) => sum + (p - y.data[i]) ** 2, 0) / 3
    }
    const states = [middle(h.data), middle(c?.data as Float32Array)] as [Float32Array, Float32Array]
    const slope = async (state: 0 | 1, i: number) => {
      const moved = (by: number) => {
        const copies = states.map((data) => data.slice()) as [Float32Array, Float32Array]
        copies[state][i] += by
        return lossAt(copies)
      }
      return ((await moved(0.01)) - (await moved(-0.01))) / 0.02
    }
    const dh = middle(gradients?.h.data as Float32Array)
    const dc = middle(gradients?.c?.data as Float32Array)
    const output = middle(gates.output.data)
    for (let i = 0; i < 12; i++) {
      expect(dh[i]).toBeCloseTo(await slope(0, i), 4)
      // the cell has an effect on its own step's output too
      const a = Math.tanh(states[1][i])
      expect(dc[i]).toBeCloseTo((await slope(1, i)) + dh[i] * output[i] * (1 - a * a), 4)
    }
  })
})

describe('model.trace', () => {
  const net = () =>
    sequential([layers.lstm({ units: 3, inputShape: [null, 2] }), layers.dense({ units: 2 })], { seed: 1 })

  it('shows values alone without labels', async () => {
    const { loss, predictions, layers: found } = await net().trace(numbers(1, 2, 5, 2))
    expect(loss).toBeNull()
    expect(found[0].gradients).toBeNull()
    expect(found[0].layer).toBe('lstm')
    expect(Object.keys(found[0].gates)).toEqual(['input', 'forget', 'cell', 'output'])
    expect(predictions[0].shape).toEqual([2, 2])
    expect(gradientFlow({ loss, predictions, layers: found })).toEqual([])
  })

  it('traces sequences of different lengths together as one by one', async () => {
    const lengths = [5, 2, 4]
    const x = lengths.map((length, i) => numbers(10 + i, length, 2))
    const y = numbers(2, 3, 2)
    const traced = net()
    const all = await traced.trace(x, { y, loss: 'meanSquaredError' })
    const part = ({ data, shape: [, T, H] }: Float32Tensor, i: number) =>
      data.slice(i * T * H, (i * T + lengths[i]) * H)
    let loss = 0
    for (const [i, sequence] of x.entries()) {
      const own = { shape: [1, 2], data: y.data.slice(2 * i, 2 * i + 2) }
      const one = await traced.trace([sequence], { y: own, loss: 'meanSquaredError' })
      loss += (one.loss as number) / 3
      expect(part(all.layers[0].h, i)).toEqual(one.layers[0].h.data)
      expect(part(all.layers[0].gates.forget, i)).toEqual(one.layers[0].gates.forget.data)
      // a third of the loss each
      const [gradient, expected] = [all, one].map(
        ({ layers: [found] }) => found.gradients?.h as Float32Tensor,
      )
      for (const [n, value] of part(gradient, i).entries()) expect(value).toBeCloseTo(expected.data[n] / 3, 6)
    }
    expect(all.loss).toBeCloseTo(loss, 6)
  })

  it('refuses them where a layer looks at no mask', async () => {
    const seeing = sequential([
      layers.conv1d({ filters: 3, kernelSize: 2, padding: 'same', inputShape: [null, 2] }),
      layers.lstm({ units: 3 }),
    ])
    const x = [numbers(1, 5, 2), numbers(2, 3, 2)]
    await expect(seeing.trace(x)).rejects.toThrow(/looks at no mask.*Trace those of one length at a time/)
  })

  it('takes the loss that compile was given, and says so where there is none', async () => {
    const [x, y] = [numbers(1, 2, 5, 2), numbers(2, 2, 2)]
    const compiled = net()
    await expect(compiled.trace(x, { y })).rejects.toThrow(/give \{ y, loss \}, or compile the model first/)
    compiled.compile({ optimizer: 'adam', loss: 'meanAbsoluteError', metrics: ['accuracy'] })
    const { loss } = await compiled.trace(x, { y })
    expect(loss).toBeCloseTo((await compiled.evaluate(x, y)).loss, 6)
    await expect(compiled.trace(x, { z: 1 } as never)).rejects.toThrow(/no option 'z'/)
  })

  it('says where there is nothing to look into', async () => {
    const plain = sequential([layers.dense({ units: 3, inputShape: [2] })])
    await expect(plain.trace([[1, 2]])).rejects.toThrow(OptionError)
  })
})
