import { describe, expect, it } from 'vitest'
import { DataError } from '../errors.ts'
import { input, layers, loadModel, model, restoreModel, sequential } from '../index.ts'
import { Generator } from '../random/generator.ts'
import { ENGINES } from '../testing/engines.ts'

const [N, T, F] = [4, 6, 3]
const numbers = (seed: number, ...shape: number[]) => {
  const generator = new Generator(seed)
  return {
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 2 * generator.uniform() - 1),
  }
}
/** Steps `from` to `to` of sequences [N, T, F]. */
const steps = ({ shape: [n, t, f], data }: ReturnType<typeof numbers>, from: number, to: number) => ({
  shape: [n, to - from, f],
  data: Float32Array.from({ length: n * (to - from) * f }, (_, i) => {
    const row = Math.floor(i / ((to - from) * f))
    return data[row * t * f + from * f + (i % ((to - from) * f))]
  }),
})

const stateful = (options: object = {}, engine?: (typeof ENGINES)[number]['engine']) =>
  sequential(
    [
      layers.lstm({ units: 5, returnSequences: true, stateful: true, inputShape: [null, F], ...options }),
      layers.gru({ units: 4, stateful: true }),
      layers.dense({ units: 1 }),
    ],
    { seed: 11, engine },
  )

describe.each(ENGINES)('stateful layers on $name', ({ engine }) => {
  it('go on where the batch before ended, until they are reset', async () => {
    const net = stateful({}, engine)
    const x = numbers(1, N, T, F)
    const whole = await net.predict(x)
    await net.resetStates()
    await net.predict(steps(x, 0, 2))
    await net.predict(steps(x, 2, 5))
    const pieces = await net.predict(steps(x, 5, 6))
    for (const [i, value] of whole.data.entries()) expect(pieces.data[i]).toBeCloseTo(value, 6)
    await net.resetStates()
    expect((await net.predict(x)).data).toEqual(whole.data)
    expect((await net.predict(x)).data).not.toEqual(whole.data)
  })

  it('keep their rows where sequences differ in length', async () => {
    const net = stateful({}, engine)
    net.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    const rows = [5, 2, 6, 3].map((length, i) => numbers(20 + i, length, F))
    const alone = await Promise.all(
      rows.map(async (row) => {
        const one = stateful({}, engine)
        await one.predict({ shape: [1, ...row.shape], data: row.data })
        return (await one.predict({ shape: [1, 1, F], data: row.data.slice(0, F) })).data[0]
      }),
    )
    const next = {
      shape: [N, 1, F],
      data: Float32Array.from(rows.flatMap(({ data }) => [...data.slice(0, F)])),
    }
    for (const run of [() => net.predict(rows), () => net.evaluate(rows, numbers(2, N, 1))]) {
      await net.resetStates()
      await run()
      const { data } = await net.predict(next)
      for (const [i, value] of alone.entries()) expect(data[i]).toBeCloseTo(value, 6)
    }
  })

  it('go on from call to call where they are shared, as in Keras', async () => {
    const [a, b] = [input({ shape: [null, F], name: 'a' }), input({ shape: [null, F], name: 'b' })]
    const shared = layers.lstm({ units: 3, stateful: true })
    const net = model({ inputs: [a, b], outputs: [shared.apply(a), shared.apply(b)], seed: 2, engine })
    const plain = sequential([layers.lstm({ units: 3, inputShape: [null, F] })], { engine })
    await plain.setWeights(await net.getWeights())
    const x = numbers(1, 1, 4 * T, F)
    for (let at = 0; at < 4 * T; at += 2 * T) {
      const parts = [steps(x, at, at + T), steps(x, at + T, at + 2 * T)]
      for (const [i, { data }] of (await net.predict(parts)).entries()) {
        const whole = await plain.predict(steps(x, 0, at + (i + 1) * T))
        for (const [n, value] of whole.data.entries()) expect(data[n]).toBeCloseTo(value, 6)
      }
    }
  })

  it('go on in a training whose callback has reset them', async () => {
    const [x, y] = [numbers(1, 2 * N, T, F), numbers(2, 2 * N, 1)]
    const trained = async (resets: boolean) => {
      const net = stateful({}, engine)
      net.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
      const callbacks = resets ? [{ onEpochBegin: () => net.resetStates() }] : []
      await net.fit(x, y, { batchSize: N, shuffle: false, callbacks })
      return net.predict(numbers(3, N, 1, F))
    }
    // before the first batch nothing is there to reset
    expect(await trained(true)).toEqual(await trained(false))
  })

  it('refuse sequences of different lengths where padding is seen', async () => {
    const net = sequential([
      layers.conv1d({ filters: 2, kernelSize: 2, padding: 'same', inputShape: [null, F] }),
      layers.lstm({ units: 3, stateful: true }),
    ])
    await expect(net.predict([2, 3].map((length) => numbers(length, length, F)))).rejects.toThrow(
      /this model is stateful but has layers that see padding/,
    )
  })

  it('share their states among fit, evaluate and predict', async () => {
    const net = stateful({}, engine)
    net.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    const [x, y] = [numbers(1, N, T, F), numbers(2, N, 1)]
    const fresh = await net.predict(x)
    await net.resetStates()
    await net.evaluate(x, y)
    expect((await net.predict(x)).data).not.toEqual(fresh.data)
    await net.resetStates()
    const first = await net.fit(x, y, { shuffle: false })
    await net.resetStates()
    expect((await net.evaluate(x, y)).loss).toBeLessThan(first.history.loss[0])
  })
})

