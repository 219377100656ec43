import { positiveInteger } from '../config/options.ts'
import { DataError } from '../errors.ts'
import { embedding as embeddingOp } from '../ops/embedding.ts'
import {
  checkLayerOptions,
  defineLayer,
  formatShape,
  type Layer,
  type LayerOptions,
  required,
} from './layer.ts'
import { readWeights, type WeightOptions, weightChecks } from './weightOptions.ts'

export interface EmbeddingOptions extends LayerOptions, WeightOptions<'embeddings'> {
  /** Size of the vocabulary: ids are 0 … inputDim − 1. */
  inputDim: number
  /** Size of the vectors. */
  outputDim: number
}

const NOT_YET = {
  maskZero: false,
  weights: null,
  loraRank: null,
  loraAlpha: null,
  quantizationConfig: null,
}

/**
 * A vector for each id: [batch, time] of ids → [batch, time, outputDim]; embeddingsInitializer is
 * 'randomUniform' by default. Keras: `Embedding`.
 */
export function embedding(options: EmbeddingOptions): Layer {
  const where = 'layers.embedding'
  const spec = { inputDim: positiveInteger, outputDim: positiveInteger, ...weightChecks('embeddings') }
  checkLayerOptions({ where, options: spec, notYet: NOT_YET }, options)
  required(where, options, 'inputDim', 'outputDim')
  const { inputDim, outputDim } = options
  const { specs, ...configs } = readWeights(where, options, { embeddings: 'randomUniform' })
  return defineLayer(options, {
    className: 'Embedding',
    takesIds: inputDim,
    outputShape: (input) => {
      if (input.length !== 1)
        throw new DataError(`${where}: expected sequences of ids, [batch, time]; got ${formatShape(input)}`)
      return [...input, outputDim]
    },
    weights: () => [{ name: 'embeddings', shape: [inputDim, outputDim], ...specs.embeddings }],
    emit: ({ builder, weight }, ids) => builder.emit(embeddingOp, { ids, table: weight('embeddings') }, {}).y,
    config: {
      input_dim: inputDim,
      output_dim: outputDim,
      ...configs.initializers,
      ...configs.regularizers,
      activity_regularizer: null,
      ...configs.constraints,
      mask_zero: false,
      quantization_config: null,
    },
  })
}
