import { expect, test } from 'vitest'
import { allRows } from './rows.mjs'
import { median, Summary } from './summary.mjs'
import { evaluateTargets } from './targets.mjs'

const rows = allRows()
const turbo = (threads) => `train/carousel/node26/turbo/${threads}`

const reading = (gain) => ({ 256: { oneThread: 100, twoThreads: 100 * gain, gain } })

/** A round whose yardstick gained so much around the two-thread rows, with these samples a second. */
function round(gain, rates) {
  const figures = Object.fromEntries(
    Object.entries(rates).map(([id, samplesPerSecond]) => [id, { samplesPerSecond }]),
  )
  return { before: reading(1), between: reading(gain), after: reading(gain), figures }
}

const summarize = (rounds, problems = {}) => new Summary({ rows, rounds, problems })
const targetOf = (summary, part) => evaluateTargets(summary).find(({ name }) => name.includes(part))

test('the median is the middle, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
})

test('a round in which two threads gained too little counts for one thread alone', () => {
  const rates = (one, two) => ({ [turbo(1)]: one, [turbo(2)]: two })
  const summary = summarize([
    round(1.9, rates(100, 180)),
    round(1.2, rates(110, 90)),
    round(1.8, rates(120, 200)),
    round(1.7, rates(130, 220)),
  ])
  expect(summary.value(turbo(1))).toBe(115)
  expect(summary.value(turbo(2))).toBe(200)
  expect(summary.range(turbo(2))).toEqual([180, 220])
})

test('where too few rounds count, a two-thread row says so with the gain', () => {
  const rates = { [turbo(2)]: 200 }
  const summary = summarize([round(1.9, rates), round(1.9, rates), round(1.1, rates)])
  expect(summary.value(turbo(2))).toBeUndefined()
  expect(summary.reason(turbo(2))).toMatch(/^not measurable now \(the yardstick gained 1.90×, 1.90×, 1.10×/)
})

test('the lesser of the two readings around the two-thread rows decides', () => {
  const rounds = [1, 2, 3].map(() => ({ ...round(1.9, { [turbo(2)]: 200 }), after: reading(1.1) }))
  expect(summarize(rounds).value(turbo(2))).toBeUndefined()
})

test('a missing peer is reported missing', () => {
  const summary = summarize([], { 'torch/1': 'missing: torch' })
  expect(summary.reason('train/torch/1')).toBe('missing: torch')
})

test('a target is the ratio of two medians, with the pair it came from', () => {
  const rates = { [turbo(1)]: 6500, 'train/torch/1': 4000, 'train/keras/1': 3500 }
  const target = targetOf(
    summarize([round(1, rates), round(1, rates), round(1, rates)]),
    'turbo, Node 26, 1 thread',
  )
  expect(target.shown).toBe('1.63×')
  expect(target.atLeast.met).toBe(true)
  expect(target.aim.met).toBe(false)
  expect(target.left.text).toBe('6,500/s')
  expect(target.right.label).toBe('PyTorch, 1 thread')
})

test('the threads target is measured against the gain of the yardstick in the same rounds', () => {
  const rates = { [turbo(1)]: 100, [turbo(2)]: 171 }
  const rounds = [1.9, 1.9, 1.9, 1.0].map((gain) => round(gain, rates))
  const target = targetOf(summarize(rounds), '2 threads to 1, turbo, Node 26')
  expect(target.shown).toBe('90.0 %')
  expect(target.right.text).toBe('1.90×')
})

test('everything else in a step is met when it is small', () => {
  const figures = {
    'profile/carousel/node26/turbo/1': {
      matrixGflops: 95,
      ceilingGflops: 100,
      otherSeconds: 0.0012,
      stepSeconds: 0.01,
    },
  }
  const summary = summarize([{ ...round(1, {}), figures }])
  const rest = targetOf(summary, 'everything else in a step, turbo, Node 26')
  expect([rest.shown, rest.atLeast.met, rest.aim.met]).toEqual(['12.0 %', true, false])
  const products = targetOf(summary, 'matrix products, turbo, Node 26')
  expect([products.shown, products.atLeast.met, products.aim.met]).toEqual(['95.0 %', true, false])
})
