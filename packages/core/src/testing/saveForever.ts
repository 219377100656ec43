/**
 * A process that does nothing but save: `node saveForever.js PATH`. The n-th save holds the number n in every weight.
 * Says 'saved' after the first. Meant to be killed.
 */

import { reference } from '../engines/reference/reference.ts'
import * as layers from '../layers/index.ts'
import { sequential } from '../model/sequential.ts'

const SIZE = 400

const model = sequential([layers.dense({ units: SIZE, inputShape: [SIZE] })], {
  engine: reference(),
  seed: 1,
})
for (let n = 1; ; n++) {
  await model.setWeights([
    { shape: [SIZE, SIZE], data: new Float32Array(SIZE * SIZE).fill(n) },
    { shape: [SIZE], data: new Float32Array(SIZE).fill(n) },
  ])
  await model.save(process.argv[2])
  if (n === 1) process.stdout.write('saved\n')
}
