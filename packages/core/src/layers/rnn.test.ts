import { describe, expect, it } from 'vitest'
import { isObject } from '../config/keras.ts'
import { readKerasObject } from '../config/readKeras.ts'
import { reference } from '../engines/reference/reference.ts'
import { wasm } from '../engines/wasm/index.ts'
import { OptionError } from '../errors.ts'
import * as initializers from '../initializers/index.ts'
import { readLayer } from '../model/read.ts'
import { sequential } from '../model/sequential.ts'
import { expectNear } from '../testing/compare.ts'
import { numbers, oneHot } from '../testing/data.ts'
import { ENGINES, WASM_ENGINES } from '../testing/engines.ts'
import type { GoldenTensor } from '../testing/golden.ts'
import { runLayer } from '../testing/layerRun.ts'
import { ready } from '../testing/ready.ts'
import type { Cell, CellStep } from './cells/cell.ts'
import { LAYER_CLASSES } from './classes.ts'
import * as layers from './index.ts'
import type { Layer } from './layer.ts'

/** Keras's example of a cell of one's own. */
function minimalCell(units: number, more: Partial<Cell> = {}): Cell {
  return {
    className: 'MinimalRNNCell',
    stateSizes: [units],
    weights: ([features]) => [
      { name: 'kernel', shape: [Number(features), units], initializer: initializers.randomUniform() },
      { name: 'recurrent_kernel', shape: [units, units], initializer: initializers.randomUniform() },
    ],
    emit(step) {
      const [before] = step.states
      const h = step.add(
        step.dense(step.x, step.weight('kernel')),
        step.dense(before, step.weight('recurrent_kernel')),
      )
      return { output: h, states: [h] }
    },
    ...more,
  }
}

const golden = (shape: readonly number[], seed: number, scale = 1): GoldenTensor => {
  const { data } = numbers(shape, seed)
  return { shape, data: [...data].map((value) => Math.fround(scale * value)) }
}
const constant = (shape: readonly number[], value: number): GoldenTensor => ({
  shape,
  data: new Array(shape.reduce((a, b) => a * b)).fill(value),
})
const identity = (size: number): GoldenTensor => ({
  shape: [size, size],
  data: Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0)),
})

const X = numbers([9, 5, 3], 1)
const Y = oneHot([9], 4, 2)

describe.each(ENGINES)('on $name', ({ engine }) => {
  it('runs a cell of the user’s own, with gradients, as the layer of the same formula', async () => {
    const modelOf = (layer: Layer) => {
      const model = sequential([layer, layers.dense({ units: 4, activation: 'softmax' })], {
        engine,
        seed: 1,
      })
      model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' })
      return model
    }
    const own = modelOf(layers.rnn({ cell: minimalCell(6), inputShape: [5, 3] }))
    const simple = { units: 6, activation: 'linear', useBias: false, inputShape: [5, 3] } as const
    const known = modelOf(layers.simpleRNN(simple))
    await known.setWeights(await own.getWeights())
    expectNear((await own.predict(X)).data, (await known.predict(X)).data, 1e-5, 'predictions')
    await own.fit(X, Y, { epochs: 2, batchSize: 4, shuffle: false })
    await known.fit(X, Y, { epochs: 2, batchSize: 4, shuffle: false })
    const [weights, expected] = [await own.getWeights(), await known.getWeights()]
    for (const [index, { data }] of expected.entries())
      expectNear(weights[index].data, data, 1e-4, `weight ${index}`)
  })

  it('trains a stack of odd cells on open lengths, and repeats the output of a cell whose output is no state', async () => {
    const scaled = minimalCell(4, {
      outputSize: 2,
      weights: ([features]) => [
        ...minimalCell(4).weights([features]),
        { name: 'out', shape: [4, 2], initializer: initializers.randomUniform() },
      ],
      emit(step) {
        const { states } = minimalCell(4).emit(step)
        return { output: step.dense(states[0], step.weight('out')), states }
      },
    })
    const cell = [layers.lstmCell({ units: 3, activation: 'softsign', recurrentDropout: 0.3 }), scaled]
    const model = sequential(
      [
        layers.rnn({ cell, returnSequences: true, inputShape: [null, 3] }),
        layers.rnn({ cell: layers.gruCell({ units: 4, activation: 'gelu' }) }),
        layers.dense({ units: 4, activation: 'softmax' }),
      ],
      { engine, seed: 2 },
    )
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' })
    const first = await model.evaluate(X, Y)
    const history = await model.fit(X, Y, { epochs: 12, batchSize: 5 })
    expect(history.history.loss.at(-1)).toBeLessThan(first.loss)
  })
})

