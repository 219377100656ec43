import { reference, wasm } from '@carousel/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FLOAT64, type Limits } from './compare.ts'
import { KINDS } from './drawLayers.ts'
import { drawModels } from './drawModels.ts'
import {
  drawWeights,
  expectKeras,
  type ModelAnswer,
  type ModelQuestion,
  questionOf,
  startModels,
} from './models.ts'
import type { Peer } from './peer.ts'
import { record } from './record.ts'

/** Others: CONFORMANCE_SEED=2. More: `npm run test:deep`, which asks for CONFORMANCE_MODELS=300. */
const seed = Number(process.env.CONFORMANCE_SEED ?? 1)
const count = Number(process.env.CONFORMANCE_MODELS ?? 60)
/** The first of them, so that a long run can be cut into several: CONFORMANCE_FIRST=160. */
const first = Number(process.env.CONFORMANCE_FIRST ?? 0)

const SLOW = 120_000

/**
 * Of models drawn at random some have tensors that are nearly nothing, as sums of what cancels, where float32 is off
 * by more of it; Adam and its kin, which divide by the size of a gradient, enlarge that.
 */
const DRAWN_FLOAT32: Limits = { forward: 1e-5, gradients: 1e-4, training: 1e-3 }
/** Keras adds up in another order; its learning rate and what rows count for are float64s where ours are float32s. */
const DRAWN_FLOAT64: Limits = { ...FLOAT64, gradients: 1e-6, training: 1e-6 }

describe(`models drawn with seed ${seed}, by Keras and by Carousel`, () => {
  let keras: Peer<ModelQuestion, ModelAnswer>
  beforeAll(async () => {
    keras = await startModels()
  }, SLOW)
  afterAll(() => keras.close(), SLOW)

  it.each(drawModels(seed, count, Object.keys(KINDS), first))('$name', { timeout: SLOW }, async (drawn) => {
    const weights = await drawWeights(drawn, reference())
    const answer = await keras.ask(questionOf(drawn, weights, reference()))
    expect(answer.differences.filter(isOfOptions)).toEqual([])
    const exact = await expectKeras(drawn, weights, answer, reference(), DRAWN_FLOAT64)
    const single = await expectKeras(drawn, weights, answer, wasm(), DRAWN_FLOAT32)
    for (const feature of drawn.features) {
      record({ feature, against: 'Keras, in float64' }, exact)
      record({ feature, against: 'Keras, in float32' }, single)
    }
  })
})

/**
 * Of a layer's options or those of compile. About a graph Keras writes more than it needs: masks, and absent arguments;
 * it forgets some options of losses when it saves them, and writes ELU's only sometimes.
 */
function isOfOptions(difference: string): boolean {
  if (/^\/compile_config\/.*\/(delta|axis|ignore_class)\b.*not written by Keras/.test(difference))
    return false
  if (difference.endsWith('/alpha: not given, Keras writes 1.0')) return false
  // of layers in layers, from which it is made ready without them
  if (/\/build_config: not given/.test(difference)) return false
  return /^\/compile_config|\/layers\/\d+\/config\/(?!layers|input_layers|output_layers)/.test(difference)
}
