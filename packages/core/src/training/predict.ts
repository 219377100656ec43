import { type Float32Tensor, isRagged, type Tensor } from '../data/tensor.ts'
import { COMPLETED } from '../engines/engine.ts'
import { resolveShape, sizeOf } from '../program/program.ts'
import { Batches, Breather } from './batches.ts'
import { type RunOptions, variantFor } from './evaluate.ts'
import { predictionShapes } from './inputs.ts'
import { predictionName } from './programs.ts'
import { raggedParts } from './sequences.ts'
import type { Session } from './session.ts'

/**
 * Predictions of all samples, a tensor for each output. Where sequences differ in length, those of an output that has
 * steps are padded with zeros to the longest.
 *
 * @param before batches that were predicted before these
 */
export async function predict(
  session: Session,
  inputs: readonly Tensor[],
  batchSize: number,
  { callbacks, signal }: RunOptions,
  before = 0,
): Promise<Float32Tensor[]> {
  const { network } = session
  const samples = { count: inputs[0].shape[0], inputs, labels: [], weights: [] }
  const batches = new Batches(network, [], samples, batchSize)
  const { executable, states } = await session.executable('prediction', batches.counts, variantFor(samples))
  const order = inputs.some(isRagged)
    ? raggedParts().arrange(network, samples, batches, states.length > 0)
    : undefined
  const { rows, counts } = batches
  const outputs = predictionShapes(network, inputs).map((shape, index) => {
    const { name, dims } = network.outputs[index]
    const width = sizeOf(shape.slice(1))
    const lengths = order ? raggedParts().lengthsOf(network, inputs, dims[0]) : null
    const fetched = predictionName(network, name)
    return { shape, dims, width, lengths, fetched, data: new Float32Array(shape[0] * width) }
  })
  const fetches = Object.fromEntries(
    outputs.map(({ fetched, width }) => [fetched, new Float32Array(rows.length * width)]),
  )
  await session.carry(states, samples.count, batches, fetches)
  const breather = new Breather()
  for (let batch = 0; batch < batches.count; batch++) {
    signal?.throwIfAborted()
    const size = batches.take(batch, order)
    if (callbacks.has('onPredictBatchBegin')) await callbacks.call('onPredictBatchBegin', before + batch)
    const outcome = executable.run(counts, batches.feeds, fetches)
    if (outcome !== COMPLETED) await outcome
    for (const { dims, width, lengths, fetched, data } of outputs) {
      const shape = resolveShape(dims, counts)
      const found = sizeOf(shape)
      for (let i = 0; i < size; i++) {
        // what is padded stays zero
        const kept = lengths ? (found / shape[0]) * lengths[rows[i]] : found
        data.set(fetches[fetched].subarray(i * found, i * found + kept), rows[i] * width)
      }
    }
    if (callbacks.has('onPredictBatchEnd')) {
      const each = outputs.map(({ shape, width, data }) => {
        const own = Float32Array.from(
          { length: size * width },
          (_, n) => data[rows[Math.floor(n / width)] * width + (n % width)],
        )
        return { shape: [size, ...shape.slice(1)], data: own }
      })
      await callbacks.call('onPredictBatchEnd', before + batch, {
        outputs: each.length === 1 ? each[0] : each,
      })
    }
    if (breather.due) await breather.breathe()
  }
  return outputs.map(({ shape, data }) => ({ shape, data }))
}
