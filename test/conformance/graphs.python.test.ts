import { readFileSync } from 'node:fs'
import { type Json, modelFromConfig, reference } from '@carousel/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviation } from './compare.ts'
import type { JsonTensor } from './keras.ts'
import { inRepository, Peer } from './peer.ts'

const SLOW = 120_000

/** Of test/golden/graphs.json. */
interface Graph {
  json: Json
  weights: JsonTensor[]
  x: JsonTensor[]
  outputs: JsonTensor[]
}

/** What keras_config.py is asked, and what of its answer is needed. */
interface Question {
  config: Json
  weights: JsonTensor[]
  x: JsonTensor | JsonTensor[]
}
interface Rebuilt {
  outputs: JsonTensor | JsonTensor[]
}

const models: Record<string, Graph> = JSON.parse(
  readFileSync(inRepository('test/golden/graphs.json'), 'utf8'),
).models

describe('graphs that Keras wrote, written by Carousel, are read by Keras again, and compute the same', () => {
  let keras: Peer<Question, Rebuilt>
  beforeAll(async () => {
    keras = await Peer.start<Question, Rebuilt>('keras_config.py')
  }, SLOW)
  afterAll(() => keras.close(), SLOW)

  it.each(Object.entries(models))('%s', { timeout: SLOW }, async (_, { json, weights, x, outputs }) => {
    const config = modelFromConfig(json, { engine: reference() }).toJson()
    const rebuilt = await keras.ask({ config, weights, x: x.length === 1 ? x[0] : x })
    for (const [index, { shape, data }] of [rebuilt.outputs].flat().entries()) {
      expect(shape).toEqual(outputs[index].shape)
      expect(deviation(outputs[index].data, data)).toBeLessThan(1e-5)
    }
  })
})