describe('stateful layers', () => {
  const whole = [numbers(1, 4 * N, T, F), numbers(2, 4 * N, 1)] as const
  const compiled = () => {
    const net = stateful()
    net.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    return net
  }
  const options = { epochs: 2, batchSize: N, shuffle: false }
  /** Stopped within its second epoch, and saved. */
  const stopped = async () => {
    const net = compiled()
    const stop = new AbortController()
    const onBatchEnd = () => net.position?.epoch === 1 && net.position.batch === 2 && stop.abort()
    await net.fit(...whole, {
      ...options,
      signal: stop.signal,
      callbacks: [{ onBatchEnd: () => void onBatchEnd() }],
    })
    return net.saveBytes()
  }

  it('go on from a file with the same bits as without a stop', async () => {
    const straight = compiled()
    await straight.fit(...whole, options)
    const bytes = await stopped()
    const loaded = await loadModel(bytes)
    // what is done with it before it goes on does not matter
    await loaded.predict(numbers(5, N + 1, T, F))
    const again = await loadModel(await loaded.saveBytes())
    const other = compiled()
    await other.fit(...whole, { ...options, epochs: 1 })
    await restoreModel(other, bytes)
    for (const net of [loaded, again, other]) {
      await net.fit(...whole, { ...options, resume: true })
      expect(await net.weightsSha256()).toBe(await straight.weightsSha256())
    }
  })

  it('are in the file of a training whose callback resets them after every epoch', async () => {
    const trained = async (stopAt: number) => {
      const net = compiled()
      const stop = new AbortController()
      const onEpochEnd = async () => {
        await net.predict(numbers(3, N, T, F))
        await net.resetStates()
      }
      const onBatchEnd = () => void (net.position?.step === stopAt && stop.abort())
      const callbacks = [{ onEpochEnd, onBatchEnd }]
      await net.fit(...whole, { ...options, signal: stop.signal, callbacks })
      return net
    }
    const [straight, stopped] = [await trained(99), await trained(6)]
    const loaded = await loadModel(await stopped.saveBytes())
    await loaded.fit(...whole, { ...options, resume: true })
    expect(await loaded.weightsSha256()).toBe(await straight.weightsSha256())
  })

  it('begin with zeros after loading, unless training goes on', async () => {
    const loaded = await loadModel(await stopped())
    const first = await loaded.predict(numbers(3, N, T, F))
    await loaded.resetStates()
    expect(await loaded.predict(numbers(3, N, T, F))).toEqual(first)
  })

  it('refuse a batch of another size, and say what to do', async () => {
    const net = stateful()
    await net.predict(numbers(1, N, T, F))
    const other = net.predict(numbers(1, N + 1, T, F))
    await expect(other).rejects.toThrow(DataError)
    await expect(other).rejects.toThrow(
      /every batch has 4 samples; got 5 samples in batches of 5\. Give batchSize: 4, or call model\.resetStates\(\)/,
    )
    await expect(net.predict(numbers(1, 6, T, F), { batchSize: 4 })).rejects.toThrow(
      /got 6 samples in batches of 4\. Give batchSize: 4, and a multiple of 4 samples/,
    )
    await net.resetStates()
    await net.predict(numbers(1, N + 1, T, F))
  })

  it('have the batch that batchInputShape says', async () => {
    const net = stateful({ inputShape: undefined, batchInputShape: [2, null, F] })
    await expect(net.predict(numbers(1, N, T, F))).rejects.toThrow(/every batch has 2 samples/)
    await net.predict(numbers(1, N, T, F), { batchSize: 2 })
    await net.resetStates()
    await expect(net.predict(numbers(1, N, T, F))).rejects.toThrow(/every batch has 2 samples/)
  })
})
