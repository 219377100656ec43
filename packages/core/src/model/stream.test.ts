import { describe, expect, it } from 'vitest'
import { reference } from '../engines/reference/reference.ts'
import { wasm } from '../engines/wasm/index.ts'
import { DataError, OptionError } from '../errors.ts'
import { type Layer, layers, model, sequential } from '../index.ts'
import { input } from '../layers/input.ts'
import { Generator } from '../random/generator.ts'
import { WASM_ENGINES } from '../testing/engines.ts'

const T = 6
const FEATURES = 3
const sequence = (features = FEATURES, seed = 7) => {
  const generator = new Generator(seed)
  return Float32Array.from({ length: T * features }, () => 2 * generator.uniform() - 1)
}
const DENSE = { units: 4, activation: 'softmax' } as const

/** Stacks whose first layer is told what comes in. */
const STACKS: Record<string, (shape: { inputShape: (number | null)[] }) => Layer[]> = {
  LSTM: (shape) => [layers.lstm({ units: 19, ...shape }), layers.dense(DENSE)],
  'GRU, sequences': (shape) => [
    layers.gru({ units: 7, returnSequences: true, ...shape }),
    layers.dense(DENSE),
  ],
  'GRU, reset before': (shape) => [layers.gru({ units: 18, resetAfter: false, ...shape })],
  SimpleRNN: (shape) => [layers.simpleRNN({ units: 5, activation: 'relu', ...shape }), layers.dense(DENSE)],
  'cells that run step by step': (shape) => [
    layers.lstm({ units: 6, activation: 'softsign', recurrentDropout: 0.3, returnSequences: true, ...shape }),
    layers.rnn({
      cell: [layers.lstmCell({ units: 5, peepholes: true }), layers.gruCell({ units: 4 })],
      returnSequences: true,
    }),
    layers.timeDistributed({ layer: layers.dense(DENSE) }),
  ],
  'all that treats steps alike': (shape) => [
    layers.rescaling({ scale: 0.5, offset: 0.1, ...shape }),
    layers.dense({ units: 8, activation: 'gelu' }),
    layers.layerNormalization({}),
    layers.batchNormalization({}),
    layers.gru({ units: 12, returnSequences: true }),
    layers.leakyReLU({}),
    layers.spatialDropout1d({ rate: 0.3 }),
    layers.gaussianNoise({ stddev: 1 }),
    layers.lstm({ units: 6, returnSequences: true }),
    layers.softmax({}),
  ],
  'three on one another': (shape) => [
    layers.dense({ units: 8, activation: 'tanh', ...shape }),
    layers.lstm({ units: 17, returnSequences: true }),
    layers.dropout({ rate: 0.5 }),
    layers.gru({ units: 33, returnSequences: true }),
    layers.activation({ activation: 'relu' }),
    layers.simpleRNN({ units: 9 }),
    layers.dense(DENSE),
  ],
}

describe.each(WASM_ENGINES)('a stream on $name', ({ engine }) => {
  it.each(Object.keys(STACKS))('gives the bits of the offline output of every prefix: %s', async (name) => {
    const net = sequential(STACKS[name]({ inputShape: [null, FEATURES] }), { seed: 3, engine })
    const stream = await net.stream()
    const x = sequence()
    for (let t = 0; t < T; t++) {
      const found = stream.push(x.subarray(t * FEATURES, (t + 1) * FEATURES))
      const prefix = x.slice(0, (t + 1) * FEATURES)
      const offline = await net.predict({ shape: [1, t + 1, FEATURES], data: prefix })
      expect(found).toEqual(offline.data.slice(-found.length))
    }
  })

  it('of ids', async () => {
    const net = sequential(
      [layers.embedding({ inputDim: 9, outputDim: 4, inputShape: [null] }), layers.lstm({ units: 8 })],
      { seed: 5, engine },
    )
    const stream = await net.stream()
    const ids = [3, 8, 0, 5]
    const outputs = ids.map((id) => stream.push(id))
    expect(outputs[3]).toEqual((await net.predict([ids])).data)
    expect(outputs[0]).toEqual((await net.predict([[3]])).data)
  })
})