it('has the same bits on any number of threads', async () => {
  // before the workers are there, thread 0 would do everything
  await ready(3)
  const trained = async (threads: number) => {
    const cell = [layers.lstmCell({ units: 5, peepholes: true, zoneout: 0.1 }), layers.gruCell({ units: 4 })]
    const model = sequential([layers.bidirectional({ layer: layers.rnn({ cell }), inputShape: [5, 3] })], {
      engine: wasm({ kernels: 'simd', threads }),
      seed: 3,
    })
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    await model.fit(numbers([50, 5, 3], 1), numbers([50, 8], 4), { epochs: 2, batchSize: 30 })
    return model.weightsSha256()
  }
  expect(await trained(3)).toBe(await trained(1))
})

it('streams a stack step by step, with the bits of the whole', async () => {
  const cell = [
    layers.lstmCell({ units: 20, peepholes: true }),
    layers.gruCell({ units: 5, activation: 'softsign' }),
  ]
  const model = sequential(
    [
      layers.rnn({ cell, returnSequences: true, inputShape: [null, 3] }),
      layers.timeDistributed({ layer: layers.dense({ units: 2 }) }),
    ],
    { engine: wasm({ kernels: 'simd', threads: 1 }), seed: 1 },
  )
  const x = numbers([1, 6, 3], 5)
  const whole = await model.predict(x)
  const stream = await model.stream()
  const steps = Array.from({ length: 6 }, (_, t) => [...stream.push(x.data.subarray(3 * t, 3 * t + 3))])
  expect(steps.flat()).toEqual([...whole.data])
})

