import { describe, expect, it } from 'vitest'
import { reference } from '../engines/reference/reference.ts'
import { DataError, OptionError } from '../errors.ts'
import { input, layers, model, optimizers, sequential } from '../index.ts'
import type { Layer } from './layer.ts'

const make = (name: string, options: object): Layer =>
  (layers as unknown as Record<string, (options: object) => Layer>)[name](options)

describe('options', () => {
  it.each<[string, object, RegExp]>([
    ['masking', { maskValue: Number.NaN }, /'maskValue' must be a finite number; got NaN/],
    ['dropout', { rate: 0.5, noiseShape: 3 }, /'noiseShape' must be a list of whole numbers .*; got 3/],
    ['spatialDropout1d', { rate: 1 }, /'rate' must be a number from 0 up to/],
    ['gaussianNoise', {}, /option 'stddev' is missing/],
    ['gaussianNoise', { stddev: 2 }, /'stddev' must be a number from 0 to 1; got 2/],
    ['gaussianDropout', { rate: -1 }, /'rate' must be/],
    ['reLU', { negativeSlope: -1 }, /'negativeSlope' must be a number of at least 0; got -1/],
    ['prelu', { alphaConstraint: 'nonNeg', alphaInitialiser: 0 }, /alphaConstraint|alphaInitialiser/],
    ['softmax', { axis: 'last' }, /'axis' must be a whole number or a list of them; got 'last'/],
    ['layerNormalization', { axis: [] }, /'axis' must be a whole number or a list/],
    ['layerNormalization', { rmsScaling: true }, /'rmsScaling' is not supported yet/],
    ['batchNormalization', { renorm: true }, /'renorm' is not supported yet/],
    ['batchNormalization', { axis: [1] }, /'axis' must be a whole number/],
    ['normalization', { mean: 1 }, /give both 'mean' and 'variance'/],
    ['rescaling', {}, /option 'scale' is missing/],
    ['conv1d', { filters: 4 }, /option 'kernelSize' is missing/],
    ['conv1d', { filters: 4, kernelSize: 2, padding: 'full' }, /'padding' must be one of/],
    ['conv1d', { filters: 4, kernelSize: 2, strides: 2, dilationRate: 2 }, /cannot both be above 1/],
    ['conv1d', { filters: 4, kernelSize: 2, groups: 3 }, /filters must be a multiple of groups; got 4 and 3/],
    [
      'separableConv1d',
      { filters: 4, kernelSize: 2, padding: 'causal' },
      /'padding' must be one of 'valid', 'same'/,
    ],
    ['averagePooling1d', {}, /option 'poolSize' is missing/],
    ['maxPooling1d', { poolSize: 0 }, /'poolSize' must be a whole number greater than 0; got 0/],
    ['reshape', { targetShape: [-1, -1] }, /only one of targetShape can be −1/],
    ['permute', { dims: [1, 3] }, /'dims' must hold each of 1, 2, … once; got \[1,3\]/],
    ['repeatVector', { n: 0 }, /'n' must be a whole number greater than 0/],
    [
      'cropping1d',
      { cropping: [1, 2, 3] },
      /'cropping' must be a whole number of at least 0, or two of them/,
    ],
    ['cropping1d', { cropping: [] }, /'cropping' must be a whole number of at least 0, or two of them/],
    ['zeroPadding1d', { padding: [] }, /'padding' must be a whole number of at least 0, or two of them/],
    ['attention', { scoreMode: ['dot'] }, /'scoreMode' must be one of 'dot', 'concat'; got \["dot"\]/],
    ['concatenate', { axis: 0 }, /'axis' must be a whole number other than 0/],
    ['dot', { axes: [1] }, /'axes' must be a whole number or two of them/],
    ['attention', { scoreMode: 'cosine' }, /'scoreMode' must be one of 'dot', 'concat'; got 'cosine'/],
    ['attention', { useScail: true }, /no option 'useScail'\. Did you mean 'useScale'\?/],
  ])('%s %j', (name, options, reason) => {
    expect(() => make(name, options)).toThrow(OptionError)
    expect(() => make(name, options)).toThrow(reason)
  })
})

