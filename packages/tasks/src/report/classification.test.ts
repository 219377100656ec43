import { expect, test } from 'vitest'
import {
  classificationMetrics,
  classScores,
  confusionMatrix,
  confusionOf,
  likeliest,
  majorityOf,
} from './classification.ts'

test('the largest output decides, the first of equal ones', () => {
  const outputs = [0.2, 0.5, 0.3, 0.4, 0.4, 0.2, 0, 0, 1]
  expect(Array.from(likeliest(outputs, 3))).toEqual([1, 0, 2])
  expect(confusionMatrix(outputs, [1, 1, 2], 3)).toEqual([
    [0, 0, 0],
    [1, 1, 0],
    [0, 0, 1],
  ])
})

// scikit-learn's own example of f1_score: accuracy 2/6, F1 0.8, 0 and 0
test('macro F1 as in scikit-learn', () => {
  const matrix = confusionOf([0, 2, 1, 0, 0, 1], [0, 1, 2, 0, 1, 2], 3)
  const { accuracy, macroF1 } = classificationMetrics(matrix)
  expect(accuracy).toBeCloseTo(1 / 3, 12)
  expect(macroF1).toBeCloseTo(0.8 / 3, 12)
  expect(classScores(matrix)[0]).toEqual({
    precision: 2 / 3,
    recall: 1,
    f1: 0.8,
    support: 2,
    predicted: 3,
  })
})

test('a class that neither occurs nor was predicted does not count', () => {
  expect(classificationMetrics(confusionOf([0, 2], [0, 2], 4))).toEqual({ accuracy: 1, macroF1: 1 })
})

test('the majority is the class of most', () => {
  expect(majorityOf([2, 1, 2, 0], 3)).toBe(2)
})
