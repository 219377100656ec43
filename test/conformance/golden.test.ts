import { reference, wasm } from '@carousel/core'
import { describe, expect, it } from 'vitest'
import { answer } from './carousel.ts'
import { expectNear, FLOAT32, FLOAT64 } from './compare.ts'
import { type Answer, goldenCases } from './keras.ts'

const FILES = ['layers', 'optimizers', 'lstm', 'gru', 'gru-reset-before', 'simple-rnn', 'recurrent-options']

const ENGINES = [
  { name: 'reference', engine: reference(), limits: FLOAT64 },
  { name: 'wasm, simd', engine: wasm({ kernels: 'simd', threads: 2 }), limits: FLOAT32 },
  { name: 'wasm', engine: wasm(), limits: FLOAT32 },
]

/** The public interface shows outputs, figures, losses and weights; a gradient shows as what one step moves a weight by. */
describe.each(ENGINES)('$name against committed values of Keras', ({ engine, limits }) => {
  describe.each(FILES)('%s', (file) => {
    it.each(goldenCases(file))('$name', async ({ job, answer: keras }) => {
      expectNear(keras, await answer(job, engine), limits)
    })
  })
})

it('the committed values hold what they are there for', () => {
  const training = (keras: Answer) => keras.training?.losses.length
  for (const file of ['lstm', 'gru', 'gru-reset-before', 'simple-rnn']) {
    expect(goldenCases(file).map((it) => training(it.answer))).toEqual([20, 20, 20, 20, 20])
  }
})
