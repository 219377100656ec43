import { describe, expect, it } from 'vitest'
import type { KerasObject } from '../config/keras.ts'
import * as constraints from '../constraints/index.ts'
import { CONSTRAINT_CLASSES, resolveConstraint, serializeConstraint } from '../constraints/index.ts'
import * as layers from '../layers/index.ts'
import { sequential } from '../model/sequential.ts'
import { numbers } from '../testing/data.ts'
import { readGolden } from '../testing/golden.ts'
import * as regularizers from './index.ts'
import { REGULARIZER_CLASSES, resolveRegularizer, serializeRegularizer } from './index.ts'

const golden = readGolden<Record<'regularizers' | 'constraints', readonly KerasObject[]>>('options')

/** Numbers as float32: Keras keeps some of these options so. */
const rounded = (json: unknown) =>
  JSON.parse(JSON.stringify(json), (_, value) => (typeof value === 'number' ? Math.fround(value) : value))

describe('regularizers and constraints', () => {
  it.each(golden.regularizers.map((json) => [json.class_name, json] as const))(
    '%s has the JSON of Keras',
    (_, json) => {
      expect(rounded(serializeRegularizer(resolveRegularizer(json, 'test')))).toEqual(rounded(json))
      expect(REGULARIZER_CLASSES.has(json.class_name)).toBe(true)
    },
  )

  it.each(golden.constraints.map((json) => [json.class_name, json] as const))(
    '%s has the JSON of Keras',
    (_, json) => {
      expect(serializeConstraint(resolveConstraint(json, 'test'))).toEqual(json)
      expect(CONSTRAINT_CLASSES.has(json.class_name)).toBe(true)
    },
  )

  it('come by the names that Keras has for them', () => {
    const regularizer = (like: string) => regularizers.resolveRegularizer(like, 'test')?.className
    const constraint = (like: string) => constraints.resolveConstraint(like, 'test')?.className
    expect(['l1', 'l2', 'l1l2', 'l1_l2'].map(regularizer)).toEqual(['L1', 'L2', 'L1L2', 'L1L2'])
    expect(['maxNorm', 'max_norm', 'min_max_norm', 'nonNeg', 'unit_norm'].map(constraint)).toEqual([
      ...['MaxNorm', 'MaxNorm', 'MinMaxNorm', 'NonNeg', 'UnitNorm'],
    ])
    expect(regularizers.resolveRegularizer(null, 'test')).toBe(null)
    expect(constraints.resolveConstraint(undefined, 'test')).toBe(null)
  })

  it('refuse what is wrong', () => {
    expect(() => regularizers.l2({ l2: -1 })).toThrow(
      /regularizers.l2: option 'l2' must be a number of at least 0; got -1/,
    )
    expect(() => regularizers.l1({ l2: 1 } as object)).toThrow(/there is no option 'l2'. Did you mean 'l1'\?/)
    expect(() => resolveRegularizer({ class_name: 'L3', config: {} }, 'test')).toThrow(
      /there is no regularizer 'L3'. Did you mean 'l1'\?/,
    )
    expect(() => constraints.maxNorm({ maxValue: -1 })).toThrow(
      /'maxValue' must be a number of at least 0; got -1/,
    )
    expect(() => constraints.unitNorm({ axis: 0.5 })).toThrow(
      /'axis' must be an axis, or a list of axes; got 0.5/,
    )
    expect(() => constraints.unitNorm({ axis: [] })).toThrow(
      /'axis' must be an axis, or a list of axes; got \[\]/,
    )
    expect(() => constraints.minMaxNorm({ rate: 1.5 })).toThrow(
      /'rate' must be a number from 0 to 1; got 1.5/,
    )
    expect(() => constraints.nonNeg({ axis: 0 })).toThrow(/constraints.nonNeg: there is no option 'axis'/)
    expect(() => resolveConstraint({ class_name: 'MaxNorms', config: {} }, 'test')).toThrow(
      /Did you mean 'maxNorm'\?/,
    )
  })

  it('say where a weight has no such axis', async () => {
    const model = sequential([
      layers.dense({ units: 2, inputShape: [3], biasConstraint: constraints.maxNorm({ axis: 1 }) }),
    ])
    model.compile({ loss: 'meanSquaredError' })
    await expect(model.fit(numbers([4, 3], 1), numbers([4, 2], 2))).rejects.toThrow(
      /the constraint MaxNorm has the axis 1, but a weight that it is for has one axis/,
    )
  })

  it('leave a frozen layer alone, and its penalty out', async () => {
    const frozen = layers.dense({
      units: 2,
      inputShape: [3],
      kernelRegularizer: 'l2',
      kernelConstraint: 'unitNorm',
    })
    const model = sequential([frozen, layers.dense({ units: 2, kernelRegularizer: 'l2' })], { seed: 1 })
    model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' })
    const [x, y] = [numbers([4, 3], 1), numbers([4, 2], 2)]
    const { loss } = await model.evaluate(x, y)
    const before = await model.getWeights()
    frozen.trainable = false
    model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' })
    const { loss: less } = await model.evaluate(x, y)
    const penalty = 0.01 * before[0].data.reduce((sum, w) => sum + w * w, 0)
    expect(loss - less).toBeCloseTo(penalty, 6)
    await model.fit(x, y)
    expect((await model.getWeights())[0]).toEqual(before[0])
  })
})
