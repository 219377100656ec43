import { expect, test } from 'vitest'
import { layers } from '../index.ts'
import { sequential } from './sequential.ts'

test('many weights of a layer stand below each other, as no line is that wide', () => {
  const cell = layers.lstm({ units: 2, returnSequences: true })
  const model = sequential([
    layers.bidirectional({ layer: cell, inputShape: [null, 3] }),
    layers.dense({ units: 1 }),
  ])
  const lines = model.summary().split('\n').slice(4, 7)
  expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
    [
      'bidirectional (Bidirectional)',
      '[batch, any, 4]',
      'forward_lstm/kernel [3, 8]',
      'forward_lstm/recurrent_kernel [2, 8]',
      'forward_lstm/bias [8]',
      '96',
    ],
    ['backward_lstm/kernel [3, 8]', 'backward_lstm/recurrent_kernel [2, 8]', 'backward_lstm/bias [8]'],
    ['dense (Dense)', '[batch, any, 1]', 'kernel [4, 1]', 'bias [1]', '5'],
  ])
})