describe('inputs that layers cannot take', () => {
  const apply = (layer: Layer, ...shapes: (number | null)[][]) => {
    const tensors = shapes.map((shape) => input({ shape }))
    return layer.apply(tensors.length === 1 ? tensors[0] : tensors)
  }
  it.each<[string, Layer, (number | null)[][], RegExp]>([
    [
      'a vector',
      layers.conv1d({ filters: 2, kernelSize: 2 }),
      [[4]],
      /expected sequences, \[batch, steps, features\]; got \[batch, 4\]/,
    ],
    ['too few steps', layers.conv1d({ filters: 2, kernelSize: 3 }), [[2, 4]], /2 steps are too few/],
    ['an axis there is not', layers.softmax({ axis: 3 }), [[5, 4]], /expected an axis from 1 to 2 .* got 3/],
    [
      'an open axis',
      layers.prelu(),
      [[null, 4]],
      /axis 1 of its input must have a fixed length; got \[batch, any, 4\]/,
    ],
    [
      'a shape that does not fit',
      layers.reshape({ targetShape: [3, -1] }),
      [[5, 4]],
      /the 20 numbers of \[batch, 5, 4\] do not fill \[3,-1\]/,
    ],
    [
      'different sizes',
      layers.add(),
      [
        [5, 4],
        [5, 3],
      ],
      /do not fit each other: \[batch, 5, 4\], \[batch, 5, 3\]/,
    ],
    ['one input', layers.add(), [[5, 4]], /a list of at least 2 inputs; got 1/],
    ['three inputs', layers.subtract(), [[4], [4], [4]], /expected 2 inputs; got 3/],
    [
      'other axes differ',
      layers.concatenate(),
      [
        [5, 4],
        [6, 4],
      ],
      /must be equal but for axis -1/,
    ],
    [
      'axes of different lengths',
      layers.dot({ axes: 1 }),
      [
        [5, 4],
        [6, 4],
      ],
      /the axes 1 differ in length/,
    ],
    [
      'keys of another size',
      layers.attention(),
      [
        [2, 4],
        [5, 3],
      ],
      /of which query and key have as many features/,
    ],
    [
      'noise of another shape',
      layers.dropout({ rate: 0.5, noiseShape: [null, 2, 4] }),
      [[5, 4]],
      /noiseShape must be null for the batch/,
    ],
  ])('%s', (_, layer, shapes, reason) => {
    expect(() => apply(layer, ...shapes)).toThrow(DataError)
    expect(() => apply(layer, ...shapes)).toThrow(reason)
  })
})

/** What a layer makes of ones in training: the network's only weights follow its output. */
async function drawn(layer: Layer, shape: number[], rows: number): Promise<Float32Array> {
  const m = sequential(
    [layer, layers.flatten(), layers.dense({ units: 1, kernelInitializer: 'zeros', useBias: false })],
    {
      engine: reference(),
    },
  )
  // d loss / d kernel of the sum of outputs is what the layer gave, summed over rows; one step with rate 1 keeps it
  m.compile({ optimizer: optimizers.sgd({ learningRate: 1 }), loss: 'meanAbsoluteError' })
  const size = shape.reduce((product, dim) => product * dim, 1)
  const x = { shape: [rows, ...shape], data: new Float32Array(rows * size).fill(1) }
  const y = { shape: [rows, 1], data: new Float32Array(rows).fill(1) }
  await m.fit(x, y, { epochs: 1, batchSize: rows, verbose: 0 } as never)
  const [kernel] = await m.getWeights()
  return kernel.data
}

