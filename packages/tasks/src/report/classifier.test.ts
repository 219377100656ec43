import { expect, test } from 'vitest'
import { type Answers, mostWrong, outcomeOf } from './classifier.ts'

/** Of four texts three right; the third, a cat, taken for a dog with certainty. */
const answers: Answers = {
  classes: ['cat', 'dog'],
  outputs: Float32Array.of(0.5, 0.5, 0.25, 0.75, 0, 1, 0.125, 0.875),
  truth: Int32Array.of(0, 1, 0, 1),
}
const words = { unit: ['text', 'texts'], right: 'put into the right class', advice: 'More helps.' } as const

test('figures, and the same ones of baselines', () => {
  const { samples, metrics, baselines, headline, sections } = outcomeOf(
    answers,
    { majority: [1, 1, 1, 1], other: [0, 1, 0, 1] },
    words,
  )
  expect(samples).toBe(4)
  expect(metrics.accuracy).toBe(0.75)
  // −log of ½, ¾, 10⁻⁷ (for nothing, as Keras clips it) and ⅞
  const losses = [0.5, 0.75, 1e-7, 0.875].map((probability) => -Math.log(probability))
  expect(metrics.loss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss) / 4, 6)
  expect(baselines.majority).toEqual({ accuracy: 0.5, macroF1: 1 / 3 })
  expect(baselines.other).toEqual({ accuracy: 1, macroF1: 1 })
  expect(headline).toBe('Test accuracy 75.00 %: 3 of 4 texts put into the right class')
  expect(sections.map(({ kind }) => kind)).toEqual(['confusion', 'table'])
})

test('baselines that are not beaten are told', () => {
  const { warnings } = outcomeOf(answers, { other: [0, 1, 0, 1] }, words)
  expect(warnings).toEqual([
    "This model does not beat the baseline 'other', whose accuracy of 100.00 % costs nothing. More helps.",
  ])
})

test('a baseline that does as well is told to', () => {
  const { warnings } = outcomeOf(answers, { other: [0, 1, 1, 1] }, words)
  expect(warnings).toEqual(["The baseline 'other' does as well, and costs nothing."])
})

test('the most wrong first, and none that is right', () => {
  expect(mostWrong(answers, 'text', (n) => `text ${n + 1}`)[0].rows).toEqual([
    ['cat', 'dog', '100.0 %', 'text 3'],
  ])
  expect(mostWrong({ ...answers, truth: Int32Array.of(0, 1, 1, 1) }, 'text', String)).toEqual([])
})
