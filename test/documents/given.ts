/** What the code of a document takes for granted: names the text around it explains, here with values of few numbers. */

import { layers, sequential, type Tensor } from '@carousel/core'
import { sayWord } from './sounds.ts'

const tensor = (...shape: number[]): Tensor => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i)),
})
const classes = (samples: number, count: number): Tensor => ({
  shape: [samples],
  data: Int32Array.from({ length: samples }, (_, i) => i % count),
})

function regression(features: number) {
  const model = sequential([
    layers.lstm({ units: 4, inputShape: [null, features] }),
    layers.dense({ units: 1 }),
  ])
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
  return model
}
const record = { x: tensor(4, 5, 2), y: tensor(4, 1) }

const speech = { samples: sayWord('yes', 1) }

export const given = {
  'docs/cells.md': {},
  'docs/models.md': {
    x1: tensor(8, 6, 16),
    x2: tensor(8, 4),
    y1: classes(8, 3),
    y2: tensor(8, 1),
  },
  'docs/speech.md': speech,
  'docs/speech.zh-CN.md': speech,
  'docs/states.md': {
    x: tensor(32, 50, 3),
    y: tensor(32, 1),
    sensor: [
      [1, 2, 3],
      [4, 5, 6],
    ], // prettier than a stream of them
    show: (_: Float32Array) => {},
  },
  'docs/training.md': {
    model: regression(2),
    x: record.x,
    y: record.y,
    vx: record.x,
    vy: record.y,
    async *readRecords() {
      for (let i = 0; i < 3; i++) yield record
    },
    *endless(): Generator<[Tensor, Tensor]> {
      for (;;) yield [record.x, record.y]
    },
  },
  'packages/core/README.md': { x: tensor(10, 20, 3), y: classes(10, 2) },
}
