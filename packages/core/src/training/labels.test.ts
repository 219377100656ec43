import { describe, expect, it } from 'vitest'
import type { TensorLike } from '../data/tensor.ts'
import { reference } from '../engines/reference/reference.ts'
import { DataError } from '../errors.ts'
import * as layers from '../layers/index.ts'
import * as losses from '../losses/index.ts'
import type { CompileOptions } from '../model/options.ts'
import { sequential } from '../model/sequential.ts'
import { numbers, oneHot, wholeNumbers } from '../testing/data.ts'

describe('labels', () => {
  it('are missed where none are given, and what is no tensor is told so', async () => {
    const made = model('binaryCrossentropy', 1)
    await expect(made.fit([[two, [0, 1]]] as never, undefined as never)).rejects.toThrow(
      /^model.fit: y, the labels, are missing. Batches in a list are given by a function: \(\) => list$/,
    )
    await expect(made.fit(two, new Float64Array(2) as never)).rejects.toThrow(
      /^y: expected a tensor .* Convert the data: Float32Array.from\(data\)/,
    )
  })

  const model = (loss: CompileOptions['loss'], units = 3) => {
    const made = sequential([layers.dense({ units, activation: 'sigmoid', inputShape: [2] })], {
      engine: reference(),
    })
    made.compile({ loss })
    return made
  }
  const two = numbers([2, 2])

  it.each<[string, CompileOptions['loss'], number, TensorLike, RegExp]>([
    [
      'too few',
      'categoricalCrossentropy',
      3,
      oneHot([1], 3),
      /^y holds 1 samples, x holds 2; they must be equal/,
    ],
    [
      'of another number of classes',
      'categoricalCrossentropy',
      3,
      oneHot([2], 4),
      /expected the shape of the predictions, \[2,3\]; got \[2,4\]/,
    ],
    [
      'not one-hot',
      'categoricalCrossentropy',
      3,
      [
        [1, 0, 0],
        [0, 2, 0],
      ],
      /row 1 must be one-hot \(or probabilities that add up to 1\); got \[0,2,0\]/,
    ],
    [
      'negative',
      'categoricalCrossentropy',
      3,
      [
        [1, 0, 0],
        [-1, 1, 1],
      ],
      /row 1 must be one-hot/,
    ],
    [
      'all zero',
      'categoricalCrossentropy',
      3,
      [
        [0, 0, 0],
        [1, 0, 0],
      ],
      /row 0 must be one-hot/,
    ],
    [
      'whole numbers where one-hot is expected',
      'categoricalCrossentropy',
      3,
      [0, 1],
      /go with the loss 'sparseCategoricalCrossentropy'/,
    ],
    [
      'one-hot where whole numbers are expected',
      'sparseCategoricalCrossentropy',
      3,
      oneHot([2], 3),
      /go with the loss 'categoricalCrossentropy'/,
    ],
    [
      'a class too high',
      'sparseCategoricalCrossentropy',
      3,
      [0, 3],
      /whole numbers from 0 to 2, as the model has 3 outputs; entry 1 is 3/,
    ],
    ['a class below 0', 'sparseCategoricalCrossentropy', 3, [0, -1], /entry 1 is -1/],
    ['half a class', 'sparseCategoricalCrossentropy', 3, [0, 0.5], /entry 1 is 0\.5/],
    [
      'above 1',
      'binaryCrossentropy',
      1,
      [[0], [2]],
      /labels must be 0 or 1 \(or probabilities between\); entry 1 is 2/,
    ],
    ['below 0', 'binaryCrossentropy', 1, [[-1], [1]], /entry 0 is -1/],
    [
      'of a wrong shape',
      'meanSquaredError',
      3,
      [[1], [2]],
      /expected the shape of the predictions, \[2,3\]; got \[2,1\]/,
    ],
    [
      'for quantiles that the outputs cannot be shared among',
      losses.quantile({ quantiles: [0.1, 0.9] }),
      3,
      [[1], [2]],
      /the model has 3 outputs; its loss takes a multiple of 2/,
    ],
    [
      'for quantiles, one each',
      losses.quantile({ quantiles: [0.1, 0.5, 0.9] }),
      3,
      numbers([2, 3]),
      /y: expected the shape \[2,1\]; got \[2,3\]/,
    ],
    ['none', 'meanSquaredError', 3, [], /y holds 0 samples, x holds 2/],
  ])('%s', async (_, loss, units, labels, reason) => {
    for (const call of [
      () => model(loss, units).fit(two, labels),
      () => model(loss, units).evaluate(two, labels),
    ]) {
      await expect(call()).rejects.toThrow(DataError)
      await expect(call()).rejects.toThrow(reason)
    }
    await expect(model(loss, units).fit(two, two, { validationData: [two, labels] })).rejects.toThrow(
      DataError,
    )
  })

  it('are taken with or without a last axis of one, and as soft labels', async () => {
    await model('binaryCrossentropy', 1).fit(two, [0, 1])
    await model('binaryCrossentropy', 1).fit(two, Float32Array.of(0, 1), {
      sampleWeight: Float32Array.of(1, 2),
    })
    await model('binaryCrossentropy', 1).fit(two, [[0.25], [1]])
    await model('sparseCategoricalCrossentropy').fit(two, [[0], [2]])
    await model('sparseCategoricalCrossentropy').fit(two, wholeNumbers([2], 3))
    await model('categoricalCrossentropy').fit(two, [
      [0.2, 0.3, 0.5],
      [0, 1, 0],
    ])
  })
})
