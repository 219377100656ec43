import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../config/keras.ts'
import { reference } from '../engines/reference/reference.ts'
import * as layers from '../layers/index.ts'
import type { Layer } from '../layers/layer.ts'
import { Sequential } from '../model/sequential.ts'
import { sizeOf } from '../program/program.ts'
import { Generator } from '../random/generator.ts'
import { type GoldenTensor, readGolden } from '../testing/golden.ts'
import * as initializers from './index.ts'

interface Facts {
  /** Of 60,000 numbers that Keras drew. */
  readonly random: readonly {
    name: string
    config: JsonObject
    shape: number[]
    mean: number
    variance: number
    min: number
    max: number
  }[]
  readonly orthogonal: readonly {
    shape: [number, number]
    gain: number
    orthonormal: 'rows' | 'columns'
    within: number
  }[]
  readonly biases: readonly { layer: string; bias: GoldenTensor }[]
}

const { random, orthogonal, biases } = readGolden<Facts>('initializers')

describe('initializers draw from the distributions that Keras draws from', () => {
  it.each(random)('$name', ({ name, config, shape, ...keras }) => {
    const initializer = initializers.resolveInitializer({ class_name: name, config }, name)
    const values = initializer.values(shape, new Generator(5))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
    const deviation = Math.sqrt(keras.variance)
    // a mean of n numbers spreads by σ/√n; two of them, five standard deviations
    expect(Math.abs(mean - keras.mean)).toBeLessThan((5 * Math.SQRT2 * deviation) / Math.sqrt(values.length))
    expect(variance / keras.variance).toBeGreaterThan(0.96)
    expect(variance / keras.variance).toBeLessThan(1.04)
    const isBounded = !/RandomNormal|VarianceScaling/.test(name)
    // the ends of a bounded distribution are as far out as Keras's, to a hundredth; those of a normal one are chance
    const ends = isBounded ? 0.005 * (keras.max - keras.min) : 2 * deviation
    expect(Math.abs(max - keras.max)).toBeLessThan(ends)
    expect(Math.abs(min - keras.min)).toBeLessThan(ends)
  })
})

describe('orthogonal', () => {
  it.each(orthogonal)(
    'has orthonormal $orthonormal, times $gain, in the shape $shape',
    ({ shape, gain, orthonormal, within }) => {
      const values = initializers.orthogonal({ gain }).values(shape, new Generator(7))
      const [rows, columns] = shape
      const at = (vector: number, i: number) =>
        orthonormal === 'rows' ? values[vector * columns + i] : values[i * columns + vector]
      const [count, length] = orthonormal === 'rows' ? [rows, columns] : [columns, rows]
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          let product = 0
          for (let i = 0; i < length; i++) product += at(a, i) * at(b, i)
          expect(Math.abs(product - (a === b ? gain ** 2 : 0))).toBeLessThan(within)
        }
      }
    },
  )
})

describe('biases start as in Keras', () => {
  const half = initializers.constant({ value: 0.5 })
  const ours: Readonly<Record<string, Layer>> = {
    'LSTM(3)': layers.lstm({ units: 3 }),
    'LSTM(3, unit_forget_bias=False)': layers.lstm({ units: 3, unitForgetBias: false }),
    'LSTM(3, bias_initializer=Constant(0.5))': layers.lstm({ units: 3, biasInitializer: half }),
    'GRU(3)': layers.gru({ units: 3 }),
    'GRU(3, reset_after=False)': layers.gru({ units: 3, resetAfter: false }),
    'SimpleRNN(3)': layers.simpleRNN({ units: 3 }),
  }

  it.each(biases)('$layer', async ({ layer, bias }) => {
    const model = new Sequential([ours[layer]], { engine: reference() })
    model.build([2, 4])
    const last = (await model.getWeights()).at(-1)
    expect(last?.shape).toEqual(bias.shape)
    expect([...(last?.data ?? [])]).toEqual(bias.data)
  })
})

describe('initializers', () => {
  it('take their numbers from the seed alone, and streams apart', () => {
    const draw = (seed: number, stream: number) =>
      initializers.glorotUniform().values([4, 5], new Generator(seed, stream))
    expect(draw(3, 0)).toEqual(draw(3, 0))
    expect(draw(3, 0)).not.toEqual(draw(3, 1))
    expect(draw(3, 0)).not.toEqual(draw(4, 0))
    const own = initializers.glorotUniform({ seed: 9 })
    expect(own.values([4, 5], new Generator(1))).toEqual(own.values([4, 5], new Generator(2)))
  })

  it('fill whole shapes with one number, or the identity', () => {
    const fill = (initializer: initializers.Initializer, ...shape: number[]) => [
      ...initializer.values(shape, new Generator(1)),
    ]
    expect(fill(initializers.zeros(), 2, 2)).toEqual([0, 0, 0, 0])
    expect(fill(initializers.ones(), 3)).toEqual([1, 1, 1])
    expect(fill(initializers.constant({ value: -2 }), 2)).toEqual([-2, -2])
    expect(fill(initializers.identity({ gain: 3 }), 2, 3)).toEqual([3, 0, 0, 0, 3, 0])
    expect(() => fill(initializers.identity(), 4)).toThrow(/fills matrices; got the shape \[4\]/)
    expect(() => fill(initializers.orthogonal(), 4)).toThrow(/at least two axes; got the shape \[4\]/)
    expect(sizeOf([2, 3])).toBe(fill(initializers.heNormal(), 2, 3).length)
  })

  it('come by all the names that Keras has for them', () => {
    const named = (json: Json) => initializers.resolveInitializer(json, 'kernelInitializer').className
    expect(['glorot_uniform', 'normal', 'uniform', 'zero', 'one'].map(named)).toEqual([
      ...['GlorotUniform', 'RandomNormal', 'RandomUniform', 'Zeros', 'Ones'],
    ])
    expect(named({ class_name: 'OrthogonalInitializer', config: {} })).toBe('Orthogonal')
    const truncated = { class_name: 'VarianceScaling', config: { distribution: 'normal' } }
    expect(initializers.resolveInitializer(truncated, 'a').config.distribution).toBe('truncated_normal')
  })

  it('refuse what they cannot do', () => {
    const stft = { class_name: 'STFT', config: {} }
    expect(() => initializers.resolveInitializer(stft, 'kernelInitializer')).toThrow(
      /kernelInitializer: there is no initializer 'STFT'\. There are: zeros, /,
    )
    expect(() => initializers.varianceScaling({ scale: 0 })).toThrow(
      /'scale' must be a number greater than 0; got 0/,
    )
    expect(() => initializers.heNormal({ inputAxes: [0.5] })).toThrow(
      /'inputAxes' must be a list of axes, or null/,
    )
    expect(() => initializers.constant({ value: [1, 2] as unknown as number })).toThrow(
      /'value' must be a finite number; got \[1,2\]/,
    )
  })
})