describe('random masks', () => {
  const generator = Int32Array.of(7, 0, 1, 0)
  const SEEDS = [constant([4, 6, 8], 1)]

  it('of the state are the same at every step', async () => {
    // h_t = h_{t−1} ⊙ mask: after t steps an entry is 0 or 2^t
    const cell = layers.simpleRNNCell({
      units: 8,
      activation: 'linear',
      useBias: false,
      recurrentDropout: 0.5,
    })
    const run = {
      layer: layers.rnn({ cell, returnSequences: true }),
      weights: [constant([3, 8], 0), identity(8)],
      batches: [golden([4, 6, 3], 1)],
      initialState: [constant([4, 8], 1)],
      seeds: SEEDS,
    }
    const machine = await reference().open()
    const { outputs } = await runLayer(machine, { ...run, generator })
    const h = outputs[0][0]
    const kept = h.map((value, i) => Math.sign(h[Math.floor(i / 48) * 48 + (i % 8)] * value))
    for (const [i, value] of h.entries()) expect(value).toBe(kept[i] * 2 ** (1 + (Math.floor(i / 8) % 6)))
    expect(kept.filter((k) => k > 0).length / kept.length).toBeGreaterThan(0.2)
    expect(kept.filter((k) => k > 0).length / kept.length).toBeLessThan(0.8)
    const still = await runLayer(machine, run)
    expect(new Set(still.outputs[0][0])).toEqual(new Set([1]))
  })

  it.each([
    [{ dropout: 0.2 }, 1],
    [{ dropout: 0.2, implementation: 1 }, 4],
    [{ dropout: 0.2, recurrentDropout: 0.2 }, 8],
    [{ recurrentDropout: 0.2 }, 4],
  ] as const)('%j: so many as Keras draws', async (options, count) => {
    const layer = layers.rnn({ cell: layers.lstmCell({ units: 8, ...options }), returnSequences: true })
    const weights = [golden([3, 32], 1), golden([8, 32], 2), golden([32], 3)]
    const run = { layer, weights, batches: [golden([4, 6, 3], 4)], seeds: SEEDS }
    const machine = await reference().open()
    const { program } = await runLayer(machine, { ...run, generator })
    const drawn = program.instructions.filter(({ op }) => op === 'dropoutMask')
    expect(drawn).toHaveLength(count)
    expect(new Set(drawn.map(({ attributes }) => attributes.stream)).size).toBe(count)
    const fused = program.instructions.some(({ op }) => op === 'lstm')
    expect(fused).toBe(count === 1)
    // what is not random runs on the kernel
    const still = await runLayer(machine, run)
    expect(still.program.instructions.some(({ op }) => op === 'lstm')).toBe(true)
  })

  it('of zoneout keep a share of the entries, another at every step', async () => {
    const UNITS = 40
    const T = 20
    const cell = layers.lstmCell({ units: UNITS, zoneout: { h: 0.3 } })
    const { outputs } = await runLayer(await reference().open(), {
      layer: layers.rnn({ cell, returnSequences: true }),
      weights: [golden([3, 4 * UNITS], 1), golden([UNITS, 4 * UNITS], 2), golden([4 * UNITS], 3)],
      batches: [golden([8, T, 3], 4)],
      seeds: [constant([8, T, UNITS], 1)],
      generator,
    })
    const h = outputs[0][0]
    const same = [...h.keys()].filter((i) => Math.floor(i / UNITS) % T > 0 && h[i] === h[i - UNITS])
    expect(same.length / (8 * (T - 1) * UNITS)).toBeGreaterThan(0.27)
    expect(same.length / (8 * (T - 1) * UNITS)).toBeLessThan(0.33)
    const columns = new Set(same.map((i) => i % UNITS))
    expect(columns.size).toBe(UNITS)
  })
})

describe('explain', () => {
  it('tells what runs on a kernel, and why the rest does not', async () => {
    const explained = async (cell: Cell) => {
      const model = sequential([layers.rnn({ cell, inputShape: [5, 3] })], { engine: WASM_ENGINES[0].engine })
      return model.explain()
    }
    const fused = await explained(layers.lstmCell({ units: 4 }))
    expect(fused.instructions.map(({ op }) => op)).toEqual(['lstm'])
    const { instructions, text } = await explained(layers.lstmCell({ units: 4, activation: 'softsign' }))
    const scan = instructions.find(({ op }) => op === 'scan')
    expect(scan?.reason).toMatch(/^no fused kernel has the activation 'softsign'; /)
    expect(scan?.step?.length).toBeGreaterThan(8)
    expect(text).toContain('at every step')
    const own = await explained(minimalCell(4))
    expect(own.instructions.find(({ op }) => op === 'scan')?.reason).toMatch(
      /^'MinimalRNNCell' is a cell without a kernel of its own; /,
    )
  })
})

