import { describe, expect, it } from 'vitest'
import type { Json } from '../config/keras.ts'
import { loadDemanded } from '../config/onDemand.ts'
import { readKerasObject } from '../config/readKeras.ts'
import { reference } from '../engines/reference/reference.ts'
import { machineOn } from '../engines/wasm/testing.ts'
import { readLayer } from '../model/read.ts'
import { type GoldenTensor, readGolden } from '../testing/golden.ts'
import { runLayer } from '../testing/layerRun.ts'
import { LAYER_CLASSES } from './classes.ts'

// Cells, stacks, Bidirectional and TimeDistributed against Keras (test/golden/wrappers.py), and what LSTMs have beyond
// Keras against PyTorch and ONNX Runtime (test/golden/beyond.py), all read from JSON: outputs, masks of the outputs,
// gradients of weights, of the input and of the initial states.

interface WrapperCase {
  readonly name: string
  readonly layer: Json
  readonly masked: boolean
  readonly weights: readonly GoldenTensor[]
  readonly batches: readonly GoldenTensor[]
  readonly initialState: readonly GoldenTensor[]
  readonly seeds: readonly GoldenTensor[]
  readonly answer: {
    readonly outputs: readonly (readonly GoldenTensor[])[]
    readonly masks: readonly boolean[]
    readonly gradients: readonly GoldenTensor[]
  }
  /** Outputs of ONNX Runtime, which computes in float32. */
  readonly onnx?: readonly GoldenTensor[]
}

const cases = ['wrappers', 'beyond'].flatMap(
  (file) => readGolden<{ cases: readonly WrapperCase[] }>(file).cases,
)

describe.each([
  ['reference', () => reference().open(), 1e-7],
  ['wasm', () => machineOn('simd'), 5e-6],
] as const)('%s', (_, open, tolerance) => {
  it.each(cases)('$name', async ({ layer: json, answer, onnx = [], ...golden }) => {
    const { className, config } = readKerasObject('the layer', json)
    const layer = readLayer(className, config, { layers: LAYER_CLASSES })
    await loadDemanded()
    const found = await runLayer(await open(), { ...golden, layer })
    const near = (numbers: Float32Array, { data }: GoldenTensor, what: string, by = tolerance) => {
      expect(numbers.length, `how many numbers of ${what}`).toBe(data.length)
      const worst = Math.max(...data.map((value, i) => Math.abs(value - numbers[i])))
      expect(worst, what).toBeLessThan(by * Math.max(1, ...data.map(Math.abs)))
    }
    for (const [batch, outputs] of answer.outputs.entries())
      for (const [index, expected] of outputs.entries())
        near(found.outputs[batch][index], expected, `output ${index} of batch ${batch}`)
    for (const [index, expected] of answer.gradients.entries())
      near(found.gradients[index], expected, `gradient ${index}`)
    for (const [index, expected] of onnx.entries())
      near(found.outputs[0][index], expected, `ONNX Runtime's output ${index}`, 5e-6)
    expect(found.masks).toEqual(answer.masks)
  })
})
