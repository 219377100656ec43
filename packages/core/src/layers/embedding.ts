import { boolean, positiveInteger } from '../config/options.ts'
import { embedding as embeddingOp } from '../ops/embedding.ts'
import { notEqual } from '../ops/masks.ts'
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions, required } from './layer.ts'
import { readWeights, type WeightOptions, weightChecks } from './weightOptions.ts'

export interface EmbeddingOptions extends LayerOptions, WeightOptions<'embeddings'> {
  /** Size of the vocabulary: ids are 0 … inputDim − 1. */
  inputDim: number
  /** Size of the vectors. */
  outputDim: number
  /** Is the id 0 padding, masked for the layers behind? Default false. */
  maskZero?: boolean
}

const NOT_YET = {
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
  const spec = {
    inputDim: positiveInteger,
    outputDim: positiveInteger,
    maskZero: boolean,
    ...weightChecks('embeddings'),
  }
  checkLayerOptions({ where, options: spec, notYet: NOT_YET }, options)
  required(where, options, 'inputDim', 'outputDim')
  const { inputDim, outputDim, maskZero = false } = options
  const { specs, ...configs } = readWeights(where, options, { embeddings: 'randomUniform' })
  return defineLayer(options, {
    className: 'Embedding',
    eachStep: 'alone',
    takesIds: inputDim,
    outputShape: (input) => [...input, outputDim],
    weights: () => [{ name: 'embeddings', shape: [inputDim, outputDim], ...specs.embeddings }],
    emit: ({ builder, weight }, ids) => builder.emit(embeddingOp, { ids, table: weight('embeddings') }, {}).y,
    // of ids alone Keras knows no mask; what sequences of different lengths bring goes on
    mask: maskZero ? ({ builder }, ids) => builder.emit(notEqual, { x: ids }, { value: 0 }).y : true,
    config: {
      input_dim: inputDim,
      output_dim: outputDim,
      ...configs.initializers,
      ...configs.regularizers,
      activity_regularizer: null,
      ...configs.constraints,
      mask_zero: maskZero,
      quantization_config: null,
    },
  })
}