describe('random layers in training', () => {
  const moments = (data: Float32Array) => {
    const mean = data.reduce((a, b) => a + b, 0) / data.length
    return [mean, data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length]
  }

  it('gaussianNoise adds numbers of that deviation', async () => {
    const [mean, variance] = moments(
      await drawn(layers.gaussianNoise({ stddev: 0.5, inputShape: [40, 50] }), [40, 50], 1),
    )
    expect(mean).toBeCloseTo(1, 1)
    expect(variance).toBeGreaterThan(0.22)
    expect(variance).toBeLessThan(0.28)
  })

  it('gaussianDropout multiplies by numbers around 1', async () => {
    const data = await drawn(layers.gaussianDropout({ rate: 0.2, inputShape: [40, 50] }), [40, 50], 1)
    const [mean, variance] = moments(data)
    expect(mean).toBeCloseTo(1, 1)
    expect(variance).toBeGreaterThan(0.22)
    expect(variance).toBeLessThan(0.28)
  })

  it('spatialDropout1d and a noiseShape drop whole columns', async () => {
    for (const layer of [
      layers.spatialDropout1d({ rate: 0.5, inputShape: [4, 50] }),
      layers.dropout({ rate: 0.5, noiseShape: [null, 1, null], inputShape: [4, 50] }),
    ]) {
      const data = await drawn(layer, [4, 50], 1)
      for (let step = 1; step < 4; step++)
        expect(data.subarray(step * 50, (step + 1) * 50)).toEqual(data.subarray(0, 50))
      const kept = data.subarray(0, 50).filter((x) => x !== 0)
      expect(kept.length).toBeGreaterThan(10)
      expect(kept.length).toBeLessThan(40)
      expect(kept.every((x) => x === 2)).toBe(true)
    }
  })

  it('timeDistributed draws anew at every step what its layer draws once a step', async () => {
    const layer = layers.dropout({ rate: 0.5, noiseShape: [null, 1, null] })
    const data = await drawn(layers.timeDistributed({ layer, inputShape: [2, 3, 50] }), [2, 3, 50], 1)
    const row = (at: number) => data.slice(at * 50, (at + 1) * 50)
    for (const step of [0, 3]) for (const at of [1, 2]) expect(row(step + at)).toEqual(row(step))
    expect(row(0)).not.toEqual(row(3))
  })

  it('a seed tells what is drawn, wherever the layer stands', async () => {
    const noisy = (seed: number) => drawn(layers.gaussianNoise({ stddev: 1, seed, inputShape: [6] }), [6], 1)
    const first = await noisy(7)
    expect(await noisy(7)).toEqual(first)
    expect(await noisy(8)).not.toEqual(first)
  })
})

describe('layers in models', () => {
  it('batchNormalization moves its averages once a batch, and none where it is frozen', async () => {
    for (const trainable of [true, false]) {
      const m = sequential(
        [
          layers.batchNormalization({ momentum: 0.75, trainable, inputShape: [2] }),
          layers.dense({ units: 1 }),
        ],
        { engine: reference() },
      )
      m.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
      const x = [
        [1, 10],
        [3, 30],
        [5, 20],
        [7, 20],
      ]
      await m.fit(x, [[0], [1], [0], [1]], { epochs: 1, batchSize: 4 })
      const [, , mean, variance] = await m.getWeights()
      expect([...mean.data]).toEqual(trainable ? [1, 5] : [0, 0])
      expect([...variance.data]).toEqual(trainable ? [0.75 + 5 / 4, 0.75 + 50 / 4] : [1, 1])
    }
  })

  it('normalization learns from data before the model is used, and not after', async () => {
    const layer = layers.normalization({ inputShape: [2] })
    layer.adapt([
      [0, 10],
      [2, 30],
    ])
    const m = sequential([layer], { engine: reference() })
    expect([
      ...(
        await m.predict([
          [1, 20],
          [3, 30],
        ])
      ).data,
    ]).toEqual([0, 0, 2, 1])
    expect(() => layer.adapt([[1, 2]])).toThrow(/must come before the model is first used/)
  })

  it('windows longer than the sequence see the sequence, at no cost for what is beyond', async () => {
    const x = { shape: [1, 5, 1], data: Float32Array.of(1, 2, 9, 4, -1) }
    const pools = [
      [layers.averagePooling1d, 3],
      [layers.maxPooling1d, 9],
    ] as const
    // as Keras on TensorFlow gives
    for (const poolSize of [9, 10, 1e9])
      for (const [pool, expected] of pools)
        for (const strides of [1, null]) {
          const layer = pool({ poolSize, strides, padding: 'same', inputShape: [5, 1] })
          const { data } = await sequential([layer], { engine: reference() }).predict(x)
          expect([...data]).toEqual(Array.from({ length: strides ? 5 : 1 }, () => expected))
        }
    const open = layers.maxPooling1d({ poolSize: 1e9, strides: 1, padding: 'same', inputShape: [null, 1] })
    await expect(sequential([open], { engine: reference() }).predict(x)).rejects.toThrow(
      /a window may see at most 4096 steps; poolSize 1000000000 sees 1000000000, as the number of steps is open/,
    )
  })

  it('lengths that come of open ones', async () => {
    const x = input({ shape: [null, 3] })
    const conv = layers.conv1d({ filters: 4, kernelSize: 3 }).apply(x)
    const pooled = layers.maxPooling1d({ poolSize: 2 }).apply(conv)
    const m = model({ inputs: x, outputs: pooled, engine: reference() })
    for (const T of [4, 7, 10]) {
      const y = await m.predict({ shape: [2, T, 3], data: new Float32Array(6 * T).fill(1) })
      expect(y.shape).toEqual([2, Math.floor((T - 2) / 2), 4])
    }
  })
})