describe('a stream', () => {
  it.each(['lstm', 'gru', 'simpleRNN'] as const)(
    'holds its state at masked steps, as %s does offline',
    async (name) => {
      const net = sequential(
        [
          layers.masking({ inputShape: [null, FEATURES] }),
          layers[name]({ units: 5, returnSequences: true }),
          layers[name]({ units: 4 }),
        ],
        { seed: 3 },
      )
      const stream = await net.stream()
      const x = sequence()
      for (const t of [0, 2, 5]) x.fill(0, t * FEATURES, (t + 1) * FEATURES)
      for (let t = 0; t < T; t++) {
        const found = stream.push(x.subarray(t * FEATURES, (t + 1) * FEATURES))
        const offline = await net.predict({
          shape: [1, t + 1, FEATURES],
          data: x.slice(0, (t + 1) * FEATURES),
        })
        expect(found).toEqual(offline.data)
      }
    },
  )

  it('of ids, some of them padding', async () => {
    const net = sequential(
      [
        layers.embedding({ inputDim: 9, outputDim: 4, maskZero: true, inputShape: [null] }),
        layers.lstm({ units: 8 }),
      ],
      { seed: 5 },
    )
    const stream = await net.stream()
    const ids = [0, 3, 0, 0, 5, 0]
    const outputs = ids.map((id) => stream.push(id))
    expect(outputs[0]).toEqual(new Float32Array(8))
    expect(outputs[5]).toEqual((await net.predict([ids])).data)
  })

  const lstmOver = (length: number | null) =>
    sequential(STACKS.LSTM({ inputShape: [length, FEATURES] }), { seed: 3 })

  it('serves a model whose number of steps is fixed', async () => {
    const net = lstmOver(T)
    const stream = await net.stream()
    const x = sequence()
    let last = new Float32Array()
    for (let t = 0; t < T; t++)
      last = stream.push(Array.from(x.slice(t * FEATURES, (t + 1) * FEATURES))) as never
    expect(last).toEqual((await net.predict({ shape: [1, T, FEATURES], data: x })).data)
    expect(stream.outputShape).toEqual([4])
  })

  it('begins anew, goes on from a kept state that went through JSON, and is alone with it', async () => {
    const net = lstmOver(null)
    const [stream, other] = [await net.stream(), await net.stream()]
    const first = stream.push([1, 2, 3])
    const kept = JSON.parse(JSON.stringify(stream.state))
    const second = stream.push([4, 5, 6])
    expect(other.push([1, 2, 3])).toEqual(first)
    stream.reset()
    expect(stream.push([1, 2, 3])).toEqual(first)
    stream.state = kept
    expect(stream.push([4, 5, 6])).toEqual(second)
    expect(Object.keys(kept)).toEqual(['lstm/h', 'lstm/c'])
    expect(() => {
      stream.state = { ...kept, 'lstm/c': [1] }
    }).toThrow(/expected lstm\/h of 19 numbers, lstm\/c of 19 numbers/)
    expect(() => {
      stream.state = { 'lstm/h': kept['lstm/h'] }
    }).toThrow(DataError)
  })

  it('refuses what it cannot take before anything is changed', async () => {
    const stream = await lstmOver(null).stream()
    stream.push([1, 2, 3])
    const { state } = stream
    const beyond = state['lstm/h'].with(0, 1e39)
    for (const wrong of [
      { a: 1, b: 2 },
      { ...state, 'lstm/h': beyond },
    ])
      expect(() => {
        stream.state = wrong as never
      }).toThrow(/stream.state: expected lstm\/h of 19 numbers/)
    expect(() => stream.push([1, 2, 1e39])).toThrow(/expected finite numbers/)
    for (const into of [new Float32Array(3), [0, 0, 0, 0]])
      expect(() => stream.push([1, 2, 3], into as never)).toThrow(/expected a Float32Array of 4 to fill/)
    expect(stream.state).toEqual(state)
  })

  it('keeps the weights that it began with, and fills an array of yours', async () => {
    const net = lstmOver(null)
    const stream = await net.stream()
    const before = stream.push([1, 2, 3])
    await net.setWeights(
      (await net.getWeights()).map(({ shape, data }) => ({ shape, data: data.map(() => 0) })),
    )
    stream.reset()
    const room = new Float32Array(4)
    expect(stream.push([1, 2, 3], room)).toBe(room)
    expect(room).toEqual(before)
    expect((await net.stream()).push([1, 2, 3])).toEqual(Float32Array.of(0.25, 0.25, 0.25, 0.25))
  })

  it('works on the reference engine', async () => {
    const net = sequential(STACKS['three on one another']({ inputShape: [null, FEATURES] }), {
      seed: 3,
      engine: reference(),
    })
    const stream = await net.stream()
    const x = sequence()
    let last = new Float32Array()
    for (let t = 0; t < T; t++) last = stream.push(x.subarray(t * FEATURES, (t + 1) * FEATURES)) as never
    const offline = await net.predict({ shape: [1, T, FEATURES], data: x })
    for (const [i, value] of offline.data.entries()) expect(last[i]).toBeCloseTo(value, 6)
  })

  it('of a graph with two inputs and two outputs', async () => {
    const [a, b] = [input({ shape: [null, 3], name: 'a' }), input({ shape: [null, 2], name: 'b' })]
    const h = layers.lstm({ units: 6, returnSequences: true }).apply(a)
    const g = layers.gru({ units: 5, returnSequences: true }).apply(b)
    const net = model({
      inputs: [a, b],
      outputs: [layers.dense({ units: 2 }).apply(h), layers.simpleRNN({ units: 4 }).apply(g)],
      seed: 3,
    })
    const stream = await net.stream()
    const [x, y] = [sequence(3), sequence(2, 8)]
    let last: Float32Array[] = []
    for (let t = 0; t < T; t++) last = stream.pushAll([x.slice(t * 3, t * 3 + 3), y.slice(t * 2, t * 2 + 2)])
    const offline = await net.predict([
      { shape: [1, T, 3], data: x },
      { shape: [1, T, 2], data: y },
    ])
    expect(last[0]).toEqual(offline[0].data.slice(-2))
    expect(last[1]).toEqual(offline[1].data)
    expect(() => stream.push([1, 2, 3])).toThrow(/several inputs; use pushAll/)
    expect(() => stream.pushAll([[1, 2, 3]])).toThrow(/has 2 inputs; got 1/)
  })

  it('of a layer and of a model that are applied twice, each with states of its own', async () => {
    const [a, b] = [input({ shape: [null, 3], name: 'a' }), input({ shape: [null, 3], name: 'b' })]
    const inner = sequential(
      [layers.gru({ units: 5, returnSequences: true, inputShape: [null, 3] }), layers.dense({ units: 3 })],
      { name: 'inner' },
    )
    const shared = layers.lstm({ units: 4, name: 'shared' })
    const outputs = [a, b].map((x) => shared.apply(inner.apply(x)))
    const net = model({ inputs: [a, b], outputs, seed: 3 })
    const stream = await net.stream()
    const [x, y] = [sequence(3), sequence(3, 8)]
    let last: Float32Array[] = []
    for (let t = 0; t < T; t++) last = stream.pushAll([x.slice(t * 3, t * 3 + 3), y.slice(t * 3, t * 3 + 3)])
    const offline = await net.predict([x, y].map((data) => ({ shape: [1, T, 3], data })))
    expect(last).toEqual(offline.map(({ data }) => data))
    expect(Object.keys(stream.state)).toEqual([
      ...['inner/gru/h', 'shared/h', 'shared/c'],
      ...['inner/gru/h (2)', 'shared/h (2)', 'shared/c (2)'],
    ])
  })

  it.each<[string, unknown, RegExp]>([
    ['too few numbers', [1, 2], /expected the 3 numbers of one step/],
    ['a number for a vector', 1, /expected the 3 numbers of one step/],
    ['what is no number', [1, Number.NaN, 3], /expected finite numbers/],
    ['nothing', undefined, /./],
  ])('refuses %s', async (_, x, reason) => {
    const stream = await lstmOver(null).stream()
    expect(() => stream.push(x as never)).toThrow(DataError)
    expect(() => stream.push(x as never)).toThrow(reason)
  })

  it('refuses an id out of range', async () => {
    const net = sequential([
      layers.embedding({ inputDim: 9, outputDim: 4, inputShape: [null] }),
      layers.lstm({ units: 8 }),
    ])
    const stream = await net.stream()
    expect(() => stream.push(9)).toThrow(/expected an id from 0 to 8/)
    expect(() => stream.push(0.5)).toThrow(DataError)
  })

  it.each<[string, Layer[], RegExp]>([
    [
      'reads the end first',
      [layers.lstm({ units: 3, goBackwards: true, inputShape: [null, 3] })],
      /'lstm' \(LSTM\) cannot work step by step: it reads the sequence from its end/,
    ],
    [
      'puts steps together',
      [
        layers.lstm({ units: 3, returnSequences: true, inputShape: [4, 3] }),
        layers.flatten(),
        layers.dense({ units: 1 }),
      ],
      /'flatten' \(Flatten\) cannot work step by step: it puts all steps in one row/,
    ],
    [
      'sees neighbouring steps together',
      [layers.conv1d({ filters: 3, kernelSize: 2, inputShape: [null, 3] }), layers.lstm({ units: 3 })],
      /'conv1d' \(Conv1D\) cannot work step by step: it sees neighbouring steps together/,
    ],
    [
      'takes the mean of all steps',
      [
        layers.lstm({ units: 3, returnSequences: true, inputShape: [null, 3] }),
        layers.globalAveragePooling1d({}),
      ],
      /\(GlobalAveragePooling1D\) cannot work step by step: it takes a figure of several steps/,
    ],
    [
      'reads the sequence from both ends',
      [layers.bidirectional({ layer: layers.lstm({ units: 3 }), inputShape: [null, 3] })],
      /\(Bidirectional\) cannot work step by step: it reads the sequence from its end too/,
    ],
    ['carries nothing', [layers.dense({ units: 3, inputShape: [4, 3] })], /no recurrent layer/],
  ])('says why there is none where a model %s', async (_, stack, reason) => {
    const net = sequential(stack)
    await expect(net.stream()).rejects.toThrow(OptionError)
    await expect(net.stream()).rejects.toThrow(reason)
  })

  it('flattens what has no steps any more', async () => {
    const net = sequential([
      layers.lstm({ units: 3, inputShape: [null, 3] }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ])
    expect((await net.stream()).push([1, 2, 3])).toHaveLength(2)
  })

  it('takes one thread of its own', async () => {
    const net = sequential(STACKS.LSTM({ inputShape: [null, FEATURES] }), {
      seed: 3,
      engine: wasm({ threads: 2 }),
    })
    const stream = await net.stream()
    expect(stream.push([1, 2, 3])).toEqual((await net.predict([[[1, 2, 3]]])).data)
  })
})