describe('what is wrong', () => {
  const WEIGHT = { name: 'w', shape: [3, 3], initializer: initializers.ones() }

  it.each([
    [{}, "option 'cell' is missing"],
    [{ cell: 7 }, 'expected a cell, e.g. layers.lstmCell({ units: 32 })'],
    [{ cell: [] }, "option 'cells' must be a list of at least one cell"],
    [{ cell: [layers.lstm({ units: 3 })] }, 'cell 0: expected a cell'],
    [{ cell: minimalCell(3), returnSequence: true }, "Did you mean 'returnSequences'?"],
    [{ cell: minimalCell(3, { stateSizes: [0] }) }, 'expected a cell'],
    [{ cell: minimalCell(3, { className: undefined as never }) }, 'an object with className'],
  ])('%j', (options, message) => {
    expect(() => layers.rnn(options as never)).toThrow(message)
  })

  it.each([
    [
      { zoneout: 1 },
      "'zoneout' must be a number from 0 up to, but not including, 1, or such numbers as { h, c }; got 1",
    ],
    [{ zoneout: { o: 0.1 } }, "'zoneout' must be"],
    [{ zoneout: { '': 0.1 } }, "'zoneout' must be"],
    [{ projection: 0 }, "'projection' must be a whole number greater than 0; got 0"],
    [{ peephole: true }, "Did you mean 'peepholes'?"],
  ])('an LSTM cell with %j', (options, message) => {
    expect(() => layers.lstmCell({ units: 3, ...options } as never)).toThrow(message)
  })

  it.each([
    [{ stateSizes: [3, 3] }, 'emit must return 2 states, as its stateSizes say; got 1'],
    [
      { outputSize: 2 },
      'emit must return its output as float32[batch, 2], as the cell says; got float32[batch, 3]',
    ],
    [{ emit: () => undefined }, 'emit must return { output, states }, values of the step; got undefined'],
    [{ emit: ({ x }: CellStep) => ({ output: x }) }, 'emit must return { output, states }'],
    [{ weights: () => [] }, "no layer or cell declared a weight 'rnn/kernel'"],
    [{ weights: () => undefined }, 'weights must return a list; got undefined. Without any: []'],
    [{ weights: () => [{ name: 'w' }] }, 'a weight must have a name, a shape and an initializer'],
    [{ weights: () => [WEIGHT, WEIGHT] }, "two of its weights are named 'w'; names must differ"],
  ])('a cell that does not keep its word: %j', async (more, message) => {
    const predict = async () => {
      const cell = minimalCell(3, more as Partial<Cell>)
      return sequential([layers.rnn({ cell, inputShape: [5, 3] })], { engine: reference() }).predict(X)
    }
    await expect(predict()).rejects.toThrow(OptionError)
    await expect(predict()).rejects.toThrow(message)
  })

  it('a cell of one’s own in a file is refused by name; what Keras has not, Keras refuses', () => {
    const read = ({ config }: Layer) => readLayer('RNN', config, { layers: LAYER_CLASSES })
    expect(() => read(layers.rnn({ cell: minimalCell(3) }))).toThrow(
      "cell class 'MinimalRNNCell' is not supported",
    )
    const cell = [layers.lstmCell({ units: 3, zoneout: 0.1, projection: 2 }), layers.gruCell({ units: 2 })]
    const layer = layers.rnn({ cell, goBackwards: true })
    expect(read(layer).config).toEqual(layer.config)
    const { config } = readKerasObject('the stack', layer.config.cell)
    const [first] = Array.isArray(config.cells) ? config.cells : []
    const inner = isObject(first) && isObject(first.config) ? first.config : {}
    expect(inner).toMatchObject({ name: 'lstm_cell', projection: 2, zoneout: { h: 0.1, c: 0.1 } })
    expect(inner).not.toHaveProperty('peepholes')
  })

  it('a Bidirectional of layers that do not fit', () => {
    const lstm = (options: object) => layers.lstm({ units: 3, ...options })
    const both = (options: object) => () => layers.bidirectional({ layer: lstm({}), ...options } as never)
    expect(both({ layer: layers.dense({ units: 2 }) })).toThrow("'layer' must be a recurrent layer")
    expect(both({ mergeMode: 'max' })).toThrow(
      "'mergeMode' must be 'concat', 'sum', 'mul', 'ave' or null; got 'max'",
    )
    expect(both({ backwardLayer: lstm({}) })).toThrow('both have false')
    expect(both({ backwardLayer: lstm({ goBackwards: true, returnSequences: true }) })).toThrow(
      'both layers must have the same returnSequences; got false and true',
    )
    const unequal = layers.bidirectional({
      layer: lstm({}),
      backwardLayer: layers.gru({ units: 2, goBackwards: true }),
      mergeMode: 'sum',
    })
    expect(() => unequal.outputShape([5, 3])).toThrow(
      "mergeMode 'sum' needs both layers to have as many units; got 3 and 2",
    )
  })
})
